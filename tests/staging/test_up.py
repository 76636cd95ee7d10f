"""The real thing on real ports: an environment rises, is looked at, hurt, mended and ended."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import psutil
import pytest

from staging.local import ROOT
from staging.processes.ours import MARK
from tests.conftest import free_port

STAGING = (sys.executable, "-c", "from staging.cli import main; main()")
MAIL = {"email": "kept@people.example", "full_name": "Somebody Real"}


@dataclass(frozen=True)
class Place:
    """An environment of its own: a data folder, and ports that nobody has."""

    folder: Path
    base: int

    def start(self, *words: object) -> subprocess.Popen[str]:
        """A command of this place, which goes on."""
        return subprocess.Popen(
            [*STAGING, "--folder", str(self.folder), *map(str, words)],
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def staging(self, *words: object) -> subprocess.CompletedProcess[str]:
        """A command of this place, with what it said when it ended."""
        with self.start(*words) as command:
            out, err = command.communicate(timeout=170)
        return subprocess.CompletedProcess((), command.returncode, out, err)

    def status(self) -> dict[str, Any]:
        """What `staging status --json` tells."""
        told: dict[str, Any] = json.loads(self.staging("status", "--json").stdout)
        return told

    def pids(self) -> dict[str, int]:
        """The process of each service."""
        return {each["name"]: each["pid"] for each in self.status()["services"]}

    def left(self) -> list[psutil.Process]:
        """The living processes of this place."""
        return [it for it in psutil.process_iter() if _mark(it) == str(self.folder.resolve())]

    def listening(self) -> list[int]:
        """The ports of this place that somebody listens on."""
        return [port for port in range(self.base, self.base + 5) if _answers(port)]


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except psutil.Error:
        return None


def _answers(port: int) -> bool:
    with closing(socket.socket()) as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _five_free_ports() -> int:
    for _ in range(100):
        base = free_port()
        if base < 65000 and not any(_answers(port) for port in range(base, base + 5)):
            return base
    raise AssertionError("there are no five free ports in a row")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Place]]:
    """Makes places, and ends whatever runs in them."""
    made: list[Place] = []

    def make() -> Place:
        made.append(Place(tmp_path_factory.mktemp("place"), _five_free_ports()))
        return made[-1]

    yield make
    for place in made:
        ended = place.staging("down")
        assert ended.returncode == 0, ended.stderr
        assert not place.left()


@pytest.fixture(scope="module")
def raised(places: Callable[[], Place]) -> tuple[Place, subprocess.CompletedProcess[str]]:
    """An environment that has risen once for all tests, and what was said."""
    place = places()
    return place, place.staging("up", "--port-base", place.base)


@pytest.fixture
def place(raised: tuple[Place, subprocess.CompletedProcess[str]]) -> Place:
    """The environment that has risen."""
    return raised[0]


def test_up_ends_verified_with_the_addresses_and_the_personas(
    raised: tuple[Place, subprocess.CompletedProcess[str]],
) -> None:
    place, said = raised
    assert said.returncode == 0, said.stderr
    steps = [line.split()[1] for line in said.stdout.splitlines() if line.startswith("  ✓")]
    assert steps == ["postgres", "redis", "sandboxes", "backend", "seeds", "verify"]
    addresses = [word for word in said.stdout.split() if word.startswith("http://")]
    assert f"http://127.0.0.1:{place.base + 1}/openapi.json" in addresses
    assert all(httpx2.get(it, trust_env=False).status_code < 404 for it in addresses[1:])
    assert "board.one@staging.wwmaa.example" in said.stdout
    assert said.stdout.splitlines()[-1].startswith("Verified in ")


def test_status_tells_programs_exactly_what_was_agreed(place: Place) -> None:
    status = place.status()
    assert list(status) == ["environment", "services", "urls", "personas"]
    assert status["environment"] == "staging"
    assert [each["name"] for each in status["services"]] == [
        *("postgres", "redis", "sandboxes", "backend")
    ]
    for each in status["services"]:
        assert list(each) == ["name", "url", "pid", "state", "ready_in_s"]
        assert psutil.pid_exists(each["pid"])
        assert each["state"] == "ready"
        assert 0 < each["ready_in_s"] < 60
    assert status["urls"] == {
        "frontend": None,
        "backend": f"http://127.0.0.1:{place.base + 1}",
        "sandboxes": f"http://127.0.0.1:{place.base + 2}",
    }
    assert all(list(each) == ["role", "email", "password"] for each in status["personas"])


def test_each_persona_can_log_in_by_either_name_of_this_machine(place: Place) -> None:
    status = place.status()
    roles = {each["role"]: each for each in status["personas"]}
    assert {*roles} == {"visitor", "member", "instructor", "board_member", "admin"}
    for here in ("127.0.0.1", "localhost"):
        for role, persona in roles.items():
            url = f"http://{here}:{place.base + 1}/api/auth/login"
            body = {key: persona[key] for key in ("email", "password")}
            answer = httpx2.post(url, json=body, trust_env=False)
            assert answer.status_code == 200, answer.text
            assert answer.json()["profile"]["role"] == role


def test_the_readmes_way_to_be_somebody_works(place: Place) -> None:
    readme = (ROOT / "README.md").read_text()
    block = readme.partition("<!-- tried")[2].partition("```sh\n")[2].partition("```")[0]
    for step, usual in ((1, "8000"), (2, "8100")):
        block = block.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{place.base + step}")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = {"PATH": path, "STAGING_FOLDER": str(place.folder), "NO_PROXY": "*"}
    said = subprocess.run(
        ["/bin/bash", "-euc", block.replace(". .venv/bin/activate\n", "")],
        check=True,
        env=environ,
        capture_output=True,
        text=True,
    ).stdout
    assert '"email":"member.premium@staging.wwmaa.example"' in said
    assert "what-to-eat-on-tournament-day" in said


def test_people_see_what_runs_and_whom_they_can_be_but_no_secret(place: Place) -> None:
    said = place.staging("status").stdout
    secrets = json.loads((place.folder / "secrets.json").read_text())
    assert "member.premium@staging.wwmaa.example" in said
    assert secrets.pop("PERSONAS_PASSWORD") in said
    assert not [name for name, value in secrets.items() if value in said]
    shown = place.staging("env").stdout
    assert "DATABASE_URL" in shown
    assert not [name for name, value in secrets.items() if value in shown]


def test_a_second_up_finds_everything_in_place(
    place: Place, record_property: Callable[[str, object], None]
) -> None:
    before, began = place.pids(), time.monotonic()
    said = place.staging("up", "--json")
    record_property("seconds of a warm up", round(time.monotonic() - began, 2))
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert told["verification"]["ok"]
    assert "documents in place" in said.stderr
    assert place.pids() == before


def test_verify_shows_programs_what_each_check_saw(place: Place, tmp_path: Path) -> None:
    junit = tmp_path / "verify.xml"
    said = place.staging("verify", "--json", "--junit", junit, "--only", "health", "--only", "cors")
    assert said.returncode == 0, said.stderr
    checks = {each["check"]: each for each in json.loads(said.stdout)["checks"]}
    assert checks["health"]["outcome"] == checks["cors"]["outcome"] == "passed"
    assert 'failures="0"' in junit.read_text()


def test_verify_asks_any_url(place: Place) -> None:
    there = f"http://localhost:{place.base + 1}"
    assert place.staging("verify", "--url", there, "--only", "health").returncode == 0
    nobody = f"http://localhost:{place.base}"
    said = place.staging("verify", "--url", nobody, "--only", "health")
    assert said.returncode == 1
    assert "was not answered" in said.stderr


def test_a_database_in_order_is_left_alone(place: Place) -> None:
    said = place.staging("database", "--json")
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert {change["standing"] for change in told["plan"]} == {"unchanged"}
    assert told["done"] == []


async def test_a_missing_index_is_planned_and_then_made(place: Place) -> None:
    url = next(each["url"] for each in place.status()["services"] if each["name"] == "postgres")
    connection = await asyncpg.connect(url)
    index = await connection.fetchval(
        "SELECT indexname FROM pg_indexes WHERE tablename = 'staging_profiles'"
        " AND indexdef LIKE '%UNIQUE%email%'"
    )
    await connection.execute(f'DROP INDEX "{index}"')
    await connection.close()
    planned = json.loads(place.staging("database", "--plan", "--json").stdout)
    assert [it["part"] for it in planned["plan"] if it["standing"] == "created"] == ["index email"]
    assert planned["done"] == []
    done = json.loads(place.staging("database", "--json").stdout)["done"]
    assert [it["part"] for it in done] == ["index email"]
    assert "as declared" in place.staging("database").stdout


def test_seeds_are_multiplied_and_up_does_not_take_them_back(place: Place) -> None:
    said = place.staging("seed", "--scale", 2, "--json")
    assert said.returncode == 0, said.stderr
    tallies = {each["collection"]: each for each in json.loads(said.stdout)["collections"]}
    assert tallies["profiles"]["inserted"] == 50
    assert "1128 documents in place" in place.staging("up").stdout
    assert place.staging("seed", "--scale", 1, "--reset").returncode == 0


def test_a_service_that_is_killed_comes_back_by_itself(place: Place) -> None:
    before = place.pids()
    os.kill(before["backend"], signal.SIGKILL)
    said = place.staging("up")
    assert said.returncode == 0, said.stderr
    after = place.pids()
    assert after.pop("backend") != before.pop("backend")
    assert after == before


def test_a_cache_that_hangs_is_seen_and_forgiven(place: Place) -> None:
    redis = place.pids()["redis"]
    os.kill(redis, signal.SIGSTOP)
    try:
        said = place.staging("verify", "--only", "health", "--only", "dependencies")
        assert said.returncode == 1
        assert "redis" in said.stderr
    finally:
        os.kill(redis, signal.SIGCONT)
    time.sleep(1.1)
    assert place.staging("verify", "--only", "health", "--only", "dependencies").returncode == 0


def test_what_a_crash_of_everything_leaves_is_mended_by_up(place: Place) -> None:
    registered = httpx2.post(
        f"http://127.0.0.1:{place.base + 1}/api/auth/register",
        json={**MAIL, "password": "a long and honest phrase", "terms_accepted": True},
        trust_env=False,
    )
    assert registered.status_code == 202, registered.text
    supervisor = next(it for it in place.left() if "staging.processes" in it.cmdline())
    supervisor.kill()
    supervisor.wait(10)
    status = place.staging("status")
    assert status.returncode == 1
    assert "`staging up` mends that" in status.stderr
    before = place.left()
    said = place.staging("up")
    assert said.returncode == 0, said.stderr
    assert not [it for it in before if it.is_running()]
    mails = f"http://127.0.0.1:{place.base + 2}/_sandbox/inbox.json"
    found = httpx2.get(mails, params={"to": MAIL["email"]}, trust_env=False).json()
    assert found, "what was kept before the crash is gone"


def test_taken_ports_are_said_all_at_once_and_nothing_is_begun(
    places: Callable[[], Place],
) -> None:
    place = places()
    with (
        closing(socket.create_server(("127.0.0.1", place.base + 1))),
        closing(socket.create_server(("127.0.0.1", place.base + 3))),
    ):
        said = place.staging("up", "--port-base", place.base)
    assert said.returncode == 3
    for service, step in (("backend", 1), ("postgres", 3)):
        assert f"{service}: port {place.base + step} is taken" in said.stderr
    assert f"(pid {os.getpid()})" in said.stderr
    assert "--port-base" in said.stderr
    assert not place.left()


def test_a_part_that_does_not_come_up_is_named_with_its_last_words(
    places: Callable[[], Place],
) -> None:
    place = places()
    (place.folder / "redis").mkdir()
    (place.folder / "redis" / "appendonlydir").write_text("not a folder")
    said = place.staging("up", "--port-base", place.base)
    assert said.returncode == 1
    assert "redis did not come up" in said.stderr
    assert "appendonlydir" in said.stderr
    assert "`staging logs redis`" in said.stderr
    assert not place.left()
    assert not place.listening()
    assert "redis did not start" in place.staging("status").stderr


def test_an_interrupted_up_goes_on_and_a_purge_leaves_nothing(places: Callable[[], Place]) -> None:
    place = places()
    command = place.start("up", "--port-base", place.base)
    assert command.stdout
    assert "postgres" in command.stdout.readline()
    command.send_signal(signal.SIGINT)
    _, err = command.communicate(timeout=20)
    assert command.returncode == 130
    assert "`staging up` goes on from here" in err
    first = place.start("up", "--no-seed")
    assert first.stdout
    assert "postgres" in first.stdout.readline()
    second = place.staging("up")
    assert second.returncode == 3
    assert f"(pid {first.pid}) is already at work" in second.stderr
    out, err = first.communicate(timeout=100)
    assert first.returncode == 0, err
    assert "seeds" not in out
    ended = place.staging("down", "--purge", "--yes")
    assert ended.returncode == 0, ended.stderr
    assert not place.left()
    assert not place.listening()
    assert not place.folder.exists()


def test_ended_nothing_is_left_but_the_data(place: Place) -> None:
    said = place.staging("down")
    assert said.returncode == 0, said.stderr
    assert [line.split()[1] for line in said.stdout.splitlines() if "stopped" in line] == [
        *("backend", "sandboxes", "redis", "postgres")
    ]
    assert not place.left()
    assert not place.listening()
    assert (place.folder / "postgres").is_dir()
