"""The present: every moment that the backend reads, writes or compares comes from `now`.

Outside production the clock of an environment may be moved, so that what takes a month can be
tried today. How far lies in Redis, and every process that follows the clock hears of a move at
once. Durations (timeouts, caches, metrics) are measured on monotonic time and never move.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

LOOK_AGAIN_SECONDS: Final = 5.0
"""How often a process looks unasked, should it ever miss that the clock was moved."""
RECONNECT_SECONDS: Final = 0.5


class ClockIsNotFollowed(Exception):
    """The clock was moved, and not every process that listens said that it has followed."""


class Clock:
    """The machine's clock, and how far ahead of it the present is."""

    offset = timedelta()

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC) + self.offset


CLOCK = Clock()
"""One for the whole process, as the machine's is: a document that is made is handed none."""

now = CLOCK.now


@asynccontextmanager
async def following(redis: Redis, prefix: str) -> AsyncIterator[None]:
    """Keep this process to the clock of the environment with this prefix while the block runs.

    While Redis is away the last known offset holds.
    """
    known = asyncio.Event()
    task = asyncio.create_task(_follow(redis, prefix, known))
    try:
        await known.wait()
        yield
    finally:
        # On Python 3.11 the client may lose a cancellation that comes as it sends (gh-86296).
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=0.1)
        CLOCK.offset = timedelta()


async def offset(redis: Redis, prefix: str) -> timedelta:
    """How far the clock of the environment with this prefix is ahead of the machine's."""
    return timedelta(seconds=float(await redis.get(_key(prefix)) or 0))


async def move(redis: Redis, prefix: str, to: timedelta, *, within: float = 5.0) -> int:
    """Set how far an environment's clock is ahead; returns how many processes have followed.

    Raises `ClockIsNotFollowed` when not all that listen say so `within` so many seconds.
    """
    followed, listening = 0, 0
    try:
        async with redis.pubsub() as told, asyncio.timeout(within):
            await told.subscribe(_followed(prefix))
            # Only when Redis has confirmed that are we sure to hear whoever follows.
            await told.get_message(timeout=None)
            await redis.set(_key(prefix), to.total_seconds())
            listening = await redis.publish(_key(prefix), "moved")
            while followed < listening:
                heard = await told.get_message(timeout=None)
                followed += heard["data"] == str(to.total_seconds())
    except TimeoutError:
        why = f"{followed} of {listening} processes have followed the clock"
        raise ClockIsNotFollowed(why) from None
    return followed


async def _follow(redis: Redis, prefix: str, known: asyncio.Event) -> None:
    while True:
        try:
            async with redis.pubsub() as moves:
                await moves.subscribe(_key(prefix))
                while True:
                    # First comes the word that we are heard from now on, then one for each move.
                    heard = await moves.get_message(timeout=LOOK_AGAIN_SECONDS)
                    CLOCK.offset = await offset(redis, prefix)
                    known.set()
                    if heard:
                        await redis.publish(_followed(prefix), CLOCK.offset.total_seconds())
        except (RedisError, OSError):
            known.set()
            await asyncio.sleep(RECONNECT_SECONDS)


def _key(prefix: str) -> str:
    """Where the offset lies, in seconds, and the channel that tells of a move."""
    return f"{prefix}clock"


def _followed(prefix: str) -> str:
    """The channel on which processes say how far ahead they are now."""
    return f"{_key(prefix)}:followed"
