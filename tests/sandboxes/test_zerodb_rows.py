"""ZeroDB's tables and rows as the cloud has them: what it keeps, and what it does not promise."""

import asyncio
from uuid import uuid4

import httpx2
import pytest

from tests.sandboxes.zerodb import PROJECT, Project, good

TABLE = "/database/tables/members"


@pytest.fixture
async def members(zerodb: Project) -> Project:
    await zerodb.create("members")
    return zerodb


async def test_a_table_is_made_listed_found_and_dropped(zerodb: Project) -> None:
    told = {"table_name": "members", "schema": {"email": "string"}, "description": "who trains"}
    made = good(await zerodb.ask("POST", "/database/tables", told))
    assert made.keys() >= {"table_id", "project_id", "table_name", "created_at", "updated_at"}
    assert made["schema_definition"] == {"email": "string"}
    await zerodb.create("bouts")
    page = good(await zerodb.ask("GET", "/database/tables", skip=1, limit=1))
    assert (page["total"], page["skip"], page["limit"], page["has_more"]) == (2, 1, 1, False)
    assert page["data"] == [made]
    assert good(await zerodb.ask("GET", f"/database/tables/{made['table_id']}")) == made
    assert "deleted" in good(await zerodb.ask("DELETE", TABLE))["message"]
    assert (await zerodb.ask("GET", f"/database/tables/{made['table_id']}")).status_code == 404


async def test_a_table_is_made_once(members: Project) -> None:
    told = {"table_name": "members"}
    again = await asyncio.gather(*(members.ask("POST", "/database/tables", told) for _ in range(4)))
    assert {answer.status_code for answer in again} == {400}
    assert "already exists" in again[0].json()["detail"]


async def test_a_dropped_table_takes_its_rows_along(members: Project) -> None:
    await members.insert("members", {"email": "haruto@wwmaa.example"})
    good(await members.ask("DELETE", TABLE))
    assert (await members.query("members")).status_code == 404
    await members.create("members")
    assert await members.found("members") == []


async def test_a_row_is_kept_replaced_and_forgotten(members: Project) -> None:
    row = {"row_data": {"email": "haruto@wwmaa.example", "belt": {"colour": "black"}}}
    made = good(await members.ask("POST", f"{TABLE}/rows", row))
    assert (made["project_id"], made["table_name"]) == (PROJECT, "members")
    assert made["row_data"] == row["row_data"]
    assert made["created_at"] == made["updated_at"]
    assert made["created_at"].endswith("Z")
    path = f"{TABLE}/rows/{made['row_id']}"
    assert good(await members.ask("GET", path)) == made
    changed = good(await members.ask("PUT", path, {"row_data": {"belt": None}}))
    assert changed["row_data"] == {"belt": None}
    assert changed["updated_at"] > changed["created_at"] == made["created_at"]
    gone = good(await members.ask("DELETE", path))
    assert gone == {"message": f"Row {made['row_id']} deleted successfully"}
    for method, body in (("GET", None), ("PUT", row), ("DELETE", None)):
        assert (await members.ask(method, path, body)).status_code == 404


async def test_two_who_insert_the_same_address_both_succeed(members: Project) -> None:
    same = {"email": "haruto@wwmaa.example"}
    ids = await asyncio.gather(*(members.insert("members", same) for _ in range(2)))
    assert len({each for (each,) in ids}) == 2
    assert await members.found("members", same) == [same, same]


async def test_rows_are_listed_page_by_page_and_each_once(members: Project) -> None:
    await members.insert("members", *({"number": number} for number in range(7)))
    pages = [
        good(await members.ask("GET", f"{TABLE}/rows", skip=skip, limit=3)) for skip in (0, 3, 6)
    ]
    assert [(page["total"], page["has_more"]) for page in pages] == [
        (7, True),
        (7, True),
        (7, False),
    ]
    listed = [row["row_data"]["number"] for page in pages for row in page["data"]]
    assert sorted(listed) == list(range(7))


@pytest.mark.parametrize(
    ("body", "where", "kind"),
    [
        ({"rows": [{"email": "a@b.example"}]}, ["body", "row_data"], "missing"),
        ({"data": {}}, ["body", "row_data"], "missing"),
        ({"row_data": "text"}, ["body", "row_data"], "dict_type"),
        ([], ["body"], "model_type"),
        (None, ["body"], "missing"),
    ],
)
async def test_a_row_of_another_shape_is_refused_as_fastapi_does(
    members: Project, body: object, where: list[str], kind: str
) -> None:
    answer = await members.ask("POST", f"{TABLE}/rows", body)
    assert answer.status_code == 422
    assert [(each["loc"], each["type"]) for each in answer.json()["detail"]] == [(where, kind)]


async def test_a_body_that_is_no_json_is_refused(members: Project) -> None:
    for content in (b"{", b'{"row_data": {"a": NaN}}', b"[" * 100_000):
        answer = await post(members, content)
        assert (answer.status_code, answer.json()["detail"][0]["type"]) == (422, "json_invalid")


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1001}, {"skip": -1}, {"limit": "x"}])
async def test_a_page_out_of_bounds_is_refused(members: Project, query: dict[str, object]) -> None:
    assert (await members.ask("GET", f"{TABLE}/rows", **query)).status_code == 422
    assert (await members.query("members", **query)).status_code == 422


async def test_what_is_not_there_is_told_by_name(zerodb: Project) -> None:
    for answer in (
        await zerodb.query("members"),
        await zerodb.ask("GET", f"{TABLE}/rows"),
        await zerodb.ask("POST", f"{TABLE}/rows", {"row_data": {}}),
        await zerodb.ask("GET", f"{TABLE}/rows/{uuid4()}"),
        await zerodb.ask("DELETE", TABLE),
    ):
        assert (answer.status_code, answer.json()) == (404, {"detail": "Table 'members' not found"})


async def test_what_any_json_holds_comes_back(members: Project) -> None:
    held = {
        "name": "Zoë 🥋",
        "big": 2**60,
        "small": -0.25,
        "none": None,
        "yes": True,
        "nested": {"deep": [1, "two", [3], {"four": 4}]},
        "a.b c$": 1,
    }
    await members.insert("members", held)
    assert await members.found("members") == [held]


async def post(members: Project, content: bytes) -> httpx2.Response:
    path = f"{members.root}/projects/{PROJECT}{TABLE}/rows"
    return await members.client.post(path, content=content, headers={"X-API-Key": members.key})


async def test_characters_that_can_not_be_kept_are_replaced(members: Project) -> None:
    answer = await post(members, rb'{"row_data": {"half\u0000": "\ud800"}}')
    assert answer.json()["row_data"] == {"half\ufffd": "?"}


async def test_a_number_that_json_can_not_say_is_refused(members: Project) -> None:
    assert (await post(members, b'{"row_data": {"a": 1e999}}')).status_code == 400


async def test_a_reset_empties_the_environments_project_and_leaves_it_there(
    members: Project, sandboxes: httpx2.AsyncClient
) -> None:
    await members.insert("members", {"belt": "black"})
    (await sandboxes.post("/_sandbox/reset?vendor=postmark")).raise_for_status()
    assert await members.found("members") == [{"belt": "black"}]
    state = (await sandboxes.get("/_sandbox/state?vendor=zerodb")).json()["zerodb"]
    assert (state["zerodb_rows"]["count"], state["zerodb_tables"]["count"]) == (1, 1)
    (await sandboxes.post("/_sandbox/reset?vendor=zerodb")).raise_for_status()
    answer = await members.query("members")
    assert answer.json() == {"detail": "Table 'members' not found"}
