"""How often something was asked for lately, counted in Redis by all processes together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

_TAKE_BACK: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end
"""


async def count_within(redis: Redis, key: str, seconds: int) -> int:
    """Count once more; how often it was since the first time, which is forgotten after this."""
    async with redis.pipeline(transaction=True) as pipe:
        pipe.incr(key)
        pipe.expire(key, seconds, nx=True)
        count, _ = await pipe.execute()
    return int(count)


@asynccontextmanager
async def counted_within(
    redis: Redis, key: str, seconds: int, *, at_most: int
) -> AsyncIterator[bool]:
    """Count what the block does, unless it fails; whether it was at most so often.

    Whoever asks again and again while a part is away has asked for nothing yet.
    """
    count = await count_within(redis, key, seconds)
    try:
        yield count <= at_most
    # Whatever ends it, being cancelled included, it was not done.
    except BaseException:
        with suppress(RedisError):
            await redis.eval(_TAKE_BACK, 1, key)
        raise
