"""Refuses an address that asks too often; what is counted lies in Redis, for all workers at once.

Policies are data, each for a group of routes. Without Redis nobody is refused here: an outage of
the counter is no reason for one of everything. Who logs in is counted elsewhere, and strictly.
"""

import asyncio
import math
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.answers import problem_response
from backend.errors import TooManyRequests
from backend.observability import RATE_LIMITED
from backend.security import fingerprint
from backend.settings import Settings

PATIENCE_SECONDS: Final = 1.0
FREE: Final = ("/api/health", "/api/webhooks")
"""Probes, and vendors who sign what they send: refusing either would make trouble of our own."""

# The generic cell rate algorithm: one moment for each address, up to which its quota is used. Its
# clock is Redis' own, for a span of time does not move when the environment's clock is moved.
_COUNT: Final = """
local time = redis.call('TIME')
local now, window = time[1] + time[2] / 1000000, tonumber(ARGV[1])
local used = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + window / ARGV[2]
if used - now > window then return {0, 0, tostring(used - now - window)} end
redis.call('SET', KEYS[1], string.format('%.6f', used), 'PX', math.ceil((used - now) * 1000))
local left = math.floor((window - (used - now)) * ARGV[2] / window + 0.000001)
return {1, left, tostring(used - now)}
"""

_log = structlog.get_logger(name="backend.limits")


@dataclass(frozen=True)
class Policy:
    """How often one address may ask for these paths, or one person do something without any."""

    name: str
    quota: int
    seconds: int
    paths: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Whether a path is among those that this is for."""
        return path.startswith(self.paths)

    @property
    def header(self) -> str:
        """The policy as a structured field (draft-ietf-httpapi-ratelimit-headers)."""
        return f'"{self.name}";q={self.quota};w={self.seconds}'


@dataclass(frozen=True)
class Count:
    """What came of counting a request."""

    is_allowed: bool
    left: int
    reset_s: int
    """In how many seconds the whole quota is there again; where it is refused, one request."""


def policies(settings: Settings) -> tuple[Policy, ...]:
    """The policies of these settings; the first that covers a path is the one that counts."""
    quota = settings.security.rate_limit_per_minute
    guessing = ("login", "register", "verify", "forgot", "reset", "session")
    paths = tuple(f"/api/auth/{word}" for word in guessing)
    return (
        Policy("accounts", max(1, quota // 5), 60, paths),
        Policy("messages", max(1, quota // 20), 600, ("/api/association/messages",)),
        Policy("api", quota, 60, ("/api/",)),
    )


class RateLimits:
    """Counts each request under its policy, and tells how much is left."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._policies = policies(settings)
        self._prefix = settings.prefix
        # Where all traffic comes through the host's edge, that one writes down who asks.
        self._has_edge = "*" in settings.core.forwarded_allow_ips

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with the time to wait."""
        policy = self._policy(scope)
        count = await self._count(scope, policy) if policy else None
        if policy is None or count is None:
            await self.app(scope, receive, send)
            return

        async def send_told(message: Message) -> None:
            if message["type"].endswith("http.response.start"):
                MutableHeaders(scope=message).update(_headers(policy, count))
            await send(message)

        if count.is_allowed:
            await self.app(scope, receive, send_told)
            return
        RATE_LIMITED.labels(policy.name, "refused").inc()
        refusal = problem_response(
            scope.get("request_id", ""),
            scope["path"],
            status=TooManyRequests.status,
            title=TooManyRequests.title,
            kind=TooManyRequests.kind(),
            detail=f"Ask again in {count.reset_s} s.",
            headers={"Retry-After": str(count.reset_s)},
        )
        await refusal(scope, receive, send_told)

    def _policy(self, scope: Scope) -> Policy | None:
        if scope["type"] == "lifespan" or scope["path"].startswith(FREE):
            return None
        return next((each for each in self._policies if each.covers(scope["path"])), None)

    async def _count(self, scope: Scope, policy: Policy) -> Count | None:
        """What came of counting; none when nobody counts at this moment."""
        whose = fingerprint(address(scope, has_edge=self._has_edge))[:32]
        return await count(scope["app"].state.parts.redis, self._prefix, policy, whose)


async def count(redis: Redis, prefix: str, policy: Policy, whose: str) -> Count | None:
    """Count once more for this one under a policy; none when nobody counts at this moment."""
    key = f"{prefix}rate:{policy.name}:{whose}"
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            told = await redis.eval(_COUNT, 1, key, str(policy.seconds), str(policy.quota))
    except (RedisError, OSError, TimeoutError) as error:
        RATE_LIMITED.labels(policy.name, "unchecked").inc()
        _log.warning("nobody counts requests", why=f"{type(error).__name__}: {error}")
        return None
    is_allowed, left, seconds = told
    return Count(bool(is_allowed), int(left), max(1, math.ceil(float(seconds))))


def address(scope: Scope, *, has_edge: bool) -> str:
    """Whose request it is: an address, or the network of one household for IPv6.

    What a client says of itself is believed of proxies alone that the server trusts
    (FORWARDED_ALLOW_IPS); an edge in front of all overwrites X-Real-IP.
    """
    asked = (scope.get("client") or ("",))[0]
    found = Headers(scope=scope).get("x-real-ip", asked) if has_edge else asked
    try:
        known = ip_address(found)
    except ValueError:
        return found
    return str(known if known.version == 4 else ip_network(f"{known}/64", strict=False))


def _headers(policy: Policy, count: Count) -> dict[str, str]:
    left = f'"{policy.name}";r={count.left};t={count.reset_s}'
    return {"RateLimit-Policy": policy.header, "RateLimit": left}
