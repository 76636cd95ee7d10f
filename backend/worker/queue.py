"""The queue between those who find jobs that are due and those who do them: taskiq, on Redis.

It holds ids and nothing else. What is lost in it is found again in the store, and what comes twice
is done once, so that Redis may forget all of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog
from redis.exceptions import RedisError
from taskiq.receiver import Receiver
from taskiq_redis import RedisStreamBroker

AT_ONCE: Final = 5
"""How many jobs one worker does at the same time; each may hold a connection to the store."""
KEPT: Final = 10_000
BLOCK_MS: Final = 1000
CLAIMED_AFTER_MS: Final = 60_000
"""After how long a message that a worker took and did not settle is given to another."""
AGAIN_SECONDS: Final = 1.0

_log = structlog.get_logger(name="backend.worker")


class Queue:
    """Ids of jobs, in a stream that all workers of an environment share."""

    def __init__(self, url: str, prefix: str, work: Callable[[str], Awaitable[None]]) -> None:
        self._broker = RedisStreamBroker(
            url,
            queue_name=f"{prefix}queue",
            consumer_group_name="workers",
            # What was put before the first worker ever listened counts as well.
            consumer_id="0",
            maxlen=KEPT,
            xread_block=BLOCK_MS,
            xread_count=AT_ONCE,
            idle_timeout=CLAIMED_AFTER_MS,
            unacknowledged_lock_timeout=CLAIMED_AFTER_MS / 1000,
            socket_connect_timeout=1.0,
            socket_timeout=BLOCK_MS / 1000 + 2.0,
        )
        self._broker.is_worker_process = True
        self._task = self._broker.register_task(work, task_name="job")
        self._listening = False
        # It writes a line for each message; our own lines say more.
        logging.getLogger("taskiq").setLevel(logging.WARNING)

    async def put(self, job_id: str) -> None:
        """Let a worker do this job soon. Raises `RedisError`."""
        await self._task.kiq(job_id)

    async def listen(self, stop: asyncio.Event, *, grace: float) -> None:
        """Do what is put here until `stop` is set, and then what was begun, for `grace` seconds."""
        while not stop.is_set():
            receiver = Receiver(
                self._broker,
                max_async_tasks=AT_ONCE,
                run_startup=False,
                wait_tasks_timeout=grace,
            )
            try:
                await self._broker.startup()
                self._listening = True
                await receiver.listen(stop)
            # It wraps what the connection raises in groups, and a worker waits for Redis.
            except Exception as error:  # noqa: BLE001
                _log.warning("the queue is away", why=f"{type(error).__name__}: {error}")
                await pause(stop, AGAIN_SECONDS)
            finally:
                self._listening = False

    async def ask(self) -> None:
        """Whether somebody listens here. Raises when nobody does."""
        if not self._listening:
            raise ConnectionError("nobody listens to the queue")

    async def close(self) -> None:
        """Let go of connections."""
        with suppress(RedisError, OSError):
            await self._broker.shutdown()


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait for so long, or until `stop` is set."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
