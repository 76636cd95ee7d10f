"""Environments for the tests of the tool."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from sandboxes.app import create_app
from sandboxes.railway import railway
from sandboxes.settings import Settings
from staging.processes.ours import belongings
from staging.railway.link import Link
from staging.railway.setup import Looked
from tests.staging.hosting import Machine, ready
from tests.staging.railway_runner import World, a_world
from tests.staging.railways import Obliging, Rails, keep, made


@pytest.fixture(scope="session")
async def machine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Machine]:
    """Railway's hosting on this machine, with nothing deployed."""
    folder = tmp_path_factory.mktemp("hosting")
    async with ready(folder) as machine:
        yield machine
    assert not belongings(folder)


@pytest.fixture
async def emptied(machine: Machine) -> AsyncIterator[None]:
    """The test leaves nothing but the edge."""
    yield
    await machine.hosting.forget("environment")
    assert len(belongings(machine.folder)) == 1


@pytest.fixture(scope="module")
async def first_world(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[World, dict[str, str]]]:
    """A Railway with an environment that was set up once, put by, and what serves there."""
    async with a_world(postgres_url, tmp_path_factory.mktemp("world")) as world:
        await keep(postgres_url, back=False)
        yield world, dict(world.runner.serving)


@pytest.fixture
async def world(
    first_world: tuple[World, dict[str, str]], postgres_url: str, tmp_path: Path
) -> World:
    """A Railway in this process, with the staging environment as it was set up."""
    world, serving = first_world
    world.runner.begin_anew(serving)
    # The reset lets go of what is counted, too: how often somebody has asked.
    (await world.rails.client.post("/_sandbox/reset")).raise_for_status()
    await keep(postgres_url, back=True)
    world.link.keep(tmp_path)
    return World(replace(world.rails, waited=[]), world.runner, tmp_path, world.link, world.place)


@pytest.fixture(scope="module")
async def railways(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[httpx2.AsyncClient, httpx2.ASGITransport]]:
    """A Railway that says yes to whatever it is given; module-wide, for its pool."""
    sandbox = railway(Obliging(), tmp_path_factory.mktemp("snapshots"))
    app = create_app(Settings(postgres_url), sandboxes=(sandbox,))
    way = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=way, base_url="http://localhost") as client,
    ):
        yield client, way


@pytest.fixture
async def rails(railways: tuple[httpx2.AsyncClient, httpx2.ASGITransport]) -> Rails:
    """An account's view of it, with nothing there yet."""
    return await nothing_yet(*railways)


@pytest.fixture(scope="module")
async def set_up(
    railways: tuple[httpx2.AsyncClient, httpx2.ASGITransport], postgres_url: str
) -> tuple[Rails, Looked, Link]:
    """An environment that was set up once, and what is remembered of it put by."""
    rails = await nothing_yet(*railways)
    looked, link = await made(rails)
    await keep(postgres_url, back=False)
    return rails, looked, link


@pytest.fixture
async def stands(set_up: tuple[Rails, Looked, Link], postgres_url: str) -> tuple[Rails, Link]:
    """An environment that stands as it was set up."""
    await keep(postgres_url, back=True)
    rails, _, link = set_up
    return replace(rails, waited=[]), link


async def nothing_yet(client: httpx2.AsyncClient, way: httpx2.ASGITransport) -> Rails:
    """A Railway that has forgotten everything, and a token for it."""
    (await client.post("/_sandbox/reset")).raise_for_status()
    answer = await client.post("/_sandbox/railway/tokens", json={"kind": "account"})
    return Rails(client, way, answer.json()["token"])
