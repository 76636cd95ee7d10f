"""Deployments by their ids: followed, failed, interrupted, gone on with, and undone."""

from functools import partial

import httpx2
import pytest

from staging.railway.deploy import Deploying, Made
from staging.railway.deployments import SERVES, history
from staging.railway.errors import AnswerWasLost, RateLimited
from staging.railway.follow import DeploymentFailed, DeploymentWaits, Pace, follow
from staging.railway.rollback import CanNotGoBackTo, NothingToGoBackTo, back, choose
from tests.staging.railway_runner import QUICK, World, source


def run(world: World, text: str = "one", pace: Pace = QUICK, *, again: bool = False) -> Deploying:
    """A deployment of a source with this text."""
    tell = lambda service: world.told[service].append  # noqa: E731
    return Deploying(world.place, source(world.folder, text), tell, pace, again)


async def deploy(deploying: Deploying) -> list[Made]:
    await deploying.parts()
    return [made async for made in deploying.services()]


async def serves(world: World, service: str = "backend") -> str:
    """The id of what serves."""
    id_ = world.place.service(service).id
    there = await history(world.place.railway, world.place.id, id_)
    return next(it.id for it in there if it.status in SERVES)


async def test_a_deployment_is_followed_by_its_id_until_it_serves(world: World) -> None:
    made = await deploy(run(world))
    assert made[0].service == "backend"
    assert made[0].deployment == await serves(world)
    assert made[0].before is None
    assert world.told["backend"][0].startswith("uploading 1 files")
    assert world.told["backend"][-1] == "success: healthcheck, 0.0 s"
    assert (order := world.runner.of("backend")[0]).variables["RELEASE"] == "one"
    assert order.source is not None
    assert (order.source / "app.txt").read_text() == "one"


async def test_what_fails_shows_its_own_steps_and_its_own_last_words(world: World) -> None:
    first = (await deploy(run(world)))[0].deployment
    world.runner.fates["backend"] = "is ill"
    with pytest.raises(DeploymentFailed) as failed:
        await deploy(run(world, "two"))
    id_ = world.runner.of("backend")[-1].deployment_id
    told = str(failed.value.fact)
    assert told.startswith(f"backend's deployment {id_} is FAILED: healthcheck, attempt 7, ")
    assert f"| {id_} can not find its belt" in told
    assert "build image, 1.2 s" in told
    assert first not in told
    assert "never answered 200" in failed.value.advice
    assert await serves(world) == first


async def test_what_failed_undoes_nothing_where_the_old_one_goes_on(world: World) -> None:
    first = (await deploy(run(world)))[0].deployment
    world.runner.fates["backend"] = "is ill"
    failing = run(world, "two")
    with pytest.raises(DeploymentFailed):
        await deploy(failing)
    undone = await failing.undo()
    assert (undone.back, undone.stayed) == ({"backend": first}, {})
    assert len(world.runner.of("backend")) == 2


async def test_when_the_website_fails_the_backend_before_it_goes_back(world: World) -> None:
    first = (await deploy(run(world)))[0].deployment
    world.runner.fates["frontend"] = "is ill"
    failing = run(world, "two")
    with pytest.raises(DeploymentFailed, match="frontend's deployment"):
        await deploy(failing)
    assert (await failing.undo()).back.keys() >= {"backend", "frontend"}
    assert world.runner.of("backend")[-1].built_from == first


async def test_what_serves_and_is_wrong_goes_back_to_the_image_and_variables_before(
    world: World,
) -> None:
    first = (await deploy(run(world)))[0].deployment
    wrong = run(world, "two")
    await deploy(wrong)
    undone = await wrong.undo()
    order = world.runner.of("backend")[-1]
    assert undone.back["backend"] == order.deployment_id
    assert undone.back.keys() == {it.service for it in wrong.made}
    assert not undone.stayed
    assert (order.built_from, order.variables["RELEASE"]) == (first, "one")
    assert await serves(world) == order.deployment_id


async def test_with_nothing_before_it_a_wrong_one_stays_and_says_so(world: World) -> None:
    wrong = run(world)
    await deploy(wrong)
    undone = await wrong.undo()
    assert undone.back == {}
    assert undone.stayed["backend"] == "nothing served before it"


async def test_one_that_takes_too_long_is_gone_on_with_and_not_begun_again(world: World) -> None:
    world.runner.fates["backend"] = "hangs"
    with pytest.raises(DeploymentWaits, match="after 0 s") as waiting:
        await deploy(run(world, pace=Pace(0.02, 0.1)))
    assert "goes on from here" in waiting.value.advice
    world.runner.going_on.set()
    made, *_ = await deploy(run(world))
    assert not made.is_new
    assert [made.deployment] == [it.deployment_id for it in world.runner.of("backend")]


async def test_a_release_that_serves_is_deployed_anew_only_when_asked(world: World) -> None:
    first = (await deploy(run(world)))[0].deployment
    assert (await deploy(run(world)))[0].deployment == first
    again = (await deploy(run(world, again=True)))[0]
    assert again.deployment != first
    assert again.before == first


class Dropping(httpx2.AsyncBaseTransport):
    """Loses what Railway answers to an upload, so many times."""

    def __init__(self, way: httpx2.AsyncBaseTransport, times: int, *, arrives: bool) -> None:
        self.way, self.times, self.arrives = way, times, arrives

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if not request.url.path.endswith("/up") or not self.times:
            return await self.way.handle_async_request(request)
        self.times -= 1
        if self.arrives:
            await self.way.handle_async_request(request)
        raise httpx2.WriteError("the connection was reset")


def over(world: World, line: httpx2.AsyncBaseTransport) -> Deploying:
    """The same deployment by another way to Railway."""
    deploying = run(world)
    deploying.place = type(world.place)(
        world.rails.railway(line), world.place.environment, world.place.held
    )
    return deploying


async def test_an_upload_that_breaks_off_is_sent_again(world: World) -> None:
    made = await deploy(over(world, Dropping(world.rails.way, 2, arrives=False)))
    assert made[0].deployment == await serves(world)
    assert len(world.runner.of("backend")) == 1


async def test_a_network_that_stays_away_fails_and_the_same_command_goes_on(world: World) -> None:
    with pytest.raises(AnswerWasLost, match="upload"):
        await deploy(over(world, Dropping(world.rails.way, 99, arrives=False)))
    assert world.runner.of("backend") == []
    assert (await deploy(run(world)))[0].deployment == await serves(world)


async def test_an_upload_whose_answer_was_lost_is_found_again(world: World) -> None:
    line = Dropping(world.rails.way, 99, arrives=True)
    with pytest.raises(AnswerWasLost):
        await deploy(over(world, line))
    made, *_ = await deploy(run(world))
    assert not made.is_new
    assert made.deployment == await serves(world)


async def test_a_limit_of_questions_is_told_with_the_moment_it_ends(world: World) -> None:
    class Limiting(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, _request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(429, headers={"retry-after": "1800"}, json={})

    with pytest.raises(RateLimited, match="in 30 min"):
        await deploy(over(world, Limiting()))


async def test_one_goes_back_by_hand_to_the_last_that_served_or_to_a_named_one(
    world: World,
) -> None:
    first, second, third = [
        (await deploy(run(world, text)))[0].deployment for text in ("one", "two", "three")
    ]
    assert (await choose(world.place, "backend", None, QUICK)).id == second
    chosen = await choose(world.place, "backend", first, QUICK)
    served = await back(world.place, "backend", chosen.id, world.told["backend"].append, QUICK)
    assert world.runner.of("backend")[-1].built_from == first
    assert served.id == await serves(world)
    with pytest.raises(CanNotGoBackTo, match="it is SUCCESS") as refused:
        await choose(world.place, "backend", served.id, QUICK)
    assert third in refused.value.advice
    with pytest.raises(CanNotGoBackTo, match="has no such deployment"):
        await choose(world.place, "backend", "d-0", QUICK)


async def test_where_nothing_served_there_is_nothing_to_go_back_to(world: World) -> None:
    with pytest.raises(NothingToGoBackTo):
        await choose(world.place, "backend", None, QUICK)


async def test_one_that_must_be_approved_is_told(world: World) -> None:
    place = world.place
    told = {"environment_id": place.id, "service_id": place.service("backend").id}
    told |= {"status": "NEEDS_APPROVAL"}
    answer = await world.rails.client.put("/_sandbox/railway/next", json=told)
    assert answer.is_success, answer.text
    with pytest.raises(DeploymentWaits, match="somebody must approve it"):
        await deploy(run(world))


async def test_a_deployment_that_another_one_replaced_is_no_success(world: World) -> None:
    first = (await deploy(run(world)))[0].deployment
    await deploy(run(world, "two"))
    tell = partial(world.told["backend"].append)
    with pytest.raises(DeploymentFailed, match=f"{first} is REMOVED"):
        await follow(world.place.railway, "backend", first, tell, QUICK)
