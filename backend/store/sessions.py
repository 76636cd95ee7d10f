"""Sessions: who is logged in, kept in Redis until they end or are not used any more.

A refresh token is used once and replaced. A used one that comes back later was stolen, from us or
from the person; nobody can tell which of the two holds the newer one, so the session ends.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from backend.clock import now
from backend.errors import NotAuthenticated
from backend.security import fingerprint, new_token

GRACE_SECONDS = 10
"""Two tabs of one browser may use the same token within this time."""
_KEPT_SECONDS = 86_400

# A session is a hash: `profile` names whose it is, `ends` the moment at which it has not been used
# for too long, `began` and `used` its first and last use, `agent` the program that began it; each
# refresh token's fingerprint, which is longer than any of these names, is a field that holds `0`
# while it is fresh, or the moment at which it was used. Moments are in seconds.
_ROTATE = """
local used, ends = unpack(redis.call('HMGET', KEYS[1], ARGV[1], 'ends'))
local now, grace, lifetime = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if not used or not ends or tonumber(ends) <= now then return 'unknown' end
if used ~= '0' and now - tonumber(used) > grace then
  redis.call('DEL', KEYS[1])
  return 'reused'
end
if used == '0' then redis.call('HSET', KEYS[1], ARGV[1], now) end
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local moment = tonumber(fields[i + 1])
  if #fields[i] == 64 and moment > 0 and now - moment > tonumber(ARGV[6]) then
    redis.call('HDEL', KEYS[1], fields[i])
  end
end
redis.call('HSET', KEYS[1], ARGV[2], '0', 'ends', now + lifetime, 'used', now)
redis.call('EXPIRE', KEYS[1], lifetime)
return 'p:' .. redis.call('HGET', KEYS[1], 'profile')
"""


@dataclass(frozen=True)
class Session:
    """A session just begun or continued, with the token that continues it once more."""

    id: str
    profile_id: str
    refresh_token: str


@dataclass(frozen=True)
class OpenSession:
    """A session that somebody has open, as they may recognise it."""

    id: str
    began_at: datetime
    used_at: datetime
    agent: str
    """What the program that began it says it is."""


class Sessions:
    """The sessions of one environment."""

    def __init__(self, redis: Redis, prefix: str, lifetime_seconds: int) -> None:
        self._redis = redis
        self._prefix = prefix
        self._lifetime = lifetime_seconds
        self._rotate = redis.register_script(_ROTATE)

    def _key(self, session_id: str) -> str:
        return f"{self._prefix}session:{session_id}"

    def _all(self, profile_id: str) -> str:
        return f"{self._prefix}sessions:{profile_id}"

    def _list(self, pipe: Pipeline, profile_id: str, session_id: str) -> None:
        """Have a session among its person's; the list outlives every session in it."""
        pipe.sadd(self._all(profile_id), session_id)
        pipe.expire(self._all(profile_id), self._lifetime * 2)

    async def begin(self, profile_id: str, agent: str = "") -> Session:
        """A new session of this person, begun by a program that says who it is."""
        session_id, secret = uuid4().hex, new_token()
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(
                self._key(session_id),
                mapping={
                    "profile": profile_id,
                    "ends": _seconds() + self._lifetime,
                    "began": _seconds(),
                    "used": _seconds(),
                    "agent": agent[:200],
                    fingerprint(secret): "0",
                },
            )
            pipe.expire(self._key(session_id), self._lifetime)
            self._list(pipe, profile_id, session_id)
            await pipe.execute()
        return Session(session_id, profile_id, f"{session_id}.{secret}")

    async def continue_(self, refresh_token: str) -> Session:
        """The session that this token continues. Raises `NotAuthenticated`, and ends a stolen one.

        A token that comes back within the grace of its first use is believed to come from
        another tab of the same browser.
        """
        session_id, _, secret = refresh_token.partition(".")
        fresh = new_token()
        told = await self._rotate(
            keys=[self._key(session_id)],
            args=[
                fingerprint(secret),
                fingerprint(fresh),
                _seconds(),
                GRACE_SECONDS,
                self._lifetime,
                _KEPT_SECONDS,
            ],
        )
        if told == "reused":
            raise NotAuthenticated(
                "This refresh token was used before. The session has ended; log in again."
            )
        if told == "unknown":
            raise NotAuthenticated("This refresh token opens no session. Log in again.")
        profile_id = told.removeprefix("p:")
        async with self._redis.pipeline(transaction=True) as pipe:
            self._list(pipe, profile_id, session_id)
            await pipe.execute()
        return Session(session_id, profile_id, f"{session_id}.{fresh}")

    async def is_open(self, session_id: str) -> bool:
        """Whether the session has neither ended nor expired."""
        ends = await self._redis.hget(self._key(session_id), "ends")
        return ends is not None and int(ends) > _seconds()

    async def of(self, profile_id: str) -> list[OpenSession]:
        """The sessions that a person has open, the one used last first."""
        found, gone = [], []
        for id_ in map(str, await self._redis.smembers(self._all(profile_id))):
            told = await self._redis.hmget(self._key(id_), ["ends", "began", "used", "agent"])
            ends, began, used, agent = (None if it is None else str(it) for it in told)
            if ends is None or int(ends) <= _seconds():
                gone.append(id_)
                continue
            found.append(OpenSession(id_, _moment(began), _moment(used), agent or ""))
        if gone:
            await self._redis.srem(self._all(profile_id), *gone)
        return sorted(found, key=lambda each: each.used_at, reverse=True)

    async def end_all(self, profile_id: str, *, but: str = "") -> None:
        """End every session of a person, but for this one."""
        for session in await self.of(profile_id):
            if session.id != but:
                await self.end(session.id)

    async def end(self, session_id: str) -> None:
        """End a session; its tokens are worth nothing from now on."""
        await self._redis.delete(self._key(session_id))


def _moment(seconds: str | None) -> datetime:
    return datetime.fromtimestamp(int(seconds or 0), UTC)


def _seconds() -> int:
    return int(now().timestamp())
