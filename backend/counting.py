"""How often something was asked for lately, counted in Redis by all processes together."""

from redis.asyncio import Redis


async def count_within(redis: Redis, key: str, seconds: int) -> int:
    """Count once more; how often it was since the first time, which is forgotten after this."""
    async with redis.pipeline(transaction=True) as pipe:
        pipe.incr(key)
        pipe.expire(key, seconds, nx=True)
        count, _ = await pipe.execute()
    return int(count)
