"""A release as `staging deploy` ends: its exit code, what is said, and how it goes on."""

from itertools import count

import pytest

from staging.commands.deploy import ended
from staging.commands.ending import FAILED, FINE
from staging.output import Output
from staging.railway.located import ServiceIsMissing
from staging.railway.releasing import Asked, Released, release
from staging.verify import Check, Wire
from staging.verify.visit import Visit, Wrong
from tests.staging.railway_runner import QUICK, Unheard, World, source


async def is_not_the_second(visit: Visit) -> str:
    """Is it any release but the second?"""
    if visit.target.release == "two":
        raise Wrong("two answers in one's words")
    return f"{visit.target.release} answers"


ASKS = (Check("words", is_not_the_second, "its own words", "Read them."),)


async def released(world: World, text: str, checks: tuple[Check, ...] = ASKS) -> Released:
    """A release of a source with this text, verified by one question."""
    asked = Asked(source(world.folder, text), {}, Wire(), checks=checks, pauses_s=(0, 0))
    return await release(await world.placed(), asked, Unheard(), QUICK)


async def test_one_that_never_becomes_healthy_ends_with_1_and_the_same_command_goes_on(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(Output(), await released(world, "one"), world.place) == FINE
    assert "Deployed and verified: backend " in capsys.readouterr().out
    world.runner.fates["worker"] = "is ill"
    assert ended(Output(), await released(world, "three"), world.place) == FAILED
    said = capsys.readouterr().err
    assert "can not find its belt" in said
    assert "docs/runbook.md" in said
    assert "It is not deployed. worker, backend went back to what served before." in said
    world.runner.fates.clear()
    assert ended(Output(), await released(world, "three"), world.place) == FINE


async def test_one_that_is_healthy_and_wrong_ends_with_1_and_says_what_serves(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(Output(), await released(world, "two"), world.place) == FAILED
    said = capsys.readouterr().err
    assert "words: two answers in one's words" in said
    alone = "frontend, worker, backend did not go back: nothing served before it."
    assert f"What was deployed serves, and is not well. {alone}" in said
    assert ended(Output(), await released(world, "one"), world.place) == FINE
    assert ended(Output(), await released(world, "two"), world.place) == FAILED
    said = capsys.readouterr().err
    assert "It is not deployed. frontend, worker, backend went back" in said
    assert world.runner.of("backend")[-1].variables["RELEASE"] == "one"


async def test_no_release_is_undone_for_one_slow_moment(world: World) -> None:
    looks = count(1)

    async def is_slow(_: Visit) -> str:
        if next(looks) < 3:
            raise Wrong("a second for an answer")
        return "at once"

    pace = (Check("pace", is_slow, "at once", "Look around.", alone=True),)
    assert (await released(world, "one", pace)).ok
    assert next(looks) == 4, "it was looked at three times"


async def test_what_was_set_up_by_half_is_refused_before_anything_is_uploaded(
    world: World,
) -> None:
    query = "mutation M($id: String!) { serviceDelete(id: $id) }"
    await world.rails.ask(query, id=world.place.service("worker").id)
    with pytest.raises(ServiceIsMissing, match="has no service worker") as why:
        await released(world, "one")
    assert "`staging setup` makes what is missing" in why.value.advice
    assert not world.runner.of("backend")
