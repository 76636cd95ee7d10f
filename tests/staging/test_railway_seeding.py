"""Seeds of an environment on Railway: ordered from here, and put in from inside."""

from collections.abc import AsyncIterator

import pytest

from backend.prepare import prepare
from backend.schema.profiles import Profile
from backend.security import hasher
from backend.settings import PythonEnv, Settings
from backend.store import Store
from backend.store.opening import open_store
from staging.commands.deploy import ended
from staging.commands.ending import FAILED, FINE
from staging.output import Output
from staging.railway.deploy import Deploying
from staging.railway.follow import DeploymentFailed
from staging.railway.releasing import Asked, Released, release
from staging.railway.seeding import DONE, NothingIsDeployed, bring
from staging.seed import MARK, SeedingIsRefused
from staging.seeds import PERSONAS, totals
from staging.seeds.__main__ import CollectionsAreNotThere, main, put_in
from staging.seeds.passwords import following
from staging.verify import Check, Wire
from staging.verify.visit import Visit
from tests.backend.conftest import variables
from tests.staging.railway_runner import QUICK, Unheard, World, source


async def answers(_: Visit) -> str:
    """Does anything answer?"""
    return "something"


async def released(world: World, text: str = "one") -> Released:
    """A release of a source with this text, with which every check is content."""
    checks = (Check("answers", answers, "an answer", "Ask."),)
    asked = Asked(source(world.folder, text), {}, Wire(), checks=checks)
    return await release(await world.placed(), asked, Unheard(), QUICK)


def run(world: World) -> Deploying:
    """A run of which nobody is told."""
    return Deploying(world.place, source(world.folder), lambda _: lambda _: None, QUICK)


def commands(world: World) -> list[str | None]:
    """What the seeds were told to do, one deployment after the other."""
    return [order.pre_deploy_command for order in world.runner.of("seeds")]


async def test_a_release_fills_an_environment_once_and_a_person_brings_it_to_today(
    world: World,
) -> None:
    with pytest.raises(NothingIsDeployed, match="staging has no deployment of the backend"):
        await bring(run(world))
    assert (await released(world)).ok
    assert (await released(world, "two")).ok
    await world.rails.set(world.link, JWT_SECRET="made anew, and the password follows from it")
    assert (await released(world, "three")).ok
    world.runner.words["seeds"] = "seeds: 7 inserted"
    assert await bring(run(world)) == "7 inserted"
    assert await bring(run(world), anew=True) == "7 inserted"
    world.runner.words.clear()
    assert await bring(run(world)) == DONE
    told = ["--once", "", "", "--reset", ""]
    assert commands(world) == [f"python -m staging.seeds {it}".rstrip() for it in told]
    place = await world.placed()
    usual = place.service("seeds").settings["preDeployCommand"]
    assert usual == ["python -m staging.seeds --once"], "whoever deploys it by hand resets nothing"


async def test_seeds_that_break_undo_no_release_and_the_same_command_goes_on(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.runner.fates["seeds"] = "is ill"
    assert ended(Output(), await released(world), world.place) == FAILED
    said = capsys.readouterr()
    assert "Deployed and verified: backend " in said.out
    assert "can not find its belt" in said.err
    assert "It serves, and not all of its seeds are in." in said.err
    world.runner.fates.clear()
    assert ended(Output(), await released(world), world.place) == FINE
    assert [len(world.runner.of(name)) for name in ("backend", "seeds")] == [1, 2]
    world.runner.fates["seeds"] = "is ill"
    with pytest.raises(DeploymentFailed, match="seeds's deployment"):
        await bring(run(world), anew=True)
    usual = (await world.placed()).service("seeds").settings["preDeployCommand"]
    assert usual == ["python -m staging.seeds --once"]


@pytest.fixture
async def inside(postgres_url: str, redis_url: str) -> AsyncIterator[tuple[Store, Settings]]:
    """What a process of an environment has: its settings, and its database."""
    settings = Settings.load(variables(postgres_url, redis_url) | {"PYTHON_ENV": "staging"})
    store = await open_store(settings)
    yield store, settings
    await store.close()


async def test_inside_they_are_put_in_once_or_brought_to_today_or_made_as_new(
    inside: tuple[Store, Settings],
) -> None:
    store, settings = inside
    with pytest.raises(CollectionsAreNotThere, match="parts of the database are not as"):
        await put_in(store, settings, once=True, anew=False)
    await prepare(store)
    promised = sum(totals(1).values())
    assert await put_in(store, settings, once=True, anew=False) == f"{promised} inserted"
    some = await store.first(Profile, MARK)
    assert some is not None
    await store.update(some.changed(full_name="Somebody Else"))
    assert await put_in(store, settings, once=True, anew=False) == "they are there"
    assert "in place" in await put_in(store, settings, once=False, anew=False)
    assert await put_in(store, settings, once=False, anew=True) == f"{promised} inserted"
    persona = await store.first(Profile, {"email": PERSONAS[0].email})
    assert persona is not None
    assert persona.password_hash is not None
    password = following(settings.authentication.jwt_secret.get_secret_value())
    assert hasher(settings.authentication.password_hash_memory_kib).verify(
        password, persona.password_hash
    )


async def test_inside_production_is_never_touched(inside: tuple[Store, Settings]) -> None:
    store, settings = inside
    core = settings.core.model_copy(update={"python_env": PythonEnv.production})
    with pytest.raises(SeedingIsRefused):
        await put_in(store, settings.model_copy(update={"core": core}), once=True, anew=True)


@pytest.mark.parametrize(
    ("wrong", "code", "why"),
    [
        ({"JWT_SECRET": ""}, 2, "JWT_SECRET is missing"),
        ({"PYTHON_ENV": "production", "ENVIRONMENT_NAME": "production"}, 3, "neither seeded nor"),
        ({}, 1, "parts of the database are not as this release declares them"),
    ],
)
def test_as_a_step_it_says_what_is_wrong_and_ends_so(
    wrong: dict[str, str],
    code: int,
    why: str,
    postgres_url: str,
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in (variables(postgres_url, redis_url) | wrong).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["python -m staging.seeds", "--once"])
    with pytest.raises(SystemExit) as end:
        main()
    assert (end.value.code, why in capsys.readouterr().err) == (code, True)
