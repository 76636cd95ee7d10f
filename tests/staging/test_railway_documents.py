"""What Railway is asked is what Railway's schema knows, and what its sandbox knows."""

from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from staging.railway import documents
from staging.railway.documents import Document

HOUSE = Path(__file__).parents[2]
SCHEMAS = {
    "Railway's own": HOUSE.parent / "shared" / "contracts" / "railway.graphql",
    "the sandbox's": HOUSE / "sandboxes" / "railway" / "schema.graphql",
}
ASKED = {name: each for name, each in vars(documents).items() if isinstance(each, Document)}
READS = ("query ", "query{")


@pytest.fixture(scope="module", params=SCHEMAS)
def schema(request: pytest.FixtureRequest) -> GraphQLSchema:
    """A schema of Railway, as far as there is one."""
    path = SCHEMAS[request.param]
    if not path.exists():
        pytest.skip("the shared contracts are not beside this repository")
    # Railway's own has one deprecation that GraphQL forbids.
    return build_schema(path.read_text(), assume_valid=True)


def wrong(schema: GraphQLSchema, text: str) -> list[str]:
    """What a schema has against a document."""
    return [error.message for error in validate(schema, parse(text))]


@pytest.mark.parametrize("name", ASKED)
def test_each_document_is_valid_in(schema: GraphQLSchema, name: str) -> None:
    assert not wrong(schema, ASKED[name].text)


@pytest.mark.parametrize(
    "text",
    [
        "query X { projekt(id: 1) { id } }",
        "mutation X($id: String!) { deploymentRollback(id: $id) { id } }",
        "query X($id: Int!) { deployment(id: $id) { id } }",
    ],
)
def test_what_railway_would_refuse_is_seen(schema: GraphQLSchema, text: str) -> None:
    assert wrong(schema, text)


@pytest.mark.parametrize("name", ASKED)
def test_each_document_is_one_operation_of_its_own_name(name: str) -> None:
    document = ASKED[name]
    assert len(parse(document.text).definitions) == 1
    assert document.name
    assert [each.name for each in ASKED.values()].count(document.name) == 1


@pytest.mark.parametrize("name", ASKED)
def test_only_a_change_may_not_be_asked_twice(name: str) -> None:
    document = ASKED[name]
    if document.text.startswith(READS):
        assert document.repeatable
