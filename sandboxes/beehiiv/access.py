"""Whom BeeHiiv lets in, and how often: who brings a key, 180 times a minute.

See https://developers.beehiiv.com/welcome/rate-limiting. The limit is the organization's, and this
sandbox is one organization.
"""

from starlette.responses import Response

from sandboxes.beehiiv.errors import BeehiivError
from sandboxes.kit.sandbox import Call, Handler

LIMIT = 180
MINUTE_S = 60
SCHEMA = "CREATE TABLE IF NOT EXISTS sandbox.beehiiv_minutes (minute bigint PRIMARY KEY, used int);"
COUNT = """
WITH gone AS (DELETE FROM sandbox.beehiiv_minutes WHERE minute < $1)
INSERT INTO sandbox.beehiiv_minutes AS minutes (minute, used) VALUES ($1, 1)
ON CONFLICT (minute) DO UPDATE SET used = minutes.used + 1 RETURNING used
"""


def admit(call: Call) -> None:
    """Any key will do; raises BeehiivError where there is none."""
    scheme, _, key = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise BeehiivError(401, "The API key is missing, invalid, or expired.")


def counted(handler: Handler) -> Handler:
    """The same handler, which is asked no more often than the limit allows."""

    async def ask(call: Call) -> Response:
        rows = await call.records.database.fetch(COUNT, _minute(call))
        used = call.request.state.beehiiv_used = rows[0]["used"]
        if used > LIMIT:
            raise BeehiivError(429, f"Rate limit of {LIMIT} requests a minute exceeded.")
        return await handler(call)

    return ask


def stamp(call: Call, response: Response) -> None:
    """Tell what is left of this minute, and when the next one begins, in seconds since 1970."""
    used = getattr(call.request.state, "beehiiv_used", None)
    if used is None:
        return
    response.headers["RateLimit-Limit"] = str(LIMIT)
    response.headers["RateLimit-Remaining"] = str(max(0, LIMIT - used))
    response.headers["RateLimit-Reset"] = str((_minute(call) + 1) * MINUTE_S)


def _minute(call: Call) -> int:
    return int(call.now.timestamp()) // MINUTE_S
