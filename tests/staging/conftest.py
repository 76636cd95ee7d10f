"""Environments for the tests of the tool."""

from collections.abc import AsyncIterator, Callable, Iterator
from subprocess import CompletedProcess

import pytest

from staging.local import ROOT, Local
from staging.processes.ours import belongings
from staging.website import Build, make
from tests.staging.hosting import Machine, ready
from tests.staging.places import Place, free_base


@pytest.fixture(scope="session")
def website() -> Build:
    """The website's build, made once for all environments: some rise where there is no network."""
    build = Local.at(ROOT / ".staging").website
    make(build, lambda _: None)
    return build


@pytest.fixture(scope="session")
def places(
    tmp_path_factory: pytest.TempPathFactory, website: Build
) -> Iterator[Callable[[], Place]]:
    """Makes places, and ends whatever runs in them."""
    made: list[Place] = []

    def make() -> Place:
        made.append(Place(tmp_path_factory.mktemp("place"), free_base()))
        return made[-1]

    yield make
    for place in made:
        if place.left():
            ended = place.staging("down")
            assert ended.returncode == 0, ended.stderr
        assert not place.left()


@pytest.fixture(scope="session")
def raised(places: Callable[[], Place]) -> tuple[Place, "CompletedProcess[str]"]:
    """An environment that has risen once for all tests, and what was said."""
    place = places()
    return place, place.staging("up", "--port-base", place.base)


@pytest.fixture
def place(raised: tuple[Place, "CompletedProcess[str]"]) -> Place:
    """The environment that has risen."""
    return raised[0]


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
