"""Previews: an environment of its own, made once, refreshed, listed with its cost, and ended."""

from datetime import UTC, datetime, timedelta

import pytest

from staging.railway import previews
from staging.railway.costs import of_environment
from staging.railway.located import Place
from staging.railway.previews import NoPreview, NoSuchPreview, ValuesAreSealed
from tests.staging.railway_runner import World

OWN = ("JWT_SECRET", "CSRF_SECRET", "METRICS_TOKEN")


async def make(world: World, name: str = "pr-42", **given: str) -> Place:
    return await previews.make(world.place, name, given, world.told["preview"].append)


async def test_a_preview_has_secrets_a_name_and_a_host_of_its_own(world: World) -> None:
    made = await make(world)
    staging, own = [await place.variables("backend") for place in (world.place, made)]
    assert [own[name] == staging[name] for name in OWN] == [False, False, False]
    assert own["POSTMARK_API_KEY"] == staging["POSTMARK_API_KEY"]
    assert (own["ENVIRONMENT_NAME"], made.environment.prefix) == ("pr-42", "pr_42_")
    assert own["BACKEND_URL"] == f"https://{made.host('backend')}"
    assert made.host("backend") not in (None, world.place.host("backend"))
    databases = [
        (await it.variables("postgres"))["POSTGRES_PASSWORD"] for it in (world.place, made)
    ]
    assert databases[0] != databases[1]
    assert not [order for order in world.runner.orders if order.environment_id == made.id]


async def test_making_it_twice_makes_one_and_keeps_its_secrets(world: World) -> None:
    first = await make(world)
    secrets = await first.variables("backend")
    again = await make(world)
    assert again.id == first.id
    assert await again.variables("backend") == secrets
    assert [it.name for it in await previews.previews(world.place)] == ["pr-42"]


async def test_what_is_sealed_in_staging_is_asked_for_and_it_goes_on(world: World) -> None:
    where = {"projectId": world.place.held.project.id, "environmentId": world.place.id}
    patch = {"sharedVariables": {"POSTMARK_API_KEY": {"value": "sealed-key", "isSealed": True}}}
    query = "mutation M($e: String!, $p: EnvironmentConfig!)"
    query += " { environmentPatchCommit(environmentId: $e, patch: $p) }"
    await world.rails.ask(query, e=where["environmentId"], p=patch)
    world.place = await world.placed()
    with pytest.raises(ValuesAreSealed, match="POSTMARK_API_KEY did not come over to pr-42"):
        await make(world)
    made = await make(world, POSTMARK_API_KEY="given-here")
    assert (await made.variables("backend"))["POSTMARK_API_KEY"] == "given-here"


async def test_a_preview_is_listed_with_its_age_and_cost_and_is_gone_when_it_ends(
    world: World,
) -> None:
    made = await make(world)
    (there,) = await previews.previews(world.place)
    later = datetime.now(UTC) + timedelta(days=30)
    assert timedelta(days=29) < there.idle(later) < timedelta(days=31)
    assert there.cost(later) == pytest.approx(of_environment(made.environment), rel=0.05)
    await previews.end(world.place, there)
    assert await previews.previews(world.place) == ()
    with pytest.raises(NoSuchPreview, match="There is no preview pr-42; there is none at all"):
        await previews.find(world.place, "pr-42")


async def test_only_what_was_left_alone_is_stale(world: World) -> None:
    await make(world)
    assert await previews.stale(world.place, timedelta(days=1)) == ()
    assert [it.name for it in await previews.stale(world.place, timedelta())] == ["pr-42"]


async def test_staging_is_no_preview(world: World) -> None:
    with pytest.raises(NoPreview):
        await previews.find(world.place, "staging")
    with pytest.raises(NoPreview):
        await make(world, "staging")
