"""Where setting up on Railway is refused, or stops: names, tokens, limits, production."""

import pytest

from staging.environment import STAGING
from staging.railway import choosing, errors, planning
from staging.railway.documents import PROJECT_CREATE
from staging.railway.given import ValuesAreRefused, usable
from staging.railway.making import SetupStopped
from staging.railway.setup import project_token
from staging.values import Given
from tests.staging.railways import NAME, Rails, Stands

LIVE = "sk_" + "live_of_somebody"


async def test_a_project_of_others_is_taken_only_when_asked(rails: Rails) -> None:
    order = {"name": NAME, "defaultEnvironmentName": "staging"}
    theirs = await rails.make("projectCreate", "ProjectCreateInput", **order)
    with pytest.raises(choosing.NameIsTaken, match="--adopt"):
        await rails.look()
    looked, kept = await rails.set_up(adopt=True)
    assert kept[-1].project_id == theirs
    assert not looked.plan.to_do


async def test_of_projects_with_one_name_the_id_says_which(rails: Rails) -> None:
    order = {"name": NAME, "defaultEnvironmentName": "staging"}
    ids = [await rails.make("projectCreate", "ProjectCreateInput", **order) for _ in range(2)]
    with pytest.raises(choosing.NameIsShared, match=ids[0]):
        await rails.look(adopt=True)
    looked = await rails.look(project=ids[1], adopt=True)
    assert looked.choice.project
    assert looked.choice.project.id == ids[1]


async def test_no_service_of_ours_gets_into_an_environment_of_others(rails: Rails) -> None:
    await rails.make("projectCreate", "ProjectCreateInput", name=NAME)
    with pytest.raises(choosing.ProjectIsShared, match="production"):
        await rails.look(adopt=True)


@pytest.mark.parametrize("name", ["production", "wwmaa-production", "Production_2"])
async def test_production_is_refused_by_its_name(rails: Rails, name: str) -> None:
    with pytest.raises(choosing.ProductionIsRefused):
        await rails.look(project=name)


async def test_production_is_refused_by_what_it_says_of_itself(stands: Stands) -> None:
    rails, link = stands
    await rails.set(link, PYTHON_ENV="production")
    with pytest.raises(planning.EnvironmentIsProduction):
        await rails.look()


async def test_a_live_key_is_refused_whoever_brings_it(stands: Stands) -> None:
    with pytest.raises(ValuesAreRefused, match="live key") as raised:
        usable(STAGING, {"STRIPE_SECRET_KEY": LIVE}, "a file")
    assert LIVE not in str(raised.value)
    rails, link = stands
    await rails.set(link, "backend", STRIPE_SECRET_KEY=LIVE)
    with pytest.raises(ValuesAreRefused, match="Railway holds") as raised:
        await rails.look()
    assert LIVE not in str(raised.value)


async def test_a_database_of_another_version_is_not_put_over_its_data(stands: Stands) -> None:
    rails, link = stands
    await rails.configure(link, "postgres", source={"image": "postgres:16"})
    with pytest.raises(planning.ServiceIsAnother, match=r"postgres:16.*staging backup"):
        await rails.look()


async def test_a_link_to_what_is_gone_or_anothers_is_said(stands: Stands) -> None:
    rails, link = stands
    assert (await rails.look(link=link)).choice.project
    await rails.ask("mutation M($id: String!) { projectDelete(id: $id) }", id=link.project_id)
    with pytest.raises(choosing.ProjectIsNotOurs, match=link.project_id):
        await rails.look(link=link)
    assert (await rails.look()).plan.to_do


async def test_a_workspace_that_is_not_there_is_said(rails: Rails) -> None:
    with pytest.raises(choosing.WorkspaceIsOpen, match="there is WWMAA"):
        await rails.look(workspace="Judo Club")
    assert (await rails.look(workspace="WWMAA")).plan.to_do


async def test_a_host_that_is_taken_stops_it_with_a_way_on(rails: Rails) -> None:
    order = {"name": "other", "defaultEnvironmentName": "staging"}
    theirs = await rails.make("projectCreate", "ProjectCreateInput", **order)
    query = "query P($id: String!) { project(id: $id) { primaryEnvironmentId } }"
    where = {"projectId": theirs}
    where["environmentId"] = (await rails.ask(query, id=theirs))["primaryEnvironmentId"]
    service = await rails.make("serviceCreate", "ServiceCreateInput", **where, name="site")
    taken = {**where, "serviceId": service, "domain": STAGING.domains["backend"]}
    await rails.make("customDomainCreate", "CustomDomainCreateInput", **taken)
    with pytest.raises(SetupStopped, match=r"not available") as stopped:
        await rails.set_up()
    assert "stopped at backend host api-staging.wwmaa.com, " in stopped.value.fact


async def test_a_project_token_can_not_set_up_and_says_which_can(stands: Stands) -> None:
    rails, link = stands
    async with rails.railway() as railway:
        token = await project_token(railway, link, STAGING)
    async with rails.railway(kind="project", secret=token) as railway:
        with pytest.raises(errors.WrongKindOfToken, match="RAILWAY_API_TOKEN"):
            await railway.ask(PROJECT_CREATE, input={"name": "x"})
    async with rails.railway(kind="account", secret=token) as railway:
        with pytest.raises(errors.TokenIsInTheWrongVariable, match="RAILWAY_TOKEN"):
            await railway.ask(PROJECT_CREATE, input={"name": "x"})


async def test_a_token_that_has_expired_is_said(rails: Rails) -> None:
    order = {"kind": "account", "expires_in_s": 0.001}
    answer = await rails.client.post("/_sandbox/railway/tokens", json=order)
    rails.token = answer.json()["token"]
    with pytest.raises(errors.TokenIsUnknown, match="expired"):
        await rails.look()


async def test_a_pause_that_railway_asks_for_is_made(rails: Rails) -> None:
    fault = {"vendor": "railway", "kind": "status", "status": 429, "retry_after": 1, "times": 1}
    (await rails.client.post("/_sandbox/faults", json=fault)).raise_for_status()
    await rails.look()
    assert rails.waited == [1.0]


async def test_where_the_hour_is_used_up_people_are_told_until_when(rails: Rails) -> None:
    fault = {"vendor": "railway", "kind": "status", "status": 429, "retry_after": 1800, "times": 1}
    (await rails.client.post("/_sandbox/faults", json=fault)).raise_for_status()
    with pytest.raises(errors.RateLimited, match="it answers again at"):
        await rails.look()
    assert not rails.waited


def test_what_a_person_knows_alone_is_a_vendors() -> None:
    assert isinstance(STAGING.shared["POSTMARK_API_KEY"], Given)
