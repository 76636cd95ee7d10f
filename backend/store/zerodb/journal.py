"""How to undo what was written, noted before each write, since ZeroDB undoes nothing.

A write or a block that raises is undone by its own process. The notes of a block are in Redis:
where its process died, whoever holds its name next undoes it before anything else.
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Final, Literal, Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from backend.store import StoreIsUnavailable
from backend.store.zerodb.locks import Hold

KEPT_SECONDS: Final = 30 * 86_400


@dataclass(frozen=True)
class Undo:
    """One step back: a document to remove, or one to keep again as it was (its JSON)."""

    step: Literal["remove", "restore"]
    collection: str
    identifier: str
    document: str = ""


Take = Callable[[Undo], Awaitable[None]]


class Journal(Protocol):
    """The steps back, the latest last."""

    async def length(self) -> int:
        """How many steps there are."""

    async def note(self, *steps: Undo) -> None:
        """Keep steps back before what they undo is done. Raises `StoreIsBusy` for a lost hold."""

    async def undo(self, take: Take, down_to: int = 0) -> None:
        """Take the steps, the latest first, until so many are left; one may be taken twice."""

    async def forget(self, down_to: int = 0) -> None:
        """Drop the steps but the first so many: what they would undo stays, or was never done."""


class OfAWrite:
    """The steps back of one write, which end with its process."""

    def __init__(self, hold: Hold) -> None:
        self._hold = hold
        self._steps: list[Undo] = []

    async def length(self) -> int:
        """How many steps there are."""
        return len(self._steps)

    async def note(self, *steps: Undo) -> None:
        """Keep steps back, while the names are held."""
        await self._hold.require()
        self._steps += steps

    async def undo(self, take: Take, down_to: int = 0) -> None:
        """Take the steps, the latest first."""
        while len(self._steps) > down_to:
            await take(self._steps.pop())

    async def forget(self, down_to: int = 0) -> None:
        """Drop the steps but the first so many."""
        del self._steps[down_to:]


class OfABlock:
    """The steps back of an exclusive block, in Redis under its name."""

    def __init__(self, redis: Redis, key: str, hold: Hold) -> None:
        self._redis = redis
        self._key = key
        self._hold = hold

    async def length(self) -> int:
        """How many steps there are, those of a process that died among them."""
        with _away():
            return await self._redis.llen(self._key)

    async def note(self, *steps: Undo) -> None:
        """Keep steps back, while the name is held."""
        await self._hold.require()
        with _away():
            await self._redis.rpush(self._key, *(json.dumps(asdict(step)) for step in steps))
            await self._redis.expire(self._key, KEPT_SECONDS)

    async def undo(self, take: Take, down_to: int = 0) -> None:
        """Take the steps, the latest first; each is dropped when it was taken."""
        while await self.length() > down_to:
            await self._hold.require()
            with _away():
                [latest] = await self._redis.lrange(self._key, -1, -1)
            await take(Undo(**json.loads(latest)))
            with _away():
                await self._redis.rpop(self._key)

    async def forget(self, down_to: int = 0) -> None:
        """Drop the steps but the first so many."""
        with _away():
            if down_to:
                await self._redis.ltrim(self._key, 0, down_to - 1)
            else:
                await self._redis.delete(self._key)


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise StoreIsUnavailable(f"Redis, which keeps the journal, is away: {error}") from error
