"""Projects, environments and services: made, listed, copied, configured by the rules, deleted."""

from typing import Any

import httpx2
import pytest

from tests.sandboxes.railway import Place, Rails, Refused, rails

INSTANCE = """query I($e: String!, $s: String!)
  { serviceInstance(environmentId: $e, serviceId: $s) {
    serviceName builder startCommand preDeployCommand healthcheckPath healthcheckTimeout
    restartPolicyType restartPolicyMaxRetries overlapSeconds drainingSeconds numReplicas
    rootDirectory dockerfilePath watchPatterns source { repo image } latestDeployment { id }
    activeDeployments { id } domains { serviceDomains { domain targetPort } }
} }"""
PROJECTS = """query P($first: Int, $after: String) { projects(first: $first, after: $after) {
    edges { node { id name } } pageInfo { hasNextPage endCursor } } }"""


async def instance(account: Rails, place: Place) -> Any:
    """How a service is configured."""
    return await account.ask(INSTANCE, e=place.environment, s=place.service)


async def test_a_project_has_an_environment_and_pages(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    made = [await account.project(name) for name in ("one", "two", "three")]
    first = await account.ask(PROJECTS, first=2)
    assert [edge["node"]["name"] for edge in first["edges"]] == ["three", "two"]
    assert first["pageInfo"]["hasNextPage"]
    rest = await account.ask(PROJECTS, first=2, after=first["pageInfo"]["endCursor"])
    assert [edge["node"]["id"] for edge in rest["edges"]] == [made[0][0]]
    assert not rest["pageInfo"]["hasNextPage"]
    with pytest.raises(Refused, match="Invalid cursor"):
        await account.ask(PROJECTS, after="nowhere")
    with pytest.raises(Refused, match="first must be between"):
        await account.ask(PROJECTS, first=-1)


async def test_a_project_is_changed_and_deleted(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    changed = await account.ask(
        "mutation U($id: String!, $i: ProjectUpdateInput!) { projectUpdate(id: $id, input: $i)"
        " { name prDeploys baseEnvironment { name } subscriptionType workspace { name } } }",
        id=place.project,
        i={"prDeploys": True, "name": "wwmaa-staging", "baseEnvironmentId": place.environment},
    )
    assert changed == {
        "name": "wwmaa-staging",
        "prDeploys": True,
        "baseEnvironment": {"name": "staging"},
        "subscriptionType": "pro",
        "workspace": {"name": "WWMAA"},
    }
    with pytest.raises(Refused, match="between 1 and 50"):
        await account.project(" ")
    bound = await account.bound(place)
    assert await account.ask(
        "mutation D($id: String!) { projectDelete(id: $id) }", id=place.project
    )
    with pytest.raises(Refused, match="Project not found"):
        await account.ask("query P($id: String!) { project(id: $id) { id } }", id=place.project)
    with pytest.raises(Refused, match="Project Token not found"):
        await bound.ask("{ projectToken { id } }")


async def test_a_copy_has_all_but_data(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place(variables={"A": "1"})
    await account.configure(place, healthcheckPath="/api/health", overlapSeconds=20)
    await account.set(place, shared=True, variables={"S": "2"})
    domain = (
        "mutation D($i: ServiceDomainCreateInput!) { serviceDomainCreate(input: $i) { domain } }"
    )
    at = {"environmentId": place.environment, "serviceId": place.service}
    assert await account.ask(domain, i=at) == {"domain": "backend-staging.up.railway.app"}
    copied = await account.environment(
        place.project, "pr-7", sourceEnvironmentId=place.environment, ephemeral=True
    )
    there = Place(place.project, copied, place.service)
    told = await instance(account, there)
    assert (told["healthcheckPath"], told["overlapSeconds"]) == ("/api/health", 20)
    assert told["domains"]["serviceDomains"][0]["domain"] == "backend-pr-7.up.railway.app"
    assert await account.variables(there, unrendered=True) == {"A": "1"}
    await account.configure(there, healthcheckPath="/else")
    await account.set(there, variables={"A": "9"})
    assert (await instance(account, place))["healthcheckPath"] == "/api/health"
    assert await account.variables(place, unrendered=True) == {"A": "1"}
    environments = await account.ask(
        "query E($p: String!) { environments(projectId: $p, isEphemeral: true)"
        " { edges { node { name sourceEnvironment { name } } } } }",
        p=place.project,
    )
    (edge,) = environments["edges"]
    assert edge["node"] == {"name": "pr-7", "sourceEnvironment": {"name": "staging"}}


async def test_a_name_is_taken_once(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    preview = await account.environment(place.project, "pr-7")
    rename = (
        "mutation R($id: String!, $n: String!)"
        " { environmentRename(id: $id, input: {name: $n}) { name } }"
    )
    with pytest.raises(Refused, match="Environment with name staging already exists"):
        await account.environment(place.project, "staging")
    with pytest.raises(Refused, match="Environment with name staging already exists"):
        await account.ask(rename, id=preview, n="staging")
    assert await account.ask(rename, id=preview, n="pr-8") == {"name": "pr-8"}
    with pytest.raises(Refused, match="A service named backend already exists"):
        await account.service(place.project, place.environment, "backend")
    with pytest.raises(Refused, match="between 1 and 64"):
        await account.environment(place.project, "a/b")
    primary = "mutation D($id: String!) { environmentDelete(id: $id) }"
    with pytest.raises(Refused, match="primary environment"):
        await account.ask(primary, id=place.environment)
    assert await account.ask(primary, id=preview)
    await account.environment(place.project, "pr-8")


async def test_a_service_is_in_every_environment_that_is_no_copy(
    sandboxes: httpx2.AsyncClient,
) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    production = await account.environment(place.project, "production")
    worker = await account.service(place.project, place.environment, "worker")
    await account.configure(
        Place(place.project, place.environment, worker), startCommand="python -m backend.worker"
    )
    in_production = await instance(account, Place(place.project, production, worker))
    assert in_production["startCommand"] == "python -m backend.worker"
    preview = await account.environment(
        place.project, "pr-7", sourceEnvironmentId=place.environment
    )
    await account.configure(Place(place.project, preview, worker), startCommand="sleep 1")
    in_staging = await instance(account, Place(place.project, place.environment, worker))
    assert in_staging["startCommand"] == "python -m backend.worker"
    gone = "mutation D($id: String!, $e: String) { serviceDelete(id: $id, environmentId: $e) }"
    assert await account.ask(gone, id=worker, e=preview)
    with pytest.raises(Refused, match="ServiceInstance not found"):
        await instance(account, Place(place.project, preview, worker))
    assert await account.ask(gone, id=worker, e=place.environment)
    with pytest.raises(Refused, match="Service not found"):
        await account.ask("query S($id: String!) { service(id: $id) { id } }", id=worker)


async def test_a_service_is_configured(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    change = {
        "startCommand": "python -m backend",
        "preDeployCommand": ["python -m backend.prepare"],
        "healthcheckPath": "/api/health",
        "healthcheckTimeout": 100,
        "restartPolicyType": "ON_FAILURE",
        "restartPolicyMaxRetries": 3,
        "overlapSeconds": 20,
        "drainingSeconds": 15,
        "numReplicas": 2,
        "rootDirectory": "/",
        "dockerfilePath": "Dockerfile",
        "watchPatterns": ["/backend/**"],
    }
    await account.configure(place, **change)
    told = await instance(account, place)
    assert {name: told[name] for name in change} == change
    assert (told["serviceName"], told["builder"]) == ("backend", "RAILPACK")
    assert (told["source"], told["latestDeployment"], told["activeDeployments"]) == (None, None, [])
    await account.configure(place, startCommand=None, builder=None)
    told = await instance(account, place)
    assert (told["startCommand"], told["builder"]) == (None, "RAILPACK")


@pytest.mark.parametrize(
    ("plan", "change", "told"),
    [
        ("PRO", {"railwayConfigFile": "railway.json"}, "Config as Code .* is deprecated"),
        ("PRO", {"preDeployCommand": ["a", "b"]}, "at most 1 element"),
        ("PRO", {"overlapSeconds": -1}, "overlapSeconds: Number must be"),
        ("PRO", {"healthcheckPath": "api/health"}, "must start with a /"),
        ("PRO", {"numReplicas": 43}, "between 1 and 42 replicas"),
        ("HOBBY", {"numReplicas": 7}, "between 1 and 6 replicas"),
        ("FREE", {"restartPolicyType": "ALWAYS"}, "Your plan allows ON_FAILURE"),
        ("FREE", {"restartPolicyMaxRetries": 11}, "Your plan allows ON_FAILURE"),
        ("PRO", {"restartPolicyMaxRetries": 0}, "greater than or equal to 1"),
        ("PRO", {"builder": "DOCKERFILE"}, "Value 'DOCKERFILE' does not exist in 'Builder' enum"),
        ("PRO", {"overlapSeconds": "20"}, "Int cannot represent non-integer value"),
        ("PRO", {"cronSchedule": "* * * * *"}, "railway sandbox does not emulate cronSchedule"),
    ],
)
async def test_what_railways_rules_forbid_is_refused(
    sandboxes: httpx2.AsyncClient, plan: str, change: dict[str, Any], told: str
) -> None:
    await sandboxes.put("/_sandbox/railway/workspace", json={"plan": plan})
    account = await rails(sandboxes)
    place = await account.place()
    before = await instance(account, place)
    with pytest.raises(Refused, match=told):
        await account.configure(place, **change)
    assert await instance(account, place) == before
