"""Variables: how they are set, how references resolve, what is provided, and what is sealed."""

import httpx2
import pytest

from sandboxes.railway.references import References
from tests.sandboxes.railway import Place, Refused, rails

COMMIT = """mutation C($e: String!, $p: EnvironmentConfig)
  { environmentPatchCommit(environmentId: $e, patch: $p) }"""
READ = "query V($p: String!, $e: String!) { variables(projectId: $p, environmentId: $e) }"


async def test_variables_are_added_replaced_and_deleted(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place(variables={"A": "1"})
    await account.set(place, variables={"B": "2"})
    assert await account.variables(place, unrendered=True) == {"A": "1", "B": "2"}
    await account.set(place, variables={"C": "3"}, replace=True)
    assert await account.variables(place, unrendered=True) == {"C": "3"}
    at = {"projectId": place.project, "environmentId": place.environment}
    one = at | {"serviceId": place.service, "name": "D", "value": "4"}
    assert await account.ask(
        "mutation U($i: VariableUpsertInput!) { variableUpsert(input: $i) }", i=one
    )
    gone = at | {"serviceId": place.service, "name": "C"}
    delete = "mutation D($i: VariableDeleteInput!) { variableDelete(input: $i) }"
    assert await account.ask(delete, i=gone)
    assert await account.variables(place, unrendered=True) == {"D": "4"}
    with pytest.raises(Refused, match="Variable C not found"):
        await account.ask(delete, i=gone)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"A B": "1"}, "Invalid variable name: A B"),
        ({"1A": "1"}, "Invalid variable name: 1A"),
        ({"A": 1}, "The value of A must be a string"),
        ({"A": None}, "The value of A must be a string"),
        ({"A": "x" * 40_000}, "is longer than"),
        ([], "variables must be an object"),
    ],
)
async def test_what_can_not_be_a_variable_is_refused(
    sandboxes: httpx2.AsyncClient, variables: object, told: str
) -> None:
    account = await rails(sandboxes)
    with pytest.raises(Refused, match=told):
        await account.set(await account.place(), variables=variables)


async def test_references_are_followed_by_their_exact_names(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    database = await account.service(place.project, place.environment, "Postgres")
    there = Place(place.project, place.environment, database)
    url = "postgresql://${{RAILWAY_PRIVATE_DOMAIN}}:5432/${{PGUSER}}"
    await account.set(there, variables={"PGUSER": "aiko", "DATABASE_URL": url})
    await account.set(place, shared=True, variables={"ORIGIN": "https://wwmaa.example"})
    told = {
        "DATABASE_URL": "${{ Postgres.DATABASE_URL }}/wwmaa",
        "LOWER": "${{postgres.DATABASE_URL}}",
        "CORS": "${{shared.ORIGIN}},${{CORS}}",
        "PORT_OF": "${{Postgres.PORT}}",
    }
    await account.set(place, variables=told)
    rendered = await account.variables(place)
    assert rendered["DATABASE_URL"] == "postgresql://postgres.railway.internal:5432/aiko/wwmaa"
    assert (rendered["LOWER"], rendered["PORT_OF"]) == ("", "")
    assert rendered["CORS"] == "https://wwmaa.example,"
    assert await account.variables(place, unrendered=True) == told
    shared = await account.ask(READ, p=place.project, e=place.environment)
    assert shared == {"ORIGIN": "https://wwmaa.example"}


def test_references_in_a_circle_end() -> None:
    references = References({"a": {"X": "${{b.Y}}"}, "b": {"Y": "-${{a.X}}-"}}, {})
    assert references.resolved("a") == {"X": "--"}
    assert references.dangling == ["${{a.X}}"]


async def test_railway_provides_where_one_is(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place("Web Site")
    provided = await account.variables(place)
    assert provided == {
        "RAILWAY_PROJECT_NAME": "wwmaa",
        "RAILWAY_PROJECT_ID": place.project,
        "RAILWAY_ENVIRONMENT": "staging",
        "RAILWAY_ENVIRONMENT_NAME": "staging",
        "RAILWAY_ENVIRONMENT_ID": place.environment,
        "RAILWAY_SERVICE_NAME": "Web Site",
        "RAILWAY_SERVICE_ID": place.service,
        "RAILWAY_PRIVATE_DOMAIN": "web-site.railway.internal",
    }


async def test_what_is_sealed_is_never_shown(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place(variables={"OPEN": "1", "SHOWS": "<${{JWT_SECRET}}>"})
    sealed = {"JWT_SECRET": {"value": "very-secret-word", "isSealed": True}}
    patch = {"services": {place.service: {"variables": sealed}}}
    await account.ask(COMMIT, e=place.environment, p=patch)
    seen = await account.variables(place)
    assert (seen["OPEN"], seen["SHOWS"], "JWT_SECRET" in seen) == ("1", "<*****>", False)
    assert "JWT_SECRET" not in await account.variables(place, unrendered=True)
    await account.set(place, variables={"JWT_SECRET": "another-secret"})
    answers = [
        await account.post(
            "query C($e: String!) { environment(id: $e) { config(decryptVariables: true)"
            " variables { edges { node { name isSealed } } } } }",
            e=place.environment,
        ),
        await sandboxes.get("/_sandbox/requests", params={"vendor": "railway"}),
    ]
    for answer in answers:
        assert "JWT_SECRET" in answer.text
        assert "very-secret-word" not in answer.text
        assert "another-secret" not in answer.text
    nodes = answers[0].json()["data"]["environment"]["variables"]["edges"]
    assert {each["node"]["name"]: each["node"]["isSealed"] for each in nodes} == {
        "OPEN": False,
        "SHOWS": False,
        "JWT_SECRET": True,
    }


async def test_what_is_sealed_is_not_copied(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place(variables={"OPEN": "1"})
    sealed = {"JWT_SECRET": {"value": "very-secret-word", "isSealed": True}}
    patch = {"services": {place.service: {"variables": sealed}}}
    await account.ask(COMMIT, e=place.environment, p=patch)
    copied = await account.environment(
        place.project, "pr-7", sourceEnvironmentId=place.environment, ephemeral=True
    )
    there = await account.ask(
        "query C($e: String!) { environment(id: $e) { variables { edges { node { name } } } } }",
        e=copied,
    )
    assert there == {"variables": {"edges": [{"node": {"name": "OPEN"}}]}}
