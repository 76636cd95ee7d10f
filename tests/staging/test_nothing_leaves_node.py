"""Nothing leaves the machine by Node either: every way out of the website's server is closed."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from staging.departures import Guard, attempts, log_of, variables_of_node
from staging.node import node
from staging.verify import Outcome
from tests.staging.verify_lies import result, target

ACTORS = Path(__file__).with_name("guard_actors.cjs")


def environ(folder: Path) -> dict[str, str]:
    """What a guarded process of this folder is told."""
    (folder / "logs").mkdir(exist_ok=True)
    return {"PATH": os.environ["PATH"]} | variables_of_node(folder, "frontend")


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """What came of each way out, tried in one guarded process; and its folder."""
    folder = tmp_path_factory.mktemp("tried by node")
    said = subprocess.run(
        [node().program, ACTORS],
        env=environ(folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return folder, found


def test_no_way_leads_out(tried: tuple[Path, dict[str, Any]]) -> None:
    _, found = tried
    open_ = [
        way for way in found["out"] if "vendors are imitated: refused" not in found["told"][way]
    ]
    assert not open_
    assert len(found["out"]) == 18


def test_what_stays_inside_is_let_be(tried: tuple[Path, dict[str, Any]]) -> None:
    _, found = tried
    assert {found["told"][way] for way in found["inside"]} == {""}


def test_each_attempt_is_written_down_with_its_place(
    tried: tuple[Path, dict[str, Any]],
) -> None:
    folder, found = tried
    written = attempts(folder)
    assert len(written) == len(found["out"])
    assert {each.service for each in written} == {"frontend"}
    ours = [each for each in written if any("guard_actors.cjs" in it for it in each.origin)]
    assert len(ours) > len(written) / 2


def started(words: list[str], env: dict[str, str]) -> "subprocess.Popen[bytes]":
    """A process that has said its first line."""
    process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


async def test_a_node_process_in_which_a_guard_stands_is_told_from_one_without(
    tmp_path: Path,
) -> None:
    waiting = [str(node().program), "-e", "setInterval(() => {}, 1000); console.log('ready')"]
    for env, outcome in (
        (environ(tmp_path), Outcome.passed),
        ({"PATH": os.environ["PATH"]}, Outcome.failed),
    ):
        log_of(tmp_path).unlink(missing_ok=True)
        with started(waiting, env) as process:
            guard = Guard(tmp_path, {"frontend": process.pid})
            found = await result("nothing_leaves", target(guard=guard))
            process.kill()
        assert found.outcome is outcome, found.saw
