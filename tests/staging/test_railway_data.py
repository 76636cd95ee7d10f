"""The documents of an environment on Railway: saved and restored where its database is reached."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.prepare import prepare
from backend.schema.profiles import Profile
from backend.settings import PythonEnv
from staging import restoring
from staging.backup import Backup, contents, take
from staging.keeping import DatabaseIsOutOfReach, Kept, reached
from staging.railway.documents import VARIABLES_SET
from staging.seed import seed
from staging.seeds import make
from staging.verify import Wire
from tests.conftest import new_database
from tests.staging.railway_runner import World

NO_DETOUR = Wire()


async def set_variable(world: World, service: str, name: str, value: str) -> None:
    """Set a variable as somebody does in the dashboard."""
    place = world.place
    where = {"projectId": place.held.project.id, "environmentId": place.id}
    told = {**where, "serviceId": place.service(service).id, "variables": {name: value}}
    await place.railway.ask(VARIABLES_SET, input=told)


async def test_a_database_that_nothing_leads_to_is_said_so(world: World) -> None:
    await set_variable(world, "backend", "DATABASE_URL", "postgresql://postgres.railway.internal/x")
    with pytest.raises(DatabaseIsOutOfReach, match="The database of staging can not be reached"):
        async with reached(world.place, NO_DETOUR):
            pass


async def test_it_is_saved_and_comes_back(
    world: World, postgres_server: str, redis_url: str, tmp_path: Path
) -> None:
    public = await new_database(postgres_server)
    await set_variable(world, "postgres", "DATABASE_PUBLIC_URL", public)
    await set_variable(world, "backend", "REDIS_URL", redis_url)
    async with reached(world.place, NO_DETOUR) as (store, settings):
        await prepare(store)
        await seed(store, make(datetime.now(UTC)), kind=PythonEnv.staging)
        kept = Kept("staging", store, settings)
        saved = await take(store, tmp_path / "it.jsonl.gz", kept.header)
        backup = Backup.read(tmp_path / "it.jsonl.gz")
        assert backup.header.environment == "staging"
        assert await restoring.drill(settings, backup) == saved
        await store.remove(Profile, {"is_seed_data": True})
        assert await restoring.replace(store, backup) == saved
        assert await contents(store) == saved
