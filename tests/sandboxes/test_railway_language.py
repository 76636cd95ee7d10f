"""What Railway can be asked: our part of its schema beside the whole, and what is refused how."""

from collections.abc import Iterator

import httpx2
import pytest
from graphql import GraphQLSchema, OperationType, build_schema, parse, validate

from sandboxes.railway import RESOLVERS
from sandboxes.railway.language import SCHEMA, roots
from sandboxes.railway.outside import OUTSIDE
from tests.sandboxes.railway import API, Rails, rails
from tests.sandboxes.railway_schema import (
    CONTRACTS,
    WHOLE,
    as_text,
    differences,
    lacking,
    the_whole,
)

needs_whole = pytest.mark.skipif(not WHOLE.exists(), reason="Railway's whole schema is not here")


@pytest.fixture(scope="module")
def whole() -> GraphQLSchema:
    """Railway's whole schema."""
    return the_whole()


@needs_whole
def test_our_part_is_the_same_in_the_whole(whole: GraphQLSchema) -> None:
    assert list(differences(SCHEMA, whole)) == []


@needs_whole
def test_what_ours_lacks_is_written_down(whole: GraphQLSchema) -> None:
    assert as_text(OUTSIDE) == as_text(lacking(SCHEMA, whole))


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        ("type Query { b: Int }", "Query.b is not there"),
        ("type Query { a(x: Int!): String }", "Query.a is Int there, and String here"),
        ("type Query { a(x: Int!, y: Int): Int }", "Query.a(y) is not there"),
        ("type Query { a(x: Int): Int }", "Query.a(x) is Int! there, and Int here"),
        ("type Query { a: Int }", "Query.a(x) is needed there, and is not here"),
        ("type Query { a(x: Int!): Int } enum E { A }", "E has other values there"),
        ("type Query { a(x: Int!): Int } input I { n: Int = 2 }", "I.n is 1 by default there"),
        ("type Query { a(x: Int!): Int } type F { a: Int }", "F is a NoneType there"),
        ("type Query { a(x: Int!): Int } type T { a: Int }", "T has other interfaces there"),
    ],
)
def test_a_difference_is_seen(ours: str, told: str) -> None:
    there = (
        "type Query { a(x: Int!): Int } enum E { A B } input I { n: Int = 1 }"
        " interface N { a: Int } type T implements N { a: Int }"
    )
    found = list(differences(build_schema(ours), build_schema(there)))
    assert [each[: len(told)] for each in found] == [told]


def test_every_field_that_can_be_asked_has_an_answer() -> None:
    assert RESOLVERS.queries.keys() == set(roots(OperationType.QUERY))
    assert RESOLVERS.mutations.keys() == set(roots(OperationType.MUTATION))
    for parent, name in RESOLVERS.fields:
        kind = SCHEMA.type_map[parent]
        assert name in getattr(kind, "fields", {}), f"{parent}.{name}"


def documents() -> Iterator[str]:
    """The operations that clients are known to ask, where they lie beside this project."""
    path = CONTRACTS / "railway-operations.graphql"
    lines = path.read_text().splitlines() if path.exists() else []
    return (line for line in lines if line.startswith(("query", "mutation", "subscription")))


def test_known_operations_are_taken_or_refused_as_not_emulated() -> None:
    refused = []
    for document in documents():
        name = document.split()[1].partition("(")[0]
        if document.startswith("subscription") or validate(SCHEMA, parse(document)):
            refused.append(name)
    changes = ["PreviewChangeSet", "ApplyChangeSet", "ApplyStatus"]
    watching = ["WatchDeployment", "WatchEvents", "WatchBuild"]
    assert refused in ([], changes + watching)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("{ nothing }", "Cannot query field 'nothing' on type 'Query'."),
        ("{ me { shoeSize } }", "Cannot query field 'shoeSize' on type 'User'."),
        ("{ me }", "Field 'me' of type 'User!' must have a selection of subfields."),
        ("{ project { id } }", "Argument 'Query.project(id:)' of type 'String!' is required"),
        ("{ me { id ", "Syntax Error: Expected Name, found <EOF>."),
        ("mutation { deploymentRollback(id: 1) }", "String cannot represent a non string value: 1"),
        (
            'mutation { deploymentRollback(id: "x") { id status } }',
            "Field 'deploymentRollback' must not have a selection since type 'Boolean!'",
        ),
    ],
)
async def test_what_railway_would_refuse_is_refused(
    sandboxes: httpx2.AsyncClient, query: str, told: str
) -> None:
    answer = await (await rails(sandboxes)).post(query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].startswith(told)


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("{ adminVolumeInstancesForVolume }", "adminVolumeInstancesForVolume"),
        ("{ me { avatar } }", "avatar"),
        ('{ template(owner: "x") { id } }', "owner"),
        ('subscription { deploymentLogs(deploymentId: "x") { message } }', "subscription"),
        (
            "mutation ($i: BucketCreateInput!) { bucketCreate(input: $i) { id } }",
            "BucketCreateInput",
        ),
    ],
)
async def test_what_is_not_emulated_is_said(
    sandboxes: httpx2.AsyncClient, query: str, what: str
) -> None:
    answer = await (await rails(sandboxes)).post(query)
    message = answer.json()["errors"][0]["message"]
    assert answer.status_code == 501, message
    assert message.startswith("railway sandbox does not emulate")
    assert what in message


async def test_values_of_variables_are_judged_too(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    query = "mutation M($input: ProjectCreateInput!) { projectCreate(input: $input) { id } }"
    for order, told in (
        ({"name": 7}, "String cannot represent a non string value: 7"),
        ({"shoeSize": 7}, "not to include unknown field 'shoeSize'"),
        ({"runtime": "V9"}, "Value 'V9' does not exist in 'PublicRuntime' enum"),
    ):
        answer = await account.post(query, input=order)
        assert told in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b'{"query": 7}', b'{"variables": {}}'])
async def test_a_body_that_is_no_question_is_refused(
    sandboxes: httpx2.AsyncClient, body: bytes
) -> None:
    answer = await sandboxes.post(API, content=body)
    assert answer.status_code == 400
    assert "is no GraphQL request" in answer.json()["errors"][0]["message"]


async def test_hostile_questions_are_answered(sandboxes: httpx2.AsyncClient) -> None:
    deep = "{ me " + "{ workspaces " * 400 + "{ id }" + " }" * 401
    long = "{ " + "me { id } " * 1_300 + "}"
    for query in (deep, long, "{ ...A } fragment A on Query { ...A }"):
        answer = await Rails(sandboxes, None).post(query)
        assert answer.status_code in {200, 400}, answer.text[:200]
    strange = await (await rails(sandboxes)).post('{ project(id: "\\u0000") { id } }')
    assert strange.json()["errors"][0]["message"] == "Project not found"


async def test_one_field_can_fail_alone(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    fault = {"vendor": "railway", "operation": "me", "kind": "status", "status": 503}
    (await sandboxes.post("/_sandbox/faults", json=fault)).raise_for_status()
    failed = await account.post("{ me { id } }")
    assert (failed.status_code, "as it was told to" in failed.text) == (503, True)
    assert (await account.post("{ projects { edges { cursor } } }")).status_code == 200
    (await sandboxes.delete("/_sandbox/faults")).raise_for_status()
    assert (await account.post("{ me { id } }")).status_code == 200
