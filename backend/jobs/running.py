"""One job, done: taken by one worker at a time, marked before it is begun, settled afterwards."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from enum import StrEnum
from typing import Final

import structlog
from pydantic import ValidationError

from backend.clock import now
from backend.jobs import Futile, Task, Work
from backend.observability import JOB_DURATION, JOB_RUNS, Answered, Trace, trace
from backend.parts import Parts
from backend.schema.jobs import Job, JobState
from backend.store import HasChanged, Range, Store, StoreIsBusy

GRACE_SECONDS: Final = 5
"""How much longer than its own time a job is left to whoever began it."""
FIRST_PAUSE: Final = 5
LONGEST_PAUSE: Final = 3600

_log = structlog.get_logger(name="backend.jobs")


class Outcome(StrEnum):
    """What came of a try."""

    done = "done"
    failed = "failed"
    """It will be tried again."""
    dead = "dead"
    left = "left"
    """It is not due, done already, or in somebody else's hands."""


Tasks = Mapping[str, type[Task]]


def by_name(tasks: Sequence[type[Task]]) -> Tasks:
    """The tasks under the names that their jobs bear."""
    return {task.task_name(): task for task in tasks}


async def run(parts: Parts, tasks: Tasks, job_id: str) -> Outcome:
    """Do a job, if it is due and nobody else is at it. Raises what the store raises."""
    begun: Job | None = None
    try:
        async with parts.store.exclusively(f"job:{job_id}") as held:
            job = await held.get(Job, job_id)
            if job is None or not is_due(job):
                return Outcome.left
            # Past the block, so that the mark stays when this process dies in the middle.
            begun = await parts.store.update(_begin(job, tasks.get(job.task)))
            await _do(Work(parts, held, begun), tasks)
            await held.update(_end(begun))
    except (StoreIsBusy, HasChanged):
        if begun is None:
            return Outcome.left
        return await _fail(parts.store, begun, tasks, "others held what it needs")
    # Whatever went wrong in a task, the job is tried again, and told of in the end.
    except Exception as error:
        if begun is None:
            raise
        return await _fail(parts.store, begun, tasks, error)
    JOB_RUNS.labels(begun.task, Outcome.done).inc()
    return Outcome.done


async def work_off(parts: Parts, tasks: Sequence[type[Task]]) -> int:
    """Do whatever is due now, and what becomes due by that; how many were done.

    It is the worker without its queue, for those who have no worker beside them.
    """
    done, known = 0, by_name(tasks)
    while True:
        due = await parts.store.find(Job, due_now(), order="due_at", limit=100)
        outcomes = [await run(parts, known, job.id) for job in due.items]
        done += outcomes.count(Outcome.done)
        if not set(outcomes) & {Outcome.done, Outcome.failed, Outcome.dead}:
            return done


def due_now() -> dict[str, str | Range]:
    """The conditions for jobs that wait and are due."""
    return {"state": JobState.waiting.value, "due_at": Range(end=now())}


def is_due(job: Job) -> bool:
    """Whether a job waits to be done now."""
    return job.state is JobState.waiting and job.due_at <= now()


async def _do(work: Work, tasks: Tasks) -> None:
    job, started = work.job, time.perf_counter()
    current = Trace.of(job.request_id or job.id, job.traceparent)
    token = trace.set(current)
    failure: Exception | None = None
    try:
        with ExitStack() as stack:
            # A job is watched as a request is: by its name, and with its failure.
            watchers = work.parts.providers.watchers
            told = [stack.enter_context(each.watch(current, "JOB")) for each in watchers]
            try:
                await _attempt(work, tasks)
            # Whatever it is, those who watch are told of it before it goes on its way.
            except Exception as error:
                failure = error
                raise
            finally:
                answered = Answered(job.task, 500 if failure else 200, failure)
                for tell in told:
                    tell(answered)
    finally:
        trace.reset(token)
        JOB_DURATION.labels(job.task).observe(time.perf_counter() - started)


async def _attempt(work: Work, tasks: Tasks) -> None:
    kind = tasks.get(work.job.task)
    if kind is None:
        raise Futile(f"this release knows no task {work.job.task}")
    try:
        task = kind.of(work.job.arguments)
    except ValidationError as error:
        raise Futile(f"its arguments do not fit {work.job.task} any more") from error
    async with asyncio.timeout(kind.seconds):
        await task.run(work)


def _begin(job: Job, kind: type[Task] | None) -> Job:
    """The job in somebody's hands: due again for others when those can be given up."""
    seconds = kind.seconds if kind else Task.seconds
    ends = now() + timedelta(seconds=seconds + GRACE_SECONDS)
    return job.changed(attempts=job.attempts + 1, began_at=now(), due_at=ends)


def _end(job: Job) -> Job:
    return job.changed(state=JobState.done, done_at=now(), arguments={}, why="")


async def _fail(store: Store, job: Job, tasks: Tasks, error: Exception | str) -> Outcome:
    kind = tasks.get(job.task, Task)
    is_dead = isinstance(error, Futile) or job.attempts >= kind.attempts
    outcome = Outcome.dead if is_dead else Outcome.failed
    why = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    say = _log.error if is_dead else _log.warning
    say("job failed", task=job.task, job=job.id, attempt=job.attempts, dead=is_dead, why=why)
    JOB_RUNS.labels(job.task, outcome).inc()
    state = JobState.dead if is_dead else JobState.waiting
    after = job.changed(state=state, why=why[:500], due_at=now() + _pause(job, error))
    try:
        await store.update(after)
    except HasChanged:
        # It took so long that somebody else has begun it; what they say of it holds.
        return Outcome.left
    return outcome


def _pause(job: Job, error: Exception | str) -> timedelta:
    """How long to wait before the next try: ever longer, and as long as a vendor asks for."""
    seconds = min(FIRST_PAUSE * 3 ** (job.attempts - 1), LONGEST_PAUSE)
    return timedelta(seconds=max(seconds, getattr(error, "retry_after", None) or 0))
