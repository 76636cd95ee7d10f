"""The real thing on real ports: an environment rises, and each command looks at it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import httpx2
import psutil

from staging.departures import log_of, variables
from staging.local import ROOT
from staging.proving import STANDS
from staging.verify.journeys import JOURNEYS
from tests.conftest import free_port
from tests.staging.places import Place

SERVICES = ("postgres", "redis", "sandboxes", "backend", "worker", "frontend")


def test_up_ends_verified_with_the_addresses_and_the_personas(
    raised: tuple[Place, subprocess.CompletedProcess[str]],
) -> None:
    place, said = raised
    assert said.returncode == 0, said.stderr
    steps = [line.split()[1] for line in said.stdout.splitlines() if line.startswith("  ✓")]
    # The worker rises beside the backend, and either may be the first.
    assert sorted(steps[:-2]) == sorted(SERVICES)
    assert steps[-2:] == ["seeds", "verify"]
    addresses = [word for word in said.stdout.split() if word.startswith("http://")]
    assert f"http://127.0.0.1:{place.base + 1}/openapi.json" in addresses
    # The root of an API is no page.
    pages = [it for it in addresses if it != f"http://127.0.0.1:{place.base + 1}"]
    assert pages[0] == f"http://localhost:{place.base}"
    assert all(httpx2.get(it, trust_env=False).status_code < 404 for it in pages)
    assert "board.one@staging.wwmaa.example" in said.stdout
    assert said.stdout.splitlines()[-1].startswith("Verified in ")


def test_status_tells_programs_exactly_what_was_agreed(place: Place) -> None:
    status = place.status()
    assert list(status) == ["environment", "services", "urls", "personas"]
    assert status["environment"] == "staging"
    assert [each["name"] for each in status["services"]] == [*SERVICES]
    for each in status["services"]:
        assert list(each) == ["name", "url", "pid", "state", "ready_in_s"]
        assert psutil.pid_exists(each["pid"])
        assert each["state"] == "ready"
        assert 0 < each["ready_in_s"] < 60
    assert status["urls"] == {
        "frontend": f"http://localhost:{place.base}",
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
    # A publishable key is made to be seen by everybody's browser.
    del secrets["STRIPE_PUBLISHABLE_KEY"]
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
    outcomes = {each["check"]: each for each in told["verification"]["checks"]}
    walked = [outcomes[journey.name] for journey in JOURNEYS]
    assert {each["outcome"] for each in walked} == {"not_applicable"}
    assert {each["saw"] for each in walked} == {STANDS}
    assert "documents in place" in said.stderr
    assert place.pids() == before


def test_verify_shows_programs_what_each_check_saw(place: Place, tmp_path: Path) -> None:
    junit = tmp_path / "verify.xml"
    said = place.staging("verify", "--json", "--junit", junit, "--only", "health", "--only", "cors")
    assert said.returncode == 0, said.stderr
    checks = {each["check"]: each for each in json.loads(said.stdout)["checks"]}
    assert checks["health"]["outcome"] == checks["cors"]["outcome"] == "passed"
    assert 'failures="0"' in junit.read_text()


def test_an_attempt_to_leave_is_told_wherever_people_look(place: Place) -> None:
    log = log_of(place.folder)
    before = log.read_text()
    leave = "import socket\ntry: socket.getaddrinfo('vendor.example', 80)\nexcept OSError: pass"
    guard = variables(place.folder, "backend")
    subprocess.run([sys.executable, "-c", leave], check=True, env=guard)
    said = place.staging("verify", "--only", "nothing_leaves")
    assert said.returncode == 1
    assert "backend tried to look up vendor.example, from " in said.stderr
    assert "Refused to leave this machine, once" in place.staging("status").stdout
    assert '"way": "look up", "to": "vendor.example"' in place.staging("logs", "guard").stdout
    log.write_text(before)
    assert place.staging("verify", "--only", "nothing_leaves").returncode == 0
    assert "Refused" not in place.staging("status").stdout


def test_verify_asks_any_url(place: Place) -> None:
    there = f"http://localhost:{place.base + 1}"
    assert place.staging("verify", "--url", there, "--only", "health").returncode == 0
    nobody = f"http://localhost:{free_port()}"
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
