"""The supervisor holds real programs up: order, gates, tasks, restarts, and the end of all."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest

from staging.processes import (
    CommandProbe,
    HttpProbe,
    Process,
    RedisProbe,
    Restart,
    Task,
    port_owner,
)
from staging.processes.children import LARGEST_LOG
from staging.processes.definition import from_json, to_json
from staging.processes.ours import belongings, lives
from tests.staging.processes_actors import (
    GRANDCHILDREN,
    SILENT,
    STUBBORN,
    Held,
    held,
    lines,
    on_sigterm,
    port_of,
    server,
    task,
    until,
    writes,
)

RICH = Process(
    "backend",
    ("python", "-m", "backend"),
    HttpProbe("http://127.0.0.1:8000/api/health", "healthcheck.railway.app"),
    cwd="/srv",
    env={"JWT_SECRET": "sesame"},
    before=(Task("migrate", ("true",), {"DATABASE_URL": "postgresql://sesame"}),),
    after=(Task("warm", ("true",)),),
    restart=Restart(at_most=2),
)


@pytest.mark.parametrize(
    "process",
    [
        RICH,
        replace(RICH, ready=RedisProbe(6379, "sesame")),
        replace(RICH, ready=CommandProbe(("psql", "-c", "SELECT 1"), {"PGPASSWORD": "sesame"})),
    ],
)
def test_a_definition_is_the_same_after_json_and_shows_no_secret(process: Process) -> None:
    assert from_json(json.loads(json.dumps(to_json(process)))) == process
    assert "sesame" not in repr(process)


def test_a_digest_changes_with_the_definition_secrets_included() -> None:
    assert RICH.digest == replace(RICH).digest
    assert RICH.digest != replace(RICH, env={"JWT_SECRET": "another"}).digest


def test_a_name_that_can_not_be_a_files_is_refused() -> None:
    with pytest.raises(ValueError, match="no name for a process"):
        replace(RICH, name="../backend")


async def test_each_process_waits_for_the_answer_of_the_one_before(tmp_path: Path) -> None:
    told = tmp_path / "told"
    slow = server("slow", f"time.sleep(0.2)\n{writes(told, 'slow is about to answer')}")
    async with held(tmp_path, slow, server("quick", writes(told, "quick was started"))) as here:
        assert lines(told) == ["slow is about to answer", "quick was started"]
        assert here.snapshot.is_whole
        assert (here.snapshot.processes[0].ready_in_s or 0) > 0.2


async def test_one_that_rises_beside_another_does_not_wait_for_it(tmp_path: Path) -> None:
    told = tmp_path / "told"
    slow = server("slow", f"time.sleep(0.5)\n{writes(told, 'slow is about to answer')}")
    beside = replace(server("quick", writes(told, "quick was started")), beside=True)
    after = server("after", writes(told, "after was started"))
    async with held(tmp_path, slow, beside, after) as here:
        wanted = ["quick was started", "slow is about to answer", "after was started"]
        assert lines(told) == wanted
        assert here.snapshot.is_whole


async def test_where_one_beside_another_fails_neither_is_left(tmp_path: Path) -> None:
    beside = replace(server("beside", SILENT, window=60), beside=True)
    async with held(tmp_path, server("backend", "sys.exit(3)"), beside) as here:
        assert await here.outcome() is False
        assert here.states == ["failed", "stopped"]
        assert not belongings(tmp_path)


@pytest.mark.parametrize("status", [204, 308, 500])
async def test_only_exactly_200_passes_the_gate(tmp_path: Path, status: int) -> None:
    async with held(tmp_path, server("backend", status=status, window=0.2)) as here:
        assert not await here.outcome()
        failure = here.snapshot.failure
        assert here.snapshot.phase == "failed"
        assert failure
        assert f"answered {status}, only 200 passes" in failure.why


async def test_a_death_before_the_answer_is_told_with_the_last_words(tmp_path: Path) -> None:
    backend = server("backend", "print('no such column', flush=True); sys.exit(3)")
    database, website = server("database"), server("website")
    async with held(tmp_path, database, backend, website) as here:
        assert await here.outcome() is False
        assert here.states == ["stopped", "failed", "waiting"]
        assert here.snapshot.processes[1].why == "exited with 3 before it was ready\nno such column"
        assert not belongings(tmp_path)


async def test_an_end_without_error_before_the_answer_is_a_failure_too(tmp_path: Path) -> None:
    async with held(tmp_path, server("backend", "sys.exit(0)")) as here:
        assert not await here.outcome()
        assert here.snapshot.processes[0].why == "exited with 0 before it was ready"


async def test_one_that_never_answers_fails_when_its_window_closes(tmp_path: Path) -> None:
    async with held(tmp_path, server("backend", SILENT, window=0.2)) as here:
        assert not await here.outcome()
        why = here.snapshot.processes[0].why
        assert why.startswith("was not ready within 0.2 s: GET http://127.0.0.1:")
        assert why.endswith("/health refused the connection")
        assert not belongings(tmp_path)


async def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    async with held(tmp_path, replace(server("backend"), argv=("no-such-program",))) as here:
        assert not await here.outcome()
        assert "no-such-program could not be started" in here.snapshot.processes[0].why


async def test_tasks_run_before_the_first_start_only(tmp_path: Path) -> None:
    told = tmp_path / "told"
    before = (task("one", writes(told, "one")), task("two", writes(told, "two")))
    after = (task("three", writes(told, "after")),)
    backend = server("backend", writes(told, "start"), before=before, after=after)
    async with held(tmp_path, backend) as here:
        assert lines(told) == ["one", "two", "start", "after"]
        psutil.Process(here.snapshot.processes[0].pid).kill()
        await until(lambda: len(lines(told)) == 6 and here.snapshot.is_whole)
        assert lines(told)[4:] == ["start", "after"]


async def test_a_task_that_fails_keeps_its_process_from_starting(tmp_path: Path) -> None:
    told = tmp_path / "told"
    refused = task("set up the database", "sys.exit('relation exists')")
    async with held(tmp_path, server("backend", writes(told, "x"), before=(refused,))) as here:
        assert not await here.outcome()
        why = here.snapshot.processes[0].why
        assert why == "`set up the database` exited with 1\nrelation exists"
        assert not lines(told)


async def test_a_task_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    endless = task("set up", SILENT, within=0.1)
    async with held(tmp_path, server("backend", before=(endless,))) as here:
        assert not await here.outcome()
        assert here.snapshot.processes[0].why == "`set up` took longer than 0.1 s"
        assert not belongings(tmp_path)


async def test_a_failing_process_is_restarted_three_times_and_then_left(tmp_path: Path) -> None:
    told = tmp_path / "told"
    dies_later = f"{writes(told, 'start')}\nsignal.signal(signal.SIGALRM, lambda *_: os._exit(7))\n"
    dies_later += "signal.setitimer(signal.ITIMER_REAL, 0.2)"
    async with held(tmp_path, server("database"), server("backend", dies_later)) as here:
        await until(lambda: "crashed" in here.states)
        backend = here.snapshot.processes[1]
        assert here.states == ["ready", "crashed"]
        assert (backend.restarts, backend.why) == (3, "exited with 7")
        assert len(lines(told)) == 4
        assert not here.snapshot.is_whole


def stands_again(here: Held, killed: int | None) -> bool:
    """Whether all is whole, and the one that was killed is another now."""
    return here.snapshot.is_whole and here.snapshot.processes[0].pid != killed


async def test_a_process_that_stayed_healthy_has_all_its_restarts_again(tmp_path: Path) -> None:
    rule = Restart(at_most=1, pause=0.01, healthy_after=0.0)
    backend = replace(server("backend"), restart=rule)
    async with held(tmp_path, backend) as here:
        for _ in range(3):
            killed = here.snapshot.processes[0].pid
            psutil.Process(killed).kill()
            await until(partial(stands_again, here, killed))
        assert here.snapshot.processes[0].restarts == 3
        assert here.snapshot.processes[0].why == "was ended by SIGKILL"


async def test_an_end_without_error_is_completion_not_failure(tmp_path: Path) -> None:
    async with held(tmp_path, server("backend", on_sigterm("0"))) as here:
        psutil.Process(here.snapshot.processes[0].pid).terminate()
        await until(lambda: here.states == ["completed"])
        assert here.snapshot.processes[0].restarts == 0


async def test_processes_are_stopped_in_reverse(tmp_path: Path) -> None:
    told = tmp_path / "told"
    names = ("database", "backend", "website")
    crew = [server(name, on_sigterm(writes(told, name))) for name in names]
    async with held(tmp_path, *crew) as here:
        assert await here.ended()
        assert lines(told) == ["website", "backend", "database"]
        assert here.snapshot.phase == "down"
        assert not any(port_owner(port_of(process)) for process in crew)


async def test_a_stubborn_process_and_its_whole_family_are_killed(tmp_path: Path) -> None:
    stubborn = server("backend", f"{STUBBORN}\n{GRANDCHILDREN}", stop_within=0.2)
    async with held(tmp_path, stubborn) as here:
        assert len(belongings(tmp_path)) == 3
        await here.ended()
        assert here.snapshot.processes[0].why == "did not stop within 0.2 s and was killed"
        assert not belongings(tmp_path)
        assert not port_owner(port_of(stubborn))


async def test_what_a_dead_process_leaves_ends_before_it_is_restarted(tmp_path: Path) -> None:
    async with held(tmp_path, server("backend", GRANDCHILDREN)) as here:
        leader = psutil.Process(here.snapshot.processes[0].pid)
        in_group = leader.children()[0]
        leader.kill()
        await until(lambda: here.snapshot.processes[0].restarts == 1 and here.snapshot.is_whole)
        assert not lives(in_group)


async def test_stopping_in_the_middle_of_raising_leaves_nothing(tmp_path: Path) -> None:
    waiting = server("website", before=(task("endless", SILENT),))
    told = tmp_path / "told"
    crew = (server("backend", on_sigterm(writes(told, "asked"))), waiting)
    here = Held(crew, tmp_path)
    await until(lambda: here.states == ["ready", "preparing"])
    assert await here.ended()
    assert lines(told) == ["asked"]
    assert not belongings(tmp_path)


async def test_a_child_gets_its_own_variables_and_nothing_of_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", "of somebody's shell")
    shows = f"open({str(tmp_path / 'env')!r}, 'w').write(' '.join(os.environ))"
    async with held(tmp_path, server("backend", shows, env={"PORT": "8000"})):
        told = set((tmp_path / "env").read_text().split())
        assert {"PORT", "PATH", "STAGING_RAISED_IN"} <= told
        assert told <= {"PORT", "PATH", "HOME", "LANG", "TMPDIR", "LC_CTYPE", "STAGING_RAISED_IN"}


async def test_a_log_that_has_grown_too_large_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    log = tmp_path / "logs" / "backend.log"
    log.write_bytes(b"x" * (LARGEST_LOG + 1))
    async with held(tmp_path, server("backend", "print('hello', flush=True)")):
        assert log.read_text() == "hello\n"
        assert log.with_name("backend.log.1").stat().st_size > LARGEST_LOG


async def test_a_disk_that_fails_later_does_not_end_the_supervisor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with held(tmp_path, server("backend")) as here:
        (tmp_path / "state.json.new").mkdir()
        psutil.Process(here.snapshot.processes[0].pid).kill()
        await until(lambda: here.snapshot.processes[0].restarts == 1 and here.snapshot.is_whole)
        assert "The state could not be written" in capsys.readouterr().err
