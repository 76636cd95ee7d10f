"""A new password: for somebody who forgot theirs, by mail, and for somebody who knows it.

Whoever has a new password has no old session: each change ends all others.
"""

import json
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, Final

from backend import audit
from backend.clock import now
from backend.counting import counted_within
from backend.dependencies import Caller
from backend.errors import LinkIsSpent, LoginIsRefused
from backend.features.accounts import mails
from backend.features.accounts.passwords import require_good_password
from backend.jobs import do_later
from backend.parts import Parts
from backend.passwords import Passwords
from backend.schema.profiles import Profile, ProfileStatus
from backend.security import fingerprint, new_token

LINK_LIFETIME: Final = timedelta(hours=1)
ASKED_AT_MOST: Final = 3
"""How many mails an address gets in an hour; what is asked for beyond is answered alike."""


class Recovery:
    """What can be done about a password."""

    def __init__(self, parts: Parts, passwords: Passwords) -> None:
        self._parts = parts
        self._passwords = passwords
        self._site = parts.settings.core.frontend_url

    async def ask(self, email: str) -> None:
        """Write to an address, whether or not it has an account: its owner learns which it is."""
        async with self._asking(email) as may_ask:
            if may_ask:
                await self._ask(email)

    async def _ask(self, email: str) -> None:
        async with self._parts.store.exclusively(f"address:{fingerprint(email)}") as held:
            profile = await held.first(Profile, {"email": email})
            token = new_token()
            if profile is None or profile.status is not ProfileStatus.active:
                await do_later(held, mails.no_account(email, self._site))
                whose = {"profile": "", "replaces": ""}
            else:
                whose = {"profile": profile.id, "replaces": _mark(profile)}
                mail = mails.reset_password(email, profile.full_name, self._site, token)
                await do_later(held, mail)
            ends = (now() + LINK_LIFETIME).timestamp()
            kept = json.dumps({**whose, "ends": ends})
            await self._parts.redis.set(self._link(token), kept, ex=LINK_LIFETIME)

    async def reset(self, token: str, password: str) -> None:
        """Give an account the password that its owner chose. Raises `LinkIsSpent`."""
        kept = await self._parts.redis.get(self._link(token))
        told: dict[str, Any] = json.loads(kept) if kept else {"ends": 0, "profile": ""}
        is_fresh = told["ends"] > now().timestamp() and told["profile"]
        profile = await self._parts.store.get(Profile, told["profile"]) if is_fresh else None
        if profile is None or profile.status is not ProfileStatus.active:
            raise LinkIsSpent("Ask for a new link; each works once, within an hour.")
        require_good_password(password, email=profile.email, full_name=profile.full_name)
        # It is used up by the password that it replaces, together with the change: one that was
        # refused costs nobody a new mail, and neither does a process that dies in the middle.
        await self._change(profile, password, replaces=told["replaces"])
        await self._parts.redis.delete(self._link(token))

    async def change(self, caller: Caller, current: str, password: str) -> None:
        """Give one's own account another password. Raises `LoginIsRefused` for a wrong one."""
        profile = caller.profile
        if not await self._passwords.match(current, profile.password_hash):
            raise LoginIsRefused("The current password is another one.")
        require_good_password(password, email=profile.email, full_name=profile.full_name)
        await self._change(profile, password, but=caller.session_id)

    async def _change(
        self, profile: Profile, password: str, *, replaces: str | None = None, but: str = ""
    ) -> None:
        password_hash = await self._passwords.hash(password)
        async with self._parts.store.exclusively(f"profile:{profile.id}") as held:
            kept = await held.get(Profile, profile.id)
            if kept is None:
                raise LinkIsSpent("This account is not there any more.")
            if replaces not in (None, _mark(kept)):
                raise LinkIsSpent("The password was changed meanwhile. Ask for a new link.")
            await held.update(kept.changed(password_hash=password_hash))
            await do_later(held, mails.password_changed(kept.email, kept.full_name, self._site))
            await audit.record(
                held, "account.password_changed", f"profiles/{kept.id}", actor_id=kept.id
            )
            # Before it is kept, so that no death of this process leaves one of them open.
            await self._parts.sessions.end_all(profile.id, but=but)
        # Somebody may have logged in with the old one meanwhile.
        await self._parts.sessions.end_all(profile.id, but=but)

    def _asking(self, email: str) -> AbstractAsyncContextManager[bool]:
        key = f"{self._parts.settings.prefix}resets:{fingerprint(email)}"
        return counted_within(self._parts.redis, key, 3600, at_most=ASKED_AT_MOST)

    def _link(self, token: str) -> str:
        return f"{self._parts.settings.prefix}reset:{fingerprint(token)}"


def _mark(profile: Profile) -> str:
    """By what a password is known, and no other: its hash has a salt of its own."""
    return fingerprint(profile.password_hash or "")
