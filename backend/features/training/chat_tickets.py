"""Tickets: what a page connects to a chat with, whose server holds the session (decision 0024).

A ticket bears our seal, and opens one chat for one login, once, within half a minute. Redis learns
that it is spent, and not whose it was.
"""

from datetime import timedelta
from typing import Final

from backend.clock import now
from backend.dependencies import Caller
from backend.errors import NotAuthenticated
from backend.parts import Parts
from backend.security import AccessToken, TokenIsInvalid, fingerprint, new_token, seal, unseal

PURPOSE: Final = "chat"
LIFETIME: Final = timedelta(seconds=30)
_SPENT: Final = "This ticket is spent, too old, or for another chat. Ask for a new one."


def sign(parts: Parts, session_id: str, caller: Caller) -> str:
    """A ticket for a chat; letters, digits, `.`, `-` and `_` alone."""
    ends = int((now() + LIFETIME).timestamp())
    told = (session_id, caller.profile.id, caller.session_id, str(ends), new_token())
    return seal(PURPOSE, ".".join(told), _secret(parts))


async def spend(parts: Parts, session_id: str, ticket: str) -> AccessToken:
    """Whose ticket it is; it is worth nothing afterwards. Raises `NotAuthenticated`."""
    try:
        told = unseal(PURPOSE, ticket, _secret(parts)).split(".")
    except TokenIsInvalid:
        raise NotAuthenticated(_SPENT) from None
    opens, profile_id, login_id, ends, _ = told
    if opens != session_id or int(ends) <= now().timestamp():
        raise NotAuthenticated(_SPENT)
    key = f"{parts.settings.prefix}chat:spent:{fingerprint(ticket)}"
    if not await parts.redis.set(key, "", nx=True, ex=LIFETIME * 2):
        raise NotAuthenticated(_SPENT)
    return AccessToken(profile_id, login_id)


def _secret(parts: Parts) -> str:
    return parts.settings.authentication.jwt_secret.get_secret_value()
