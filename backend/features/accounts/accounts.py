"""The rules of accounts. No answer, and no time that one takes, tells whether an address exists."""

import json
from datetime import timedelta
from typing import Any, Final

from redis.asyncio import Redis

from backend import audit
from backend.clock import now
from backend.errors import LinkIsSpent, LoginIsRefused, TooManyAttempts
from backend.features.accounts import mails
from backend.jobs import do_later
from backend.jobs.mail import SendMail
from backend.passwords import Passwords
from backend.schema.profiles import TERMS_VERSION, Profile, ProfileStatus
from backend.security import fingerprint, new_token
from backend.settings import Settings
from backend.store import Store, StoreIsBusy, StoreIsUnavailable

LINK_LIFETIME: Final = timedelta(hours=24)
REGISTER_AGAIN: Final = "Register again to receive a new link, or log in."
ATTEMPTS_COUNT_FOR: Final = timedelta(minutes=15)

# How many there were, and the moment in seconds from which on they do not count any more.
_COUNT = """
local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local ends = tonumber(redis.call('HGET', KEYS[1], 'ends') or 0)
if ends <= now then
  redis.call('DEL', KEYS[1])
  ends = now + window
  redis.call('HSET', KEYS[1], 'ends', ends)
  redis.call('EXPIRE', KEYS[1], window)
end
return {redis.call('HINCRBY', KEYS[1], 'count', 1), ends - now}
"""

_TAKE_BACK = """
if redis.call('HEXISTS', KEYS[1], 'count') == 1 then redis.call('HINCRBY', KEYS[1], 'count', -1) end
"""


class Accounts:
    """What can be done with accounts."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        redis: Redis,
        passwords: Passwords,
    ) -> None:
        self._store = store
        self._redis = redis
        self._passwords = passwords
        self._site = settings.core.frontend_url
        self._prefix = settings.prefix
        self._count_attempt = redis.register_script(_COUNT)
        self._attempts = settings.security.rate_limit_login_per_quarter_hour

    async def register(
        self, email: str, password: str, full_name: str, *, wants_newsletter: bool = False
    ) -> None:
        """Keep a new account that its owner has yet to verify, and write to the address.

        The password belongs to the link, not yet to the account: whoever opens the mail of
        their own registration gets the password that they chose, whatever others tried. So does
        the wish for the newsletter.
        """
        password_hash = await self._passwords.hash(password)
        # A transaction and a mail for a known address as for an unknown one, at the same cost.
        async with self._store.exclusively(f"address:{fingerprint(email)}") as held:
            profile = await held.first(Profile, {"email": email})
            if profile is None:
                profile = Profile(
                    email=email,
                    full_name=full_name,
                    terms_accepted_at=now(),
                    terms_version=TERMS_VERSION,
                )
                await held.insert(profile)
            await do_later(held, await self._mail(profile, password_hash, wants_newsletter))

    async def _mail(self, profile: Profile, password_hash: str, wants_newsletter: bool) -> SendMail:
        token = new_token()
        ends = (now() + LINK_LIFETIME).timestamp()
        kept = {"profile": profile.id, "password_hash": password_hash, "ends": ends}
        kept["newsletter"] = wants_newsletter
        await self._redis.set(self._link(token), json.dumps(kept), ex=LINK_LIFETIME)
        if profile.status is ProfileStatus.pending:
            return mails.verify_address(profile.email, profile.full_name, self._site, token)
        return mails.already_registered(profile.email, profile.full_name, self._site)

    async def verify(self, token: str) -> None:
        """Open the account whose address the token proves. Raises `LinkIsSpent`."""
        kept = await self._redis.get(self._link(token))
        told: dict[str, Any] = json.loads(kept) if kept else {"ends": 0}
        if told["ends"] <= now().timestamp():
            raise LinkIsSpent(REGISTER_AGAIN)
        async with self._store.exclusively(f"profile:{told['profile']}") as held:
            profile = await held.get(Profile, told["profile"])
            if profile is None or profile.status is not ProfileStatus.pending:
                raise LinkIsSpent(REGISTER_AGAIN)
            await held.update(
                profile.changed(
                    status=ProfileStatus.active,
                    password_hash=told["password_hash"],
                    newsletter_asked_at=now() if told.get("newsletter") else None,
                )
            )
            subject = f"profiles/{profile.id}"
            await audit.record(held, "account.verified", subject, actor_id=profile.id)
        # Only now, so that where this process died before, the link opens the account yet.
        await self._redis.delete(self._link(token))

    async def log_in(self, email: str, password: str) -> Profile:
        """The person whose address and password these are. Raises `LoginIsRefused`.

        After too many failures in a quarter of an hour an address is not asked for any more,
        whether or not it has an account (`TooManyAttempts`).
        """
        attempts = f"{self._prefix}attempts:{fingerprint(email)}"
        await self._count(attempts)
        try:
            profile = await self._store.first(Profile, {"email": email})
        except (StoreIsBusy, StoreIsUnavailable):
            # Nothing was tried; whoever asks again until the store is back is not locked out.
            await self._redis.eval(_TAKE_BACK, 1, attempts)
            raise
        matches = await self._passwords.match(password, profile.password_hash if profile else None)
        if profile is None or not matches or profile.status is not ProfileStatus.active:
            raise LoginIsRefused(
                "Check the address and the password; a new account must be verified by mail first."
            )
        await self._redis.delete(attempts)
        return profile

    async def _count(self, attempts: str) -> None:
        # Counted before the password is looked at, so that many at once gain nothing.
        window = int(ATTEMPTS_COUNT_FOR.total_seconds())
        count, wait = await self._count_attempt(
            keys=[attempts], args=[int(now().timestamp()), window]
        )
        if count > self._attempts:
            raise TooManyAttempts(
                "This address failed to log in too often. Try again later.",
                retry_after=max(1, wait),
            )

    def _link(self, token: str) -> str:
        return f"{self._prefix}verify:{fingerprint(token)}"
