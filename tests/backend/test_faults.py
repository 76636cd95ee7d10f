"""Every vendor fails in every way: the backend answers as docs/sandboxes.md says, and recovers.

All vendors fail at once, in a world of its own for each way; a few worlds live at the same time.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import get_args

import httpx2
import pytest

from backend.app import create_app
from backend.providers.http import ALONE_SECONDS
from backend.settings import VENDORS
from sandboxes.kit.faults import BrokenFault, SlowFault
from staging.local import Local
from staging.outages import NEEDS, WAYS, Need, Outcome, Way, cells, outcome
from tests.backend.conftest import BACKEND, running, variables
from tests.backend.worlds import HEALTH_TIMEOUT_S, World, health, world
from tests.conftest import new_database

PROBLEM = "application/problem+json"
TYPES = {502: "is-refused-elsewhere", 503: "is-unavailable"}
LAG_S = 6.0
"""How much later than promised an answer may be seen, where two cores carry all these worlds."""
AT_ONCE = 5
"""How many worlds live at the same time, so that two cores can carry them."""
STAYING = ("500", "hang")
"""The worlds that are asked again after all have been lived through."""
CELLS = [pytest.param(*cell, id=f"{cell[0].vendor}-{cell[1].name}") for cell in cells()]
Worlds = dict[str, World]


@pytest.fixture(scope="module")
async def worlds(
    postgres_server: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Worlds]:
    """A world for each way to fail, in which all of that has happened."""
    local = Local.at(tmp_path_factory.mktemp("environment")).with_secrets()
    gate = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def new(way: Way) -> AsyncIterator[World]:
        parts = variables(await new_database(postgres_server), redis_url)
        async with world(way, local, parts) as made:
            yield made

    async def lived(way: Way) -> World:
        async with gate, AsyncExitStack() as stack:
            place = staying.get(way.name)
            if place is None:
                place = await stack.enter_async_context(new(way))
            await place.live_through()
            return place

    async with AsyncExitStack() as stack:
        staying = {
            way.name: await stack.enter_async_context(new(way))
            for way in WAYS
            if way.name in STAYING
        }
        each = await asyncio.gather(*map(lived, WAYS))
        yield {it.way.name: it for it in each}


def test_every_vendor_and_every_kind_of_fault_is_in_the_table() -> None:
    assert tuple(need.vendor for need in NEEDS) == VENDORS
    kinds = [get_args(it.model_fields["kind"].annotation) for it in (SlowFault, BrokenFault)]
    assert {way.fault["kind"] for way in WAYS} == {"status"}.union(*kinds)


@pytest.mark.parametrize(("need", "way"), CELLS)
async def test_a_vendor_that_fails_is_answered_for_as_the_table_says(
    need: Need, way: Way, worlds: Worlds
) -> None:
    seen = worlds[way.name].seen[need.vendor]
    wanted = outcome(need, way)
    for answer in seen.answers:
        retry_after = int(answer.headers.get("retry-after", 0)) or None
        assert Outcome(answer.status, retry_after, seen.health) == wanted
        assert answer.took < need.seconds + LAG_S
        if wanted.answer >= 400:
            assert answer.headers["content-type"] == PROBLEM
            assert answer.told["type"] == f"urn:wwmaa:problem:{TYPES[wanted.answer]}"
            assert answer.told.get("unavailable", need.vendor) == need.vendor
    # Where a vendor is asked too early, it is left alone once more.
    assert seen.recovered_in < 2 * ALONE_SECONDS + LAG_S


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_who_needs_none_of_the_vendors_notices_nothing(way: Way, worlds: Worlds) -> None:
    for answer in worlds[way.name].elsewhere:
        assert answer.status == 200, answer.path
        assert answer.took < LAG_S, answer.path


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_health_answers_in_time_and_tells_them_apart(way: Way, worlds: Worlds) -> None:
    for answer in worlds[way.name].healths:
        assert answer.took < HEALTH_TIMEOUT_S + LAG_S
        for name in ("postgres", "redis"):
            assert answer.told["checks"].get(name, {"status": "up"})["status"] == "up"


@pytest.mark.parametrize("vendor", VENDORS)
async def test_health_names_the_one_that_fails_and_no_other(vendor: str, worlds: Worlds) -> None:
    place = worlds["500"]
    await place.strike(vendor)
    checks = (await health(place.door_of(vendor))).told["checks"]
    await place.lift()
    assert [name for name, check in checks.items() if check["status"] == "down"] == [vendor]


async def test_a_backend_ends_in_time_though_every_vendor_hangs(worlds: Worlds) -> None:
    place = worlds["hang"]
    app = create_app(place.environ)
    life = running(app)
    await life.__aenter__()
    await place.strike(*VENDORS)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BACKEND) as door:
        assert (await door.get("/api/events")).status_code == 200
    began = time.perf_counter()
    await life.__aexit__()
    took = time.perf_counter() - began
    await place.lift()
    assert took < 1 + LAG_S
