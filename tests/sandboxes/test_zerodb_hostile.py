"""Whatever is sent to ZeroDB's sandbox, it answers; and it never stumbles."""

import pytest

from sandboxes.kit.sandbox import Operation
from sandboxes.zerodb import ZERODB
from tests.sandboxes.zerodb import KEY, PROJECT, Project

DEEP = b'{"filter": ' + b'{"a": ' * 400 + b"1" + b"}" * 401
BODIES = (
    b"",
    b"5",
    b"null",
    b"[[1], {}]",
    b"\xff\x00{",
    b'{"filter": {"a": {"$in": [[[]]]}}, "update": {"$set": {"a": 1e400}}}',
    b'{"filter": {"\\u0000": 1}, "update": {"$push": {"a.b": {}}}, "sort": {"": 1}}',
    b'{"row_data": {"a": 1e400}, "rows": [{}], "table_name": "\\ud800", "name": "\\u0000x"}',
    b'{"vector_embedding": [1e39], "items": [{"vector": []}], "query_vector": [0]}',
    b'{"texts": ["", "\\u0000"], "query": "\\ud800", "filter_metadata": {"a b": 1}}',
    DEEP,
    b"[" * 5000,
)
ENDING = {"delete_project", "delete_table"}


@pytest.mark.parametrize("dialect", ["/zerodb", "/zerodb/compat"])
async def test_every_operation_answers_whatever_is_sent(zerodb: Project, dialect: str) -> None:
    await zerodb.create("members")
    for operation in ZERODB.operations:
        if operation.name not in ENDING:
            await attack(zerodb, operation, dialect)


async def attack(zerodb: Project, operation: Operation, dialect: str) -> None:
    path = operation.path.format(
        project_id=PROJECT, table_name="members", table="%00", row_id="%00", vector_id="%00"
    )
    # Nothing reads the body of a GET.
    for body in BODIES if operation.method != "GET" else BODIES[:1]:
        answer = await zerodb.client.request(
            operation.method, f"{dialect}{path}", content=body, headers={"X-API-Key": KEY}
        )
        assert answer.status_code < 500, (operation.name, body[:60], answer.text)
