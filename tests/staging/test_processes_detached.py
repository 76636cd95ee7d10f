"""What commands do with a detached supervisor, and what is left when it is killed."""

import json
import os
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest

from staging.processes import (
    EnvironmentDiffers,
    Process,
    Snapshot,
    SupervisorDidNotStart,
    current,
    lower,
    mend,
    port_owner,
    raise_detached,
    watch,
)
from staging.processes.ours import Identity, belongings, lives, recognised
from tests.staging.processes_actors import (
    GRANDCHILDREN,
    STUBBORN,
    on_sigterm,
    port_of,
    python,
    server,
    until,
)


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[Path]:
    """A data folder of which nothing runs any more after the test."""
    yield tmp_path
    await lower(tmp_path, patience=0.1)


async def raised(folder: Path, *processes: Process) -> Snapshot:
    """Raise them and follow them to the end."""
    await raise_detached(processes, folder, "staging")
    seen = [snapshot async for snapshot in watch(folder)]
    return seen[-1]


def now(folder: Path) -> Snapshot:
    """How it stands, where something does."""
    snapshot = current(folder)
    assert snapshot
    return snapshot


def files(folder: Path) -> list[Path]:
    """All files below the folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


async def kill(pid: int) -> None:
    """Kill it and wait until it is gone."""
    process = psutil.Process(pid)
    process.kill()
    await until(lambda: not lives(process))


async def test_the_supervisor_belongs_to_nobody(folder: Path) -> None:
    supervisor = psutil.Process((await raised(folder, server("backend"))).supervisor.pid)
    assert os.getsid(supervisor.pid) not in (os.getsid(0), supervisor.ppid())
    assert os.getpid() not in [parent.pid for parent in supervisor.parents()]
    assert supervisor.terminal() is None


async def test_those_who_watch_see_each_step(folder: Path) -> None:
    await raise_detached([server("database"), server("backend")], folder, "staging")
    seen = [snapshot async for snapshot in watch(folder)]
    assert [snapshot.phase for snapshot in seen][-1] == "up"
    assert {snapshot.phase for snapshot in seen[:-1]} == {"rising"}
    assert seen[-1].environment == "staging"
    assert seen[-1].is_whole


async def test_a_second_raise_finds_everything_in_place(folder: Path) -> None:
    backend = server("backend")
    first = await raised(folder, backend)
    assert not await raise_detached([backend], folder, "staging")
    assert now(folder) == first


async def test_what_differs_is_named_and_left_as_it_is(folder: Path) -> None:
    database, backend, website = server("database"), server("backend"), server("website")
    first = await raised(folder, database, backend)
    with pytest.raises(EnvironmentDiffers) as refused:
        await raise_detached(
            [database, replace(backend, cwd=str(folder)), website], folder, "staging"
        )
    assert refused.value.reasons == (
        "website is not part of it",
        "the definition of backend changed",
    )
    with pytest.raises(EnvironmentDiffers, match="backend is no longer asked for"):
        await raise_detached([database], folder, "staging")
    assert now(folder) == first


async def test_a_part_that_is_down_is_mended_by_lowering_and_raising(folder: Path) -> None:
    backend = server("backend", on_sigterm("0"))
    psutil.Process((await raised(folder, backend)).processes[0].pid).terminate()
    await until(lambda: now(folder).processes[0].state == "completed")
    with pytest.raises(EnvironmentDiffers, match="backend is completed"):
        await raise_detached([backend], folder, "staging")
    await lower(folder)
    assert (await raised(folder, backend)).is_whole


async def test_two_processes_of_one_name_are_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="the same name"):
        await raise_detached([server("backend"), server("backend")], folder, "staging")


async def test_lowering_stops_all_tells_it_and_leaves_nothing(folder: Path) -> None:
    crew = [server("database"), server("backend", GRANDCHILDREN)]
    supervisor = psutil.Process((await raised(folder, *crew)).supervisor.pid)
    seen: list[Snapshot] = []
    assert await lower(folder, seen.append) == ()
    assert seen[-1].phase == "down"
    assert [each.state for each in seen[-1].processes] == ["stopped", "stopped"]
    assert not lives(supervisor)
    assert not belongings(folder)
    assert not any(port_owner(port_of(process)) for process in crew)
    assert {path.parts[len(folder.parts)] for path in files(folder)} == {"logs"}
    assert current(folder) is None


async def test_lowering_says_what_had_to_be_killed(folder: Path) -> None:
    await raised(folder, server("backend", STUBBORN, stop_within=0.1))
    assert await lower(folder) == ("backend did not stop within 0.1 s and was killed",)


async def test_lowering_where_nothing_runs_is_nothing(folder: Path) -> None:
    assert await lower(folder) == ()
    assert [snapshot async for snapshot in watch(folder)] == []


async def test_a_supervisor_that_hangs_is_killed_and_what_it_held_ends(folder: Path) -> None:
    here = await raised(folder, server("backend", stop_within=0.1))
    os.kill(here.supervisor.pid, signal.SIGSTOP)
    said = await lower(folder, patience=0.1)
    assert said == (
        "the supervisor did not stop in time and was killed",
        f"backend (pid {here.processes[0].pid}) was left running and was ended",
    )
    assert not belongings(folder)


async def test_a_failure_is_kept_for_the_reader_and_mended_by_the_next(folder: Path) -> None:
    flag = folder / "mended"
    backend = server("backend", f"os.path.exists({str(flag)!r}) or sys.exit('no key')")
    failed = await raised(folder, server("database"), backend)
    assert failed.phase == "failed"
    assert failed.failure
    assert failed.failure.why == "exited with 1 before it was ready\nno key"
    assert now(folder) == failed
    assert not belongings(folder)
    flag.touch()
    assert (await raised(folder, server("database"), backend)).is_whole


async def test_what_a_killed_supervisor_leaves_is_seen_and_ended_by_the_next(folder: Path) -> None:
    crew = [server("database"), server("backend", GRANDCHILDREN)]
    first = await raised(folder, *crew)
    await kill(first.supervisor.pid)
    left = now(folder)
    assert left.phase == "abandoned"
    assert {each.pid for each in first.processes} < set(left.leftovers)
    second = await raised(folder, *crew)
    assert second.is_whole
    assert not {process.pid for process in belongings(folder)} & set(left.leftovers)


async def test_leftovers_are_found_even_when_the_state_is_torn(folder: Path) -> None:
    here = await raised(folder, server("backend"))
    await kill(here.supervisor.pid)
    (folder / "state.json").write_text('{"environment": "stag')
    assert current(folder) is None
    said = await mend(folder)
    assert len(said) == 1
    assert f"(pid {here.processes[0].pid}) was left running and was ended" in said[0]


@pytest.mark.parametrize("shift", [0, 86_400])
async def test_a_number_that_went_to_a_stranger_is_left_alone(folder: Path, shift: int) -> None:
    """As after a restart of the machine, when the recorded numbers belong to others."""
    here = await raised(folder, server("backend"))
    await kill(here.supervisor.pid)
    await mend(folder)
    stranger = psutil.Popen(python("time.sleep(60)"))
    try:
        other = {"pid": stranger.pid, "created": stranger.create_time() - shift}
        processes = [asdict(here.processes[0]) | other]
        state: dict[str, object] = {"environment": "staging", "phase": "up", "supervisor": other}
        state |= {"processes": processes}
        (folder / "state.json").write_text(json.dumps(state))
        assert now(folder).phase == "abandoned"
        assert now(folder).leftovers == ()
        assert await lower(folder) == ()
        assert lives(stranger)
    finally:
        stranger.kill()
        stranger.wait()


def test_a_stranger_that_is_just_being_loaded_is_not_taken_for_ours(tmp_path: Path) -> None:
    """A program shows no environment for a moment, which is longer on a busy machine."""

    def is_taken_for_ours(_: int) -> bool:
        stranger = psutil.Popen(python("time.sleep(60)"))
        try:
            known = Identity(stranger.pid, stranger.create_time())
            return recognised(known, tmp_path) is not None
        finally:
            stranger.kill()
            stranger.wait()

    with ThreadPoolExecutor(4) as crowd:
        assert not any(crowd.map(is_taken_for_ours, range(60)))


async def test_a_supervisor_that_can_not_take_over_says_why(folder: Path) -> None:
    (folder / "state.json.new").mkdir()
    with pytest.raises(SupervisorDidNotStart, match="Is a directory"):
        await raise_detached([server("backend")], folder, "staging")
    assert not belongings(folder)


async def test_no_secret_is_in_a_command_line_or_a_file(folder: Path) -> None:
    await raised(folder, server("backend", env={"JWT_SECRET": "sesame"}))
    commands = " ".join(word for each in belongings(folder) for word in each.cmdline())
    assert "sesame" not in commands + "".join(path.read_text() for path in files(folder))
    assert (folder / "state.json").stat().st_mode & 0o777 == 0o600
