"""What the worker does all the time: finds what is due, keeps to the schedules, counts, and works.

A part that is away is waited for. Anything else that goes wrong here ends the process, loudly.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import structlog
from redis.exceptions import RedisError

from backend.clock import now
from backend.jobs.running import by_name, due_now, run
from backend.observability import JOBS_DEAD, JOBS_DUE, JOBS_OLDEST
from backend.parts import Parts
from backend.schema.jobs import Job, JobState
from backend.settings import StoreKind
from backend.store import StoreIsBusy, StoreIsUnavailable
from backend.worker.queue import Queue, pause
from backend.worker.schedules import act
from backend.worker.tasks import SCHEDULES, TASKS

LOOK_SECONDS: Final = {StoreKind.postgres: 0.25, StoreKind.zerodb: 1.0}
"""How often a worker looks for jobs that are due; a hosted store counts every question."""
ACT_SECONDS: Final = 1.0
COUNT_SECONDS: Final = 5.0
QUEUED_MS: Final = 15_000
"""How long a job counts as queued; by then it was begun, or is put into the queue again."""
AWAY: Final = (RedisError, OSError, StoreIsBusy, StoreIsUnavailable)

_log = structlog.get_logger(name="backend.worker")


def queue_of(parts: Callable[[], Parts], url: str, prefix: str) -> Queue:
    """The queue whose jobs are done with these parts, once they are there."""
    known = by_name(TASKS)

    async def work(job_id: str) -> None:
        await run(parts(), known, job_id)

    return Queue(url, prefix, work)


@asynccontextmanager
async def working(parts: Parts, queue: Queue) -> AsyncIterator[None]:
    """Work while the block runs, and until `parts.draining` is set; then finish what was begun."""
    stop, grace = parts.draining, parts.settings.core.shutdown_grace_seconds
    look = LOOK_SECONDS[parts.settings.database.store]
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(queue.listen(stop, grace=grace))
            tasks.create_task(_again(partial(forward, parts, queue), look, stop))
            tasks.create_task(_again(partial(act, parts.store, SCHEDULES), ACT_SECONDS, stop))
            tasks.create_task(_again(partial(count, parts), COUNT_SECONDS, stop))
            yield
            stop.set()
    finally:
        await queue.close()


async def forward(parts: Parts, queue: Queue) -> None:
    """Put each job that is due into the queue, once for each of its tries."""
    due = await parts.store.find(Job, due_now(), order="due_at", limit=100)
    for job in due.items:
        mark = f"{parts.settings.prefix}queued:{job.id}:{job.attempts}"
        if await parts.redis.set(mark, 1, nx=True, px=QUEUED_MS):
            await queue.put(job.id)


async def count(parts: Parts) -> None:
    """Tell the metrics how much is due, since when, and how much was given up."""
    due = due_now()
    oldest = await parts.store.find(Job, due, order="due_at", limit=1)
    waits = [(now() - job.due_at).total_seconds() for job in oldest.items]
    JOBS_OLDEST.set(max(0.0, *waits) if waits else 0.0)
    JOBS_DUE.set(await parts.store.count(Job, due))
    JOBS_DEAD.set(await parts.store.count(Job, {"state": JobState.dead.value}))


async def _again(work: Callable[[], Awaitable[None]], seconds: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await work()
        except AWAY as error:
            _log.warning("waiting", why=f"{type(error).__name__}: {error}")
            await pause(stop, 1.0)
        await pause(stop, seconds)
