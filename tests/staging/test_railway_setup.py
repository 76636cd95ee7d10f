"""Setting up on Railway: from nothing, twice, broken off anywhere, and where it is refused."""

from collections.abc import Mapping
from typing import Any

import pytest

from staging.environment import STAGING
from staging.railway.making import SetupStopped
from staging.railway.setup import Looked
from staging.railway.telling import SecretCanNotBeMadeAnew
from tests.staging.railways import GIVEN, NAME, Line, Rails, Stands, WasSetUp, made

NOTHING: Mapping[str, str] = {}


def state(looked: Looked) -> dict[str, Any]:
    """What Railway holds, without what differs each time: ids, moments and secrets."""
    held = looked.held
    assert held
    services = {
        service.name: {
            "settings": {k: v for k, v in service.settings.items() if "Deployment" not in k},
            "volumes": service.volumes,
            "variables": sorted(service.variables.names),
            "hosts": len(service.hosts.service_domains) + len(service.hosts.custom_domains),
            "runs": service.latest is not None,
        }
        for service in held.services.values()
    }
    return {"shared": sorted(held.shared.names), "services": services}


async def test_from_nothing_everything_is_made(rails: Rails) -> None:
    looked, link = await made(rails)
    assert not looked.plan.to_do
    held = looked.held
    assert held
    assert (held.project.name, held.environment.name) == (NAME, "staging")
    assert [it.name for it in held.project.environments.all] == ["staging"]
    assert held.services.keys() == {it.name for it in STAGING.hosted} == link.services.keys()
    postgres = held.services["postgres"]
    assert postgres.image == "pgvector/pgvector:pg18"
    assert postgres.volumes == ("/var/lib/postgresql",)
    assert postgres.variables.values["DATABASE_URL"].startswith("postgresql://${{POSTGRES_USER}}")
    backend = held.services["backend"]
    assert backend.settings["healthcheckPath"] == "/api/health"
    assert backend.variables.values["JWT_SECRET"] == "${{shared.JWT_SECRET}}"
    assert backend.latest is None
    assert held.shared.values["POSTMARK_API_KEY"] == GIVEN["POSTMARK_API_KEY"]
    assert len(held.shared.values["JWT_SECRET"]) > 40


async def test_a_second_time_there_is_nothing_to_do(rails: Rails) -> None:
    first, _ = await made(rails)
    line = Line(rails.way)
    again, _ = await rails.set_up(line=line)
    assert not [each for each in line.asked if '"query":"mutation' in each]
    assert state(again) == state(first)
    assert secrets(again) == secrets(first)


def secrets(looked: Looked) -> dict[str, str]:
    """The secrets that were made."""
    held = looked.held
    assert held
    names = ("JWT_SECRET", "CSRF_SECRET", "METRICS_TOKEN")
    own = {"POSTGRES_PASSWORD": held.services["postgres"].variables.values["POSTGRES_PASSWORD"]}
    return own | {name: held.shared.values[name] for name in names}


async def test_broken_off_after_each_change_the_same_command_goes_on(
    set_up: WasSetUp, rails: Rails
) -> None:
    _, whole, _ = set_up
    advice: list[str] = []
    while True:
        try:
            looked, kept = await rails.set_up(line=Line(rails.way, changes=1))
        except SetupStopped as stopped:
            advice.append(stopped.advice)
        else:
            break
    assert all("the same command goes on" in each for each in advice)
    # The project came with its environment; all else was one change and one start each.
    assert len(advice) == len(looked.plan.changes) - 1
    assert state(looked) == state(whole)
    assert len(kept) == 1


async def test_a_plan_changes_nothing_and_names_no_value(rails: Rails) -> None:
    looked = await rails.look(GIVEN)
    assert len(looked.plan.to_do) == len(looked.plan.changes) > 15
    assert GIVEN["POSTMARK_API_KEY"] not in repr(looked.plan)
    assert not (await rails.ask("query { projects { edges { node { id } } } }"))["edges"]


async def test_what_nobody_gave_is_said_and_the_rest_is_made(rails: Rails) -> None:
    looked, _ = await rails.set_up(NOTHING)
    assert looked.plan.lacks == ("POSTMARK_API_KEY",)
    assert "STRIPE_SECRET_KEY" in looked.plan.does_without
    assert not looked.plan.to_do
    later, _ = await rails.set_up({**GIVEN, "STRIPE_SECRET_KEY": "sk_test_of_a_test"})
    assert not later.plan.lacks
    assert "STRIPE_SECRET_KEY" not in later.plan.does_without


async def test_what_was_given_stays_until_something_else_is_given(stands: Stands) -> None:
    rails, _ = stands
    again, _ = await rails.set_up(NOTHING)
    assert not again.plan.lacks
    other, _ = await rails.set_up({"POSTMARK_API_KEY": "another"})
    assert other.held
    assert other.held.shared.values["POSTMARK_API_KEY"] == "another"


async def test_a_secret_that_is_there_is_kept_and_made_anew_only_when_asked(rails: Rails) -> None:
    first, _ = await made(rails)
    other = await rails.look({**GIVEN, "JWT_SECRET": "x" * 40})
    assert other.plan.kept == ("JWT_SECRET",)
    assert not other.plan.to_do
    anew, _ = await rails.set_up(anew=("JWT_SECRET",))
    assert secrets(anew)["JWT_SECRET"] != secrets(first)["JWT_SECRET"]
    assert secrets(anew)["CSRF_SECRET"] == secrets(first)["CSRF_SECRET"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("POSTGRES_PASSWORD", "data of postgres"), ("STRIPE_SECRET_KEY", "has not made it")],
)
async def test_a_secret_that_others_rely_on_is_not_made_anew(
    rails: Rails, name: str, words: str
) -> None:
    with pytest.raises(SecretCanNotBeMadeAnew, match=words):
        await rails.set_up(anew=(name,))


async def test_what_somebody_changed_by_hand_is_put_right(stands: Stands) -> None:
    rails, link = stands
    await rails.configure(link, "backend", healthcheckPath="/", drainingSeconds=1)
    await rails.set(link, "backend", WEB_CONCURRENCY="9", STRAY="1")
    todo = {it.name: it.what for it in (await rails.look()).plan.to_do}
    assert todo == {
        "backend settings": "healthcheckPath, drainingSeconds",
        "backend variables": "WEB_CONCURRENCY",
    }
    again, _ = await rails.set_up(prune=True)
    assert not again.plan.to_do
    assert again.held
    assert "STRAY" not in again.held.services["backend"].variables.names


async def test_the_release_that_a_deployment_wrote_down_outlives_pruning(rails: Rails) -> None:
    _, link = await made(rails)
    await rails.set(link, "backend", RELEASE="one", STRAY="of nobody")
    again, _ = await rails.set_up(prune=True)
    assert again.held
    held = again.held.services["backend"].variables
    assert held.values["RELEASE"] == "one"
    assert "STRAY" not in held.names


async def test_a_database_that_was_changed_or_has_crashed_is_started_again(rails: Rails) -> None:
    first, link = await made(rails)
    await rails.set(link, "redis", REDIS_PASSWORD="another-password")
    todo = (await rails.look()).plan.to_do
    assert [(it.name, it.what) for it in todo] == [
        ("redis start", "run it again, for its variables have changed")
    ]
    again, _ = await rails.set_up()
    assert first.held
    assert again.held
    before, now = first.held.services["redis"].latest, again.held.services["redis"].latest
    assert before
    assert now
    assert before.id != now.id
