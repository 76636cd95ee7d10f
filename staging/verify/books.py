"""The platform's own books: jobs that are done, and an audit log that nobody tampered with."""

import asyncio
from time import perf_counter
from uuid import uuid4

from backend.audit import examine
from backend.jobs import do_later
from backend.jobs.housekeeping import Pulse
from backend.schema.jobs import Job, JobState
from backend.store import Range, Store, Where
from staging.verify.data import NO_STORE
from staging.verify.promised import Status
from staging.verify.visit import DoesNotApply, Visit, Wrong, read

DONE_WITHIN_S = 5.0
LOOK_S = 0.1


async def jobs(visit: Visit) -> str:
    """Is a job that is written now done at once, and does none wait that should be done?"""
    if (store := visit.target.store) is None:
        raise DoesNotApply(NO_STORE)
    now = read(Status, await visit.get("/api/health/status")).clock.now
    key = f"verify:{uuid4().hex}"
    await do_later(store, Pulse(), due_at=now, key=key)
    took = await _done(store, key)
    waiting: Where = {"state": JobState.waiting.value, "due_at": Range(end=now)}
    stuck = await store.count(Job, waiting)
    if took is None:
        raise Wrong(f"a job is not done after {DONE_WITHIN_S:g} s; {stuck} others wait")
    dead = await store.count(Job, {"state": JobState.dead.value})
    return f"done after {took:.2f} s; {stuck} others are due, {dead} were given up"


async def audit_log(visit: Visit) -> str:
    """Is each entry of the audit log as it was written, and none taken out?"""
    if (store := visit.target.store) is None:
        raise DoesNotApply(NO_STORE)
    found = await examine(store)
    if found.broken:
        raise Wrong(f"{found.broken}; {found.entries} before it are whole")
    return f"{found.entries} entries, each bound to the one before it"


async def _done(store: Store, key: str) -> float | None:
    """After how many seconds the job with this key is done; None when it takes too long."""
    began = perf_counter()
    while (took := perf_counter() - began) < DONE_WITHIN_S:
        job = await store.first(Job, {"key": key})
        if job and job.state is JobState.done:
            return took
        await asyncio.sleep(LOOK_S)
    return None
