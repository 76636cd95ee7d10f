"""Nothing leaves the machine: every way out is closed, and an environment needs none of them."""

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from staging.departures import Guard, log_of, variables
from staging.local import ROOT
from staging.verify import Outcome, Result
from tests.backend.conftest import variables as usable
from tests.conftest import free_port
from tests.staging.guard_actors import AWAITED, INSIDE, NAME, WAYS
from tests.staging.places import STAGING, Place
from tests.staging.verify_lies import result, target

PATH = {"PATH": os.environ["PATH"]}
LOOPBACK_ALONE = """
import fcntl, os, socket, struct, sys
assert [name for _, name in socket.if_nameindex()] == ["lo"]
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
os.execvp(sys.argv[1], sys.argv[1:])
"""
IN_A_NAMESPACE = ("unshare", "--map-root-user", "--net")
"""A network of its own: nothing is there but a loopback, and that is down at first."""


def python(*words: str, folder: Path, guarded: bool = True) -> subprocess.Popen[str]:
    """A Python process as one of an environment in this folder."""
    (folder / "logs").mkdir(exist_ok=True)
    guard = variables(folder, "backend") if guarded else {}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=PATH | guard, stdout=pipe, stderr=pipe, text=True
    )


def ran(*words: str, folder: Path) -> str:
    """What such a process said on both streams, when it has ended."""
    with python(*words, folder=folder) as process:
        return "".join(process.communicate(timeout=60))


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of each way out, tried in one guarded process."""
    folder = tmp_path_factory.mktemp("tried")
    with python("-m", "tests.staging.guard_actors", folder=folder) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


LOOPS = ("asyncio", "uvloop")
OUT = [*WAYS, *(f"{way}, {loop}" for loop in LOOPS for way in AWAITED)]
ELSEWHERE = ("192.0.2.2", "2001:db8::2", NAME, "anybody", "curl", "sh")
UNHEARD = ("Sentry", "OpenTelemetry", "a child", "a spawned child")
"""Those in whose own thread or process it fails, so that whoever began it is told nothing of it."""


@pytest.mark.parametrize("way", OUT)
def test_no_way_leads_out(tried: dict[str, Any], way: str) -> None:
    found = tried[way]
    assert len(found["attempts"]) == 1
    assert any(place in found["attempts"][0] for place in ELSEWHERE)
    if way not in UNHEARD:
        assert f"vendors are imitated: refused to {found['attempts'][0]}" in found["told"]
    if way not in UNHEARD and "in a task" not in way:
        assert found["origin"][0].startswith("tests/staging/guard_actors.py:")


@pytest.mark.parametrize("way", [f"{way}, {loop}" for loop in LOOPS for way in INSIDE])
def test_what_stays_inside_is_let_be(tried: dict[str, Any], way: str) -> None:
    assert tried[way] == {"attempts": [], "origin": [], "told": ""}


def test_what_a_library_tries_in_a_thread_or_task_of_its_own_names_the_library(
    tried: dict[str, Any],
) -> None:
    assert tried["Sentry"]["origin"][0].startswith("sentry_sdk/")
    for loop in LOOPS:
        assert tried[f"redis in a task, {loop}"]["origin"][0].startswith("redis/")
    assert tried["OpenTelemetry"]["origin"][0].startswith("opentelemetry/")


def test_a_full_log_ends_the_writing_and_not_the_refusing(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    log_of(tmp_path).write_text("x" * 1_000_000)
    said = ran("-c", f"import socket; socket.getaddrinfo('{NAME}', 80)", folder=tmp_path)
    assert "refused to look up vendor.example" in said
    assert log_of(tmp_path).stat().st_size == 1_000_000


def test_the_guard_stands_in_a_few_milliseconds_and_brings_nothing_of_ours(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    ours = "import sys; print([n for n in sys.modules if n.split('.')[0] in sys.argv])"
    assert "[]" in ran("-c", ours, "backend", "sandboxes", "staging", folder=tmp_path)
    timed = [ran("-X", "importtime", "-c", "", folder=tmp_path) for _ in range(5)]
    lines = [next(x for x in said.splitlines() if "sitecustomize" in x) for said in timed]
    own, whole = (min(int(line.split()[at]) for line in lines) / 1000 for at in (2, 4))
    record_property("milliseconds of the guard alone, and with what Python brings", (own, whole))
    assert own < 5


# What follows asks the check of `staging verify`.


async def seen(folder: Path, leader: int | None) -> Result:
    """What `nothing_leaves` says of an environment whose one service is this process."""
    return await result("nothing_leaves", target(guard=Guard(folder, {"backend": leader})))


@pytest.fixture
def lying(postgres_url: str, redis_url: str, tmp_path: Path) -> Iterator[tuple[str, int, Path]]:
    """A backend that was told of a vendor that is elsewhere: its address, process and folder."""
    port = free_port()
    told = usable(postgres_url, redis_url) | {
        "PORT": str(port),
        "BACKEND_URL": f"http://127.0.0.1:{port}",
        "POSTMARK_BASE_URL": f"http://{NAME}",
    }
    environ = PATH | told | variables(tmp_path, "backend")
    (tmp_path / "logs").mkdir()
    subprocess.run([sys.executable, "-m", "backend.prepare"], cwd=ROOT, env=environ, check=True)
    with (tmp_path / "logs/backend.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend"], cwd=ROOT, env=environ, stderr=log
        )
    try:
        answers(told["BACKEND_URL"])
        yield told["BACKEND_URL"], process.pid, tmp_path
    finally:
        process.terminate()
        process.wait(timeout=20)


def answers(url: str) -> None:
    """Wait until it does."""
    for _ in range(400):
        try:
            httpx2.get(f"{url}/api/health/liveness", trust_env=False)
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{url} never answered")


async def test_a_vendor_elsewhere_is_not_reached_and_the_environment_is_not_verified(
    lying: tuple[str, int, Path],
) -> None:
    url, leader, folder = lying
    before = await seen(folder, leader)
    assert before.outcome is Outcome.passed, before.saw
    assert before.saw.startswith("a guard stands in ")
    new = {"email": "new@members.staging.wwmaa.example", "full_name": "New", "terms_accepted": True}
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as client:
        answer = await client.post(
            "/api/auth/register", json=new | {"password": "long and honest 4"}
        )
        assert answer.status_code == 202, "the mail waits in the outbox"
        checks = (await client.get("/api/health/detailed")).json()["checks"]
    assert (checks["postmark"]["status"], checks["postgres"]["status"]) == ("down", "up")
    after = await seen(folder, leader)
    assert after.outcome is Outcome.failed
    assert f"backend tried to connect to {NAME}:80, from backend/providers/http.py:" in after.saw
    assert "Postmark.ping" in after.saw


async def test_a_process_in_which_no_guard_stands_is_seen(tmp_path: Path) -> None:
    with python("-c", "input()", folder=tmp_path, guarded=False) as process:
        found = await seen(tmp_path, process.pid)
        process.terminate()
    assert found.outcome is Outcome.failed
    assert found.saw == f"no guard stands in backend ({process.pid})"


@pytest.mark.parametrize("leader", [None, 2**22 + 1])
async def test_a_service_that_does_not_run_is_not_taken_for_a_guarded_one(
    tmp_path: Path, leader: int | None
) -> None:
    found = await seen(tmp_path, leader)
    assert (found.outcome, found.saw) == (Outcome.failed, "backend does not run")


# What follows raises a whole environment where only the loopback exists.


def allows_namespaces() -> bool:
    """Whether this machine lets us have a network of our own."""
    try:
        made = subprocess.run([*IN_A_NAMESPACE, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return made.returncode == 0


def test_an_environment_rises_and_is_verified_where_only_the_loopback_exists(
    places: Callable[[], Place], tmp_path: Path
) -> None:
    if not allows_namespaces():
        pytest.skip("This machine allows no namespaces, so no place without a network can be made.")
    place, said = places(), tmp_path / "up.json"
    staging = shlex.join([*STAGING, "--folder", str(place.folder)])
    script = (
        f"{staging} up --port-base {place.base} --json > {said} && {staging} down --purge --yes"
    )
    alone = [*IN_A_NAMESPACE, sys.executable, "-c", LOOPBACK_ALONE, "sh", "-c", script]
    done = subprocess.run(alone, cwd="/", capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stderr
    verification = json.loads(said.read_text())["verification"]
    assert verification["ok"], verification["verdict"]
    outcomes = {each["check"]: each["outcome"] for each in verification["checks"]}
    assert outcomes["mail_arrives"] == outcomes["nothing_leaves"] == "passed"
    assert not place.folder.exists()
