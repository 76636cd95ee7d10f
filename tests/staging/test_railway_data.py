"""The documents of an environment on Railway: filled, refreshed, saved and restored from here."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.prepare import prepare
from backend.schema.profiles import Profile
from staging import restoring
from staging.backup import Backup, contents, take
from staging.keeping import Kept
from staging.railway.documents import VARIABLES_SET
from staging.railway.seeding import DatabaseIsOutOfReach, bring, fill_once, reached
from staging.seeds import totals
from staging.verify import Wire
from tests.conftest import new_database
from tests.staging.railway_runner import World, a_world

NO_DETOUR = Wire()


@pytest.fixture
async def world(postgres_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(postgres_url, tmp_path) as world:
        yield world


async def set_variable(world: World, service: str, name: str, value: str) -> None:
    """Set a variable as somebody does in the dashboard."""
    place = world.place
    where = {"projectId": place.held.project.id, "environmentId": place.id}
    told = {**where, "serviceId": place.service(service).id, "variables": {name: value}}
    await place.railway.ask(VARIABLES_SET, input=told)


@pytest.fixture
async def reachable(world: World, postgres_server: str, redis_url: str) -> World:
    """A Railway whose PostgreSQL stands behind a proxy that is reached from here."""
    await set_variable(
        world, "postgres", "DATABASE_PUBLIC_URL", await new_database(postgres_server)
    )
    await set_variable(world, "backend", "REDIS_URL", redis_url)
    async with reached(world.place, NO_DETOUR) as (store, _):
        await prepare(store)
    return world


async def test_a_database_that_nothing_leads_to_is_said_so(world: World) -> None:
    await set_variable(world, "backend", "DATABASE_URL", "postgresql://postgres.railway.internal/x")
    with pytest.raises(DatabaseIsOutOfReach):
        await bring(world.place, {}, NO_DETOUR)
    assert "nothing leads there" in await fill_once(world.place, {}, NO_DETOUR)


async def test_an_environment_is_filled_once_and_refreshed_when_told(reachable: World) -> None:
    place, promised = reachable.place, sum(totals(1).values())
    assert await fill_once(place, {}, NO_DETOUR) == f"{promised} documents put in"
    assert await fill_once(place, {}, NO_DETOUR) == "the seeds are there"
    assert not (await bring(place, {}, NO_DETOUR)).changed
    async with reached(place, NO_DETOUR) as (store, _):
        some = await store.first(Profile, {"is_seed_data": True})
        assert some is not None
        await store.update(some.changed(full_name="Somebody Else"))
    assert not (await bring(place, {}, NO_DETOUR)).changed
    done = await bring(place, {}, NO_DETOUR, anew=True)
    assert sum(it.inserted for it in done.tallies) == promised


async def test_it_is_saved_and_comes_back(reachable: World, tmp_path: Path) -> None:
    await fill_once(reachable.place, {}, NO_DETOUR)
    async with reached(reachable.place, NO_DETOUR) as (store, settings):
        kept = Kept("staging", store, settings)
        saved = await take(store, tmp_path / "it.jsonl.gz", kept.header)
        backup = Backup.read(tmp_path / "it.jsonl.gz")
        assert backup.header.environment == "staging"
        assert await restoring.drill(settings, backup) == saved
        await store.remove(Profile, {"is_seed_data": True})
        assert await restoring.replace(store, backup) == saved
        assert await contents(store) == saved
