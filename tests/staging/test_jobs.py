"""`staging jobs` on the environment that has risen: what waits, what is late, and what was given
up and is tried anew."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.schema.jobs import Job, JobState
from staging.filling import opened
from staging.local import Local
from tests.staging.places import Call, Place, caller

SECRET = "a link that opens an account"
Write = Callable[..., Job]


@pytest.fixture
def staging(place: Place, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(place.folder, capsys)


@pytest.fixture
def write(place: Place) -> Iterator[Write]:
    """Writes jobs that do nothing, which are forgotten afterwards."""
    written: list[Job] = []

    async def insert(job: Job) -> None:
        async with opened(Local.at(place.folder)) as store:
            await store.insert(job)

    async def forget() -> None:
        async with opened(Local.at(place.folder)) as store:
            for job in written:
                await store.remove(Job, {"id": job.id})

    def job(state: JobState, due_in: timedelta, **more: Any) -> Job:
        due = datetime.now(UTC) + due_in
        written.append(Job(task="pulse", state=state, due_at=due, **more))
        asyncio.run(insert(written[-1]))
        return written[-1]

    yield job
    asyncio.run(forget())


@contextmanager
def held_up(pid: int) -> Iterator[None]:
    """A process does nothing for a while."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def listed(staging: Call) -> dict[str, dict[str, Any]]:
    """Each job that is shown to programs, by its id."""
    return {each["id"]: each for each in json.loads(staging("jobs", "--json").out)["jobs"]}


def test_what_waits_is_shown_and_what_is_late_is_called_so(staging: Call, write: Write) -> None:
    later = write(JobState.waiting, timedelta(hours=5), arguments={"link": SECRET})
    services = json.loads(staging("status", "--json").out)["services"]
    with held_up(next(each["pid"] for each in services if each["name"] == "worker")):
        late = write(JobState.waiting, timedelta(hours=-1))
        said = staging("jobs", "--json")
    assert said.code == 1
    told = {each["id"]: each["state"] for each in json.loads(said.out)["jobs"]}
    assert (told[later.id], told[late.id]) == ("waiting", "overdue")
    assert SECRET not in said.out


def test_a_dead_job_is_shown_with_why_and_done_once_it_is_retried(
    staging: Call, write: Write
) -> None:
    dead = write(JobState.dead, timedelta(hours=-1), attempts=12, why="ItBroke: twelve times")
    said = staging("jobs")
    assert said.code == 1
    (line,) = [line for line in said.out.splitlines() if dead.id in line]
    assert line.split()[1:3] == ["pulse", "dead"]
    assert line.endswith("12     ItBroke: twelve times")
    assert staging("jobs", "--retry", dead.id).out.startswith(f"Tried anew: {dead.id}.")
    ends = time.monotonic() + 30
    while dead.id in listed(staging):
        assert time.monotonic() < ends, "the worker did not do it"
        time.sleep(0.2)


def test_all_dead_jobs_are_retried_at_once(staging: Call, write: Write) -> None:
    dead = {write(JobState.dead, timedelta(hours=-1), attempts=12).id for _ in range(2)}
    assert dead <= set(json.loads(staging("jobs", "--retry", "all", "--json").out)["retried"])


def test_a_job_that_is_not_dead_is_not_retried(staging: Call, write: Write) -> None:
    waiting = write(JobState.waiting, timedelta(hours=5))
    said = staging("jobs", "--retry", waiting.id)
    assert said.code == 3
    assert f"No dead job has the id {waiting.id}" in said.err


def test_where_nothing_runs_there_are_no_jobs_to_show(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert caller(tmp_path, capsys)("jobs").code == 1
