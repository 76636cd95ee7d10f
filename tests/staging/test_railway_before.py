"""What is not right is seen before a deployment: it is refused, and nothing is changed."""

from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from backend.prepare import prepare
from staging.local import ROOT
from staging.obstacles import Refused
from staging.railway.before import (
    DefinitionIsTrapped,
    MigrationsAreNotSafe,
    VariablesAreMissing,
    VariablesAreRefused,
    opened,
    preconditions,
)
from staging.railway.documents import VARIABLES_SET
from staging.railway.link import Link
from staging.railway.releasing import Asked, release
from staging.railway.source import NoCommit, Source, TreeIsNotClean
from staging.verify import Wire
from tests.backend.documents import person
from tests.conftest import new_database
from tests.staging.railway_runner import QUICK, Unheard, World

CLEAN = Source(ROOT, "0123456789ab", ())


async def refused(world: World, source: Source = CLEAN) -> Refused:
    """Why a deployment of this is refused, with nothing uploaded and no variable set."""
    place = await world.placed()
    before = await place.variables("backend")
    with pytest.raises(Refused) as why:
        await release(place, Asked(source, {}, Wire()), Unheard(), QUICK)
    assert not [order for order in world.runner.orders if order.service_name == "backend"]
    assert await (await world.placed()).variables("backend") == before
    return why.value


async def given(world: World, service: str, **values: str) -> None:
    """Set variables as somebody does in the dashboard."""
    place = world.place
    where = {"projectId": place.held.project.id, "environmentId": place.id}
    told = {**where, "variables": values}
    if service:
        told["serviceId"] = place.service(service).id
    await place.railway.ask(VARIABLES_SET, input=told)


async def test_what_is_deployed_is_looked_at(world: World, tmp_path: Path) -> None:
    """The definition is none that Railway takes and does wrong, and the tree is in a commit."""
    looks = preconditions(world.place, CLEAN, Wire(), allow_dirty=False)
    told = {each.name: await each.ask() for each in looks}
    assert list(told) == ["definition", "tree", "variables", "live keys", "migrations"]
    assert told["tree"] == "0123456789ab"
    assert "none is missing" in told["variables"]
    root = tmp_path / "trapped"
    root.mkdir()
    (root / "railway.json").write_text('{"deploy": {"healthcheckTimeout": "100"}}')
    why = await refused(world, replace(CLEAN, root=root))
    assert isinstance(why, DefinitionIsTrapped)
    assert "railway.json" in why.fact
    why = await refused(world, replace(CLEAN, changed=tuple("abcdefg")))
    assert isinstance(why, TreeIsNotClean)
    assert "a, b, c, d, e and 2 more" in why.fact
    assert "--allow-dirty" in why.advice
    assert isinstance(await refused(world, replace(CLEAN, commit="")), NoCommit)


async def test_no_variable_is_missing_or_live_or_productions(world: World) -> None:
    link = Link.at(world.folder)
    assert link
    await given(world, "backend", STRIPE_SECRET_KEY="_".join(("sk", "live", "0123456789abcdef")))
    why = await refused(world)
    assert isinstance(why, VariablesAreRefused)
    assert "backend: STRIPE_SECRET_KEY" in why.fact
    assert "0123456789abcdef" not in why.fact
    await given(world, "worker", PYTHON_ENV="production")
    why = await refused(world)
    assert isinstance(why, VariablesAreRefused)
    assert "worker: PYTHON_ENV is production" in why.fact
    await world.rails.unset(link, "METRICS_TOKEN")
    await world.rails.unset(link, "DATABASE_URL", "worker")
    why = await refused(world)
    assert isinstance(why, VariablesAreMissing)
    assert "shared: METRICS_TOKEN; worker: DATABASE_URL" in why.fact
    assert "`staging setup`" in why.advice


async def test_documents_that_the_new_release_would_lose(
    world: World, postgres_server: str, redis_url: str
) -> None:
    url = await new_database(postgres_server)
    await given(world, "postgres", DATABASE_PUBLIC_URL=url)
    await given(world, "backend", REDIS_URL=redis_url)
    async with opened(world.place, Wire()) as store:
        assert store is not None
        await prepare(store)
        await store.insert(person())
    looks = preconditions(world.place, CLEAN, Wire(), allow_dirty=False)
    assert "and nothing is lost" in await looks[-1].ask()
    connection = await asyncpg.connect(url)
    await connection.execute('UPDATE staging_profiles SET data = data || \'{"role": "emperor"}\'')
    await connection.close()
    why = await refused(world)
    assert isinstance(why, MigrationsAreNotSafe)
    assert "profiles" in why.fact
