"""Jobs, on both stores: written with their cause, done once, tried again, given up, begun anew."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from backend.clock import CLOCK, now
from backend.jobs import Futile, Task, Work, do_later
from backend.jobs.housekeeping import Pulse, TidyBooks
from backend.jobs.running import Outcome, by_name, run, work_off
from backend.parts import Parts
from backend.schema.jobs import Job, JobState, Schedule
from backend.schema.profiles import Profile
from backend.store import Store, StoreIsBusy
from backend.worker.schedules import Every, act
from tests.backend.documents import person


class Introduce(Task):
    """Keep somebody, and tell by a list that it was tried."""

    tried: ClassVar[list[str]] = []
    begun: ClassVar[asyncio.Event] = asyncio.Event()
    mood: ClassVar[Exception | None] = None
    pause: ClassVar[float] = 0.0
    attempts = 3

    email: str

    async def run(self, work: Work) -> None:
        self.tried.append(work.key)
        self.begun.set()
        await work.store.insert(person(email=self.email))
        await asyncio.sleep(self.pause)
        if self.mood:
            raise self.mood


TASKS = (Introduce, Pulse, TidyBooks)
ZOE = "zoe@members.staging.wwmaa.example"


@pytest.fixture(autouse=True)
async def _as_new(store: Store) -> AsyncIterator[None]:
    for kind in (Job, Schedule):
        await store.remove(kind, {"is_seed_data": False})
    Introduce.tried.clear()
    Introduce.begun.clear()
    Introduce.mood, Introduce.pause = None, 0.0
    yield
    CLOCK.offset = timedelta()


@pytest.fixture
def at(parts: Parts, store: Store) -> Parts:
    """The parts of a process on this store."""
    return replace(parts, store=store)


async def the_job(store: Store) -> Job:
    found = await store.find(Job)
    assert len(found.items) == 1
    return found.items[0]


async def test_a_job_is_kept_with_its_cause_or_not_at_all(at: Parts) -> None:
    async def fail() -> None:
        async with at.store.exclusively("cause") as held:
            await held.insert(person())
            await do_later(held, Introduce(email=ZOE))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await work_off(at, TASKS) == 0
    async with at.store.exclusively("cause") as held:
        await do_later(held, Introduce(email=ZOE))
    assert await work_off(at, TASKS) == 1
    assert await at.store.count(Profile) == 1
    assert (await the_job(at.store)).arguments == {}


async def test_a_job_is_done_once_however_many_workers_are_told_of_it(at: Parts) -> None:
    await do_later(at.store, Introduce(email=ZOE))
    job, known = await the_job(at.store), by_name(TASKS)
    Introduce.pause = 0.05
    came = await asyncio.gather(*(run(at, known, job.id) for _ in range(8)))
    assert sorted(came) == [Outcome.done] + [Outcome.left] * 7
    assert Introduce.tried == [job.id]


async def test_a_job_is_not_done_before_its_time(at: Parts) -> None:
    await do_later(at.store, Introduce(email=ZOE), due_at=now() + timedelta(hours=1))
    assert await work_off(at, TASKS) == 0
    CLOCK.offset = timedelta(hours=2)
    assert await work_off(at, TASKS) == 1


async def test_a_job_with_a_key_is_written_once(at: Parts) -> None:
    wrote = [await do_later(at.store, Introduce(email=ZOE), key="zoe") for _ in range(2)]
    await work_off(at, TASKS)
    wrote.append(await do_later(at.store, Introduce(email=ZOE), key="zoe"))
    assert wrote == [True, False, False]
    assert len(Introduce.tried) == 1


async def test_what_fails_keeps_nothing_and_is_tried_later_and_then_given_up(at: Parts) -> None:
    await do_later(at.store, Introduce(email=ZOE))
    Introduce.mood = ZeroDivisionError("no such luck")
    waits = []
    for _ in range(5):
        assert await work_off(at, TASKS) == 0
        job = await the_job(at.store)
        waits.append(round((job.due_at - now()).total_seconds()))
        CLOCK.offset += timedelta(hours=1)
    assert len(Introduce.tried) == 3
    assert waits[:2] == [5, 15]
    assert (job.state, job.why) == (JobState.dead, "ZeroDivisionError: no such luck")
    assert await at.store.count(Profile) == 0


async def test_what_is_futile_is_not_tried_again(at: Parts) -> None:
    await do_later(at.store, Introduce(email=ZOE))
    Introduce.mood = Futile("nobody there")
    await work_off(at, TASKS)
    assert (await the_job(at.store)).state is JobState.dead


async def test_a_task_that_nobody_knows_is_given_up_with_its_name(at: Parts) -> None:
    await do_later(at.store, Introduce(email=ZOE))
    await work_off(at, (Pulse,))
    job = await the_job(at.store)
    assert (job.state, job.why) == (JobState.dead, "Futile: this release knows no task introduce")


async def test_a_job_whose_worker_died_in_the_middle_is_begun_again(at: Parts) -> None:
    await do_later(at.store, Introduce(email=ZOE))
    job, Introduce.pause = await the_job(at.store), 60.0
    dying = asyncio.create_task(run(at, by_name(TASKS), job.id))
    await Introduce.begun.wait()
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    Introduce.pause = 0.0
    assert (await the_job(at.store)).attempts == 1
    assert await work_off(at, TASKS) == 0, "it may still be in somebody's hands"
    CLOCK.offset = timedelta(minutes=1)
    assert await work_off(at, TASKS) == 1
    assert len(Introduce.tried) == 2
    assert await at.store.count(Profile) == 1


async def test_a_task_that_waits_for_others_in_vain_is_tried_again(at: Parts) -> None:
    await do_later(at.store, Introduce(email=ZOE))
    Introduce.mood = StoreIsBusy("event:1 was held")
    await work_off(at, TASKS)
    job = await the_job(at.store)
    assert (job.state, job.attempts) == (JobState.waiting, 1)


NIGHTLY = (Every("17 3 * * *", Pulse()),)


async def test_a_schedule_writes_its_job_once_at_its_moment(at: Parts) -> None:
    moment = datetime(2027, 3, 1, 3, 16, 59, tzinfo=UTC)
    CLOCK.offset = moment - datetime.now(UTC)
    await act(at.store, NIGHTLY)
    assert await at.store.count(Job) == 0
    CLOCK.offset += timedelta(seconds=1)
    await asyncio.gather(*(act(at.store, NIGHTLY) for _ in range(4)))
    assert (await the_job(at.store)).task == "pulse"


async def test_of_a_month_that_was_missed_the_latest_moment_counts(at: Parts) -> None:
    await act(at.store, NIGHTLY)
    CLOCK.offset = timedelta(days=30)
    await act(at.store, NIGHTLY)
    assert await at.store.count(Job) == 1


async def test_a_clock_that_is_moved_back_and_on_makes_it_happen_again(at: Parts) -> None:
    for _ in range(2):
        CLOCK.offset = timedelta()
        await act(at.store, NIGHTLY)
        CLOCK.offset = timedelta(days=1)
        await act(at.store, NIGHTLY)
    assert await at.store.count(Job) == 2


async def test_jobs_that_were_done_long_ago_are_forgotten_and_dead_ones_are_not(
    at: Parts,
) -> None:
    await do_later(at.store, Introduce(email=ZOE), key="long ago")
    await work_off(at, TASKS)
    await do_later(at.store, Introduce(email=ZOE))
    await work_off(at, (Pulse,))
    CLOCK.offset = timedelta(days=31)
    await do_later(at.store, TidyBooks())
    assert await work_off(at, TASKS) == 1
    left = {job.state async for job in at.store.every(Job, {"task": "introduce"})}
    assert left == {JobState.dead}
