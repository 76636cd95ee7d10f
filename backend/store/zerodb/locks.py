"""Names held in Redis, so that what ZeroDB would let interleave does not.

A name is held with a random token for a few seconds, and held on to while its holder lives. Before
each write the holder asks whether it still holds: one that was paused for too long stops there.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import Final
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.exceptions import RedisError

from backend.store import StoreIsBusy, StoreIsUnavailable

WAIT_SECONDS: Final = 10.0
HELD_MS: Final = 10_000
PAUSE_SECONDS: Final = 0.005

# All of the names, or none: nobody waits for a second one while holding a first.
_TAKE: Final = """
for _, name in ipairs(KEYS) do
  local holder = redis.call('GET', name)
  if holder and holder ~= ARGV[1] then return 0 end
end
for _, name in ipairs(KEYS) do redis.call('SET', name, ARGV[1], 'PX', ARGV[2]) end
return 1
"""
_STILL: Final = """
for _, name in ipairs(KEYS) do
  if redis.call('GET', name) ~= ARGV[1] then return 0 end
end
for _, name in ipairs(KEYS) do redis.call('PEXPIRE', name, ARGV[2]) end
return 1
"""
_LEAVE: Final = """
for _, name in ipairs(KEYS) do
  if redis.call('GET', name) == ARGV[1] then redis.call('DEL', name) end
end
"""


@dataclass(frozen=True)
class Hold:
    """Names that are held, as long as `require` says so."""

    locks: "Locks"
    names: tuple[str, ...]
    token: str

    async def require(self) -> None:
        """Go on holding. Raises `StoreIsBusy` when the names were lost to somebody else."""
        if not await self.locks.still(self):
            raise StoreIsBusy(f"{self.names[0]} was lost, since its holder stood still; try again")


class Locks:
    """The names of one environment."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = f"{prefix}lock:"
        self._take = redis.register_script(_TAKE)
        self._still = redis.register_script(_STILL)
        self._leave = redis.register_script(_LEAVE)
        self._gates: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def holding(
        self, names: Iterable[str], at_turn: Callable[[], None] = lambda: None
    ) -> AsyncIterator[Hold]:
        """Hold all of these names while the block runs.

        `at_turn` is called when no other of this process holds them, before Redis is asked; it may
        raise, for whoever waited in vain. Raises `StoreIsBusy` when others hold one of them for
        too long, `StoreIsUnavailable` without Redis.
        """
        hold = Hold(self, tuple(sorted(set(names))), token_hex(16))
        async with self._queue(hold):
            at_turn()
            await self._wait(hold)
            keeper = asyncio.create_task(self._keep(hold))
            try:
                yield hold
            finally:
                keeper.cancel()
                # Where Redis is away, the names run out by themselves.
                with suppress(RedisError):
                    await self._leave(keys=self._keys(hold), args=[hold.token])

    async def still(self, hold: Hold) -> bool:
        """Whether these names are held yet; if so, they are for some seconds more."""
        try:
            return bool(await self._still(keys=self._keys(hold), args=[hold.token, HELD_MS]))
        except RedisError as error:
            raise StoreIsUnavailable(f"Redis, which keeps the locks, is away: {error}") from error

    @asynccontextmanager
    async def _queue(self, hold: Hold) -> AsyncIterator[None]:
        """One of this process at a time for each name, so that no more than one asks Redis."""
        async with AsyncExitStack() as queued:
            try:
                async with asyncio.timeout(WAIT_SECONDS):
                    # In the order of their names, so that no two wait for each other.
                    for name in hold.names:
                        gate = self._gates.setdefault(name, asyncio.Lock())
                        await queued.enter_async_context(gate)
            except TimeoutError as error:
                raise self._busy(hold) from error
            yield

    async def _wait(self, hold: Hold) -> None:
        ends = time.monotonic() + WAIT_SECONDS
        try:
            while not await self._take(keys=self._keys(hold), args=[hold.token, HELD_MS]):
                if time.monotonic() > ends:
                    raise self._busy(hold)
                await asyncio.sleep(PAUSE_SECONDS)
        except RedisError as error:
            raise StoreIsUnavailable(f"Redis, which keeps the locks, is away: {error}") from error

    async def _keep(self, hold: Hold) -> None:
        while True:
            await asyncio.sleep(HELD_MS / 3000)
            with suppress(StoreIsUnavailable):
                await self.still(hold)

    def _keys(self, hold: Hold) -> list[str]:
        return [f"{self._prefix}{name}" for name in hold.names]

    def _busy(self, hold: Hold) -> StoreIsBusy:
        return StoreIsBusy(f"{hold.names[0]} was held for {WAIT_SECONDS:.0f} s; try again")
