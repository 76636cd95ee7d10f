"""Deployments on this machine go by Railway's rules, from the build to the end."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.staging.hosting import Machine, order, server, until, upload

SLEEPER = "import time; time.sleep(60)"
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""


pytestmark = pytest.mark.usefixtures("emptied")


async def test_a_deployment_is_built_proven_and_switched_to(
    machine: Machine, tmp_path: Path
) -> None:
    one, two = order(upload(tmp_path)), order(upload(tmp_path, server("two")))
    assert await machine.up(one) == ["BUILDING", "DEPLOYING", "SUCCESS"]
    assert await machine.release() == "one"
    assert await machine.up(two) == ["BUILDING", "DEPLOYING", "SUCCESS"]
    assert await machine.release() == "two"
    assert machine.heard.of(one)[-2:] == ["REMOVING", "REMOVED"]
    assert machine.heard.said(one) == ["listening one", "ending one"]
    steps = [step for id_, step, _ in machine.heard.events if id_ == two.deployment_id]
    assert list(dict.fromkeys(steps)) == [
        *("BUILD_IMAGE", "PUBLISH_IMAGE", "PRE_DEPLOY_COMMAND", "CREATE_CONTAINER"),
        *("HEALTHCHECK", "CONFIGURE_NETWORK"),
    ]


@pytest.mark.parametrize("status", [204, 308, 503])
async def test_only_200_passes_and_the_old_one_goes_on_serving(
    machine: Machine, tmp_path: Path, status: int
) -> None:
    await machine.up(order(upload(tmp_path)))
    wrong = order(upload(tmp_path, server("two", status)), healthcheck_timeout_s=1)
    assert await machine.up(wrong) == ["BUILDING", "DEPLOYING", "FAILED"]
    assert await machine.release() == "one"
    said = machine.heard.said(wrong, "build")
    assert "Starting Healthcheck" in said
    assert {"Path: /health", "Retry window: 1s"} <= {*said}
    assert any(f"failed with status {status}. Continuing to retry for" in line for line in said)
    assert said[-2:] == ["1/1 replicas never became healthy!", "Healthcheck failed!"]


async def test_the_health_check_asks_as_railway_does(machine: Machine, tmp_path: Path) -> None:
    strict = server().replace(
        "def answer(self):",
        'def answer(self):\n        print(self.headers["host"], self.path, flush=True)',
    )
    asked = order(upload(tmp_path, strict), healthcheck_path="/api/health?deep=1")
    await machine.up(asked)
    said = "healthcheck.railway.app /api/health?deep=1"
    await until(lambda: said in machine.heard.said(asked))


async def test_a_program_that_ends_before_it_answers_fails_without_the_whole_wait(
    machine: Machine, tmp_path: Path
) -> None:
    broken = order(upload(tmp_path, "print('a word'); this is no Python"), restart_max_retries=1)
    async with asyncio.timeout(15):
        assert await machine.up(broken) == ["BUILDING", "DEPLOYING", "FAILED"]
    assert any("SyntaxError" in line for line in machine.heard.said(broken))
    assert machine.heard.replicas(broken).count("RESTARTING") == 1


async def test_without_a_health_check_it_takes_over_as_soon_as_it_is_started(
    machine: Machine, tmp_path: Path
) -> None:
    deaf = order(upload(tmp_path, SLEEPER), healthcheck_path=None, draining_s=0)
    assert (await machine.up(deaf))[-1] == "SUCCESS"
    answer = await machine.ask()
    assert answer.status_code == 502
    assert answer.json()["message"] == "Application failed to respond"


async def test_in_exec_form_no_variable_is_expanded(machine: Machine, tmp_path: Path) -> None:
    source = upload(tmp_path, "import sys; print(sys.argv[1:], flush=True)")
    asked = order(source, start_command="python app.py --port $PORT", healthcheck_path=None)
    await machine.up(asked)
    await until(lambda: "['--port', '$PORT']" in machine.heard.said(asked))
    shell = order(
        source, start_command="/bin/sh -c 'exec python app.py $PORT'", healthcheck_path=None
    )
    await machine.up(shell)
    await until(lambda: any(line[2:-2].isdigit() for line in machine.heard.said(shell)))


async def test_pre_deploy_runs_once_and_apart_and_its_files_are_not_kept(
    machine: Machine, tmp_path: Path
) -> None:
    prepare = "open('made', 'w'); print('prepared', flush=True)"
    source = upload(tmp_path, **{"prepare.py": prepare})
    asked = order(source, pre_deploy_command="python prepare.py", replicas=2)
    assert (await machine.up(asked))[-1] == "SUCCESS"
    assert machine.heard.said(asked).count("prepared") == 1
    assert "made" not in (await machine.ask()).json()["files"]


async def test_a_failing_pre_deploy_ends_the_deployment_and_is_not_tried_again(
    machine: Machine, tmp_path: Path
) -> None:
    await machine.up(order(upload(tmp_path)))
    source = upload(tmp_path, server("two"), **{"prepare.py": "raise SystemExit('no way')"})
    asked = order(source, pre_deploy_command="python prepare.py")
    assert await machine.up(asked) == ["BUILDING", "DEPLOYING", "FAILED"]
    assert machine.heard.said(asked).count("no way") == 1
    assert not machine.heard.replicas(asked)
    assert await machine.release() == "one"


async def test_a_failure_is_started_again_until_it_has_crashed(
    machine: Machine, tmp_path: Path
) -> None:
    asked = order(upload(tmp_path), restart_max_retries=2)
    await machine.up(asked)
    for _ in range(2):
        first = (await machine.ask()).json()["pid"]
        assert (await machine.ask("/exit", content=b"")).status_code == 502
        await _until_it_answers(machine, other_than=first)
    await machine.ask("/exit", content=b"")
    await until(lambda: machine.heard.of(asked)[-1] == "CRASHED")
    assert machine.heard.replicas(asked).count("RESTARTING") == 2
    assert (await machine.ask()).status_code == 502
    await machine.hosting.restart(asked.deployment_id, machine.heard)
    assert machine.heard.of(asked)[-1] == "SUCCESS"
    await _until_it_answers(machine)


async def _until_it_answers(machine: Machine, other_than: int = 0) -> None:
    async with asyncio.timeout(10):
        while True:
            answer = await machine.ask()
            if answer.status_code == 200 and answer.json()["pid"] != other_than:
                return
            await asyncio.sleep(0.02)


async def test_who_exits_with_0_has_completed(machine: Machine, tmp_path: Path) -> None:
    asked = order(upload(tmp_path, "print('done')"), healthcheck_path=None)
    await machine.up(asked)
    await until(lambda: "EXITED" in machine.heard.replicas(asked))
    assert machine.heard.of(asked)[-1] == "SUCCESS"
    assert "RESTARTING" not in machine.heard.replicas(asked)


async def test_replicas_each_have_a_name_and_share_the_requests(
    machine: Machine, tmp_path: Path
) -> None:
    asked = order(upload(tmp_path), replicas=3)
    await machine.up(asked)
    answers = [(await machine.ask()).json()["variables"] for _ in range(40)]
    assert len({each["RAILWAY_REPLICA_ID"] for each in answers}) == 3
    assert len({each["PORT"] for each in answers}) == 3


@pytest.mark.parametrize(("draining", "went"), [(5, True), (0, False)])
async def test_what_is_on_its_way_is_answered_within_the_draining_time_and_not_after(
    machine: Machine, tmp_path: Path, draining: int, went: bool
) -> None:
    await machine.up(order(upload(tmp_path), draining_s=draining))
    slow = asyncio.create_task(machine.ask("/slow?s=1.5", content=b"x"))
    await asyncio.sleep(0.1)
    await machine.up(order(upload(tmp_path, server("two"))))
    answer = await slow
    assert (answer.status_code == 200) is went
    assert not went or answer.json()["release"] == "one"


async def test_who_does_not_hear_sigterm_is_killed_after_its_draining_time(
    machine: Machine, tmp_path: Path
) -> None:
    asked = order(upload(tmp_path, STUBBORN), healthcheck_path=None, draining_s=1)
    await machine.up(asked)
    await until(lambda: "deaf" in machine.heard.said(asked))
    began = time.monotonic()
    await machine.hosting.remove(asked.deployment_id, machine.heard)
    assert 1 <= time.monotonic() - began < 10
    assert machine.heard.of(asked)[-2:] == ["REMOVING", "REMOVED"]
    answer = await machine.ask()
    assert (answer.status_code, answer.json()["message"]) == (404, "Application not found")


async def test_a_rollback_runs_the_image_again_with_its_variables(
    machine: Machine, tmp_path: Path
) -> None:
    one = order(upload(tmp_path), variables={"COLOUR": "red"})
    await machine.up(one)
    await machine.up(order(upload(tmp_path, server("two")), variables={"COLOUR": "blue"}))
    back = order(None, variables={"COLOUR": "red"}, built_from=one.deployment_id)
    assert (await machine.up(back))[-1] == "SUCCESS"
    told = (await machine.ask()).json()
    assert (told["release"], told["variables"]["COLOUR"]) == ("one", "red")
    gone = order(None, built_from="nobody's")
    assert (await machine.up(gone))[-1] == "FAILED"
    assert await machine.release() == "one"
