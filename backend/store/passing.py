"""Redis, for what passes: sessions, one-time links, counts of attempts. All of it expires.

The moment at which something ends is kept in it and compared with our own `now`. Redis counts
lifetimes on the machine's clock, which does not move with ours; there they only sweep.
"""

from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

CONNECT_SECONDS: Final = 3.0
ANSWER_SECONDS: Final = 2.0
WAIT_SECONDS: Final = 5.0
MOST_CONNECTIONS: Final = 20


def connect(url: str) -> Redis:
    """A client that connects when it is first used, and again after the server was away."""
    # One retry, at once: a connection that died while idle is no reason to fail a request.
    retry = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
    # Where many ask at once, they wait for each other's connections instead of being refused.
    pool = BlockingConnectionPool.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=retry,
        max_connections=MOST_CONNECTIONS,
        timeout=WAIT_SECONDS,
    )
    return Redis.from_pool(pool)
