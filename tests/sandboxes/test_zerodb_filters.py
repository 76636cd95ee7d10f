"""ZeroDB's filters: every operator in each dialect, and what is refused."""

from typing import Any

import pytest

from tests.sandboxes.zerodb import Project

PEOPLE: tuple[dict[str, Any], ...] = (
    {"name": "ann", "age": 20, "belt": {"dan": 1}, "tags": ["judo", "kata"], "left": None},
    {"name": "bob", "age": 30, "belt": {"dan": 2}, "tags": ["judo"], "active": True},
    {"name": "cleo", "age": "30", "belt": "white", "tags": "judoka", "active": 1},
    {"name": "dan", "age": 4.5, "tags": [{"kind": "kata"}], "active": False},
)


@pytest.fixture
async def people(zerodb: Project) -> Project:
    await zerodb.create("people")
    await zerodb.insert("people", *PEOPLE)
    return zerodb


async def names(project: Project, asked: object) -> str:
    """The initials of those who are found, in their order."""
    found = await project.found("people", asked, sort={"name": 1})
    return "".join(each["name"][0] for each in found)


STRICT = [
    ({}, "abcd"),
    ({"name": "bob"}, "b"),
    ({"age": 30}, "b"),
    ({"age": "30"}, "c"),
    ({"active": True}, "b"),
    ({"active": 1}, "c"),
    ({"active": False}, "d"),
    ({"left": None}, "abcd"),
    ({"belt.dan": 2}, "b"),
    ({"belt": {"dan": 2}}, "b"),
    ({"belt": {}}, ""),
    ({"tags": ["judo"]}, "b"),
    ({"tags.0": "judo"}, "ab"),
    ({"tags": "judo"}, ""),
    ({"name": "bob", "age": 30}, "b"),
    ({"name": "bob", "age": 31}, ""),
    ({"age": {"$eq": 20}}, "a"),
    ({"age": {"$ne": 20}}, "bcd"),
    ({"active": {"$ne": None}}, "bcd"),
    ({"active": {"$ne": True}}, "acd"),
    ({"age": {"$gt": 20}}, "b"),
    ({"age": {"$gte": 20}}, "ab"),
    ({"age": {"$lt": 20}}, "d"),
    ({"age": {"$lte": 20}}, "ad"),
    ({"age": {"$gte": "3"}}, "c"),
    ({"age": {"$gt": 4, "$lt": 25}}, "ad"),
    ({"belt.dan": {"$gt": 0}}, "ab"),
    ({"name": {"$lt": "bz"}}, "ab"),
    ({"name": {"$in": ["ann", "dan", "eve"]}}, "ad"),
    ({"name": {"$in": []}}, ""),
    ({"belt.dan": {"$in": [2, None]}}, "bcd"),
    ({"tags": {"$in": [["judo"], "judoka"]}}, "bc"),
    ({"name": {"$nin": ["ann", "bob"]}}, "cd"),
    ({"active": {"$nin": [True]}}, "acd"),
    ({"active": {"$nin": [None]}}, "bcd"),
    ({"tags": {"$contains": "judo"}}, "abc"),
    ({"tags": {"$contains": "Judo"}}, ""),
    ({"tags": {"$contains": {"kind": "kata"}}}, "d"),
    ({"age": {"$contains": "3"}}, "c"),
    ({"name": {"$contains": "%"}}, ""),
    ({"name": {"$regex": "^[ab]"}}, "ab"),
    ({"name": {"$regex": "O"}}, ""),
    ({"age": {"$regex": "3"}}, "c"),
    ({"created_at": {"$gte": "2000-01-01", "$lt": "2999-01-01"}}, "abcd"),
    ({"row_id": {"$ne": None}}, "abcd"),
]


@pytest.mark.parametrize(("asked", "found"), STRICT, ids=map(str, STRICT))
async def test_a_filter_finds_what_it_says(people: Project, asked: object, found: str) -> None:
    assert await names(people, asked) == found


ONLY_COMPAT = [
    ({"left": {"$exists": True}}, "a"),
    ({"left": {"$exists": False}}, "bcd"),
    ({"$or": [{"name": "ann"}, {"age": "30"}]}, "ac"),
    ({"$and": [{"active": 1}, {"age": "30"}]}, "c"),
    ({"$or": [{"$and": [{"name": "ann"}, {"age": 1}]}, {"name": "dan"}]}, "d"),
    ({"age": {"$not": {"$gt": 20}}}, "acd"),
    ({"$not": {"name": "ann"}}, "bcd"),
]


@pytest.mark.parametrize(("asked", "found"), ONLY_COMPAT, ids=map(str, ONLY_COMPAT))
async def test_what_only_clients_documents_have_is_refused_by_the_cloud(
    people: Project, compat: Project, asked: object, found: str
) -> None:
    assert await names(compat, asked) == found
    assert (await people.query("people", asked)).status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        {"na me": 1},
        {"name'": 1},
        {"": 1},
        {"$where": "1"},
        {"name": {"$foo": 1}},
        {"name": {"$gt": 1, "plain": 2}},
        {"name": {"$in": "ann"}},
        {"name": {"$nin": {"a": 1}}},
        {"name": {"$regex": "("}},
        {"name": {"$regex": 1}},
        {"name": {"$regex": "a" * 1001}},
        {"name": {"$in": ["a"], "$and": []}},
    ],
    ids=str,
)
async def test_a_filter_that_is_none_is_refused(
    people: Project, compat: Project, asked: object
) -> None:
    for project in (people, compat):
        answer = await project.query("people", asked)
        assert (answer.status_code, type(answer.json()["detail"])) == (400, str)


async def test_compat_refuses_what_is_no_filter_within_a_filter(compat: Project) -> None:
    await compat.create("people")
    deep: dict[str, Any] = {"name": "ann"}
    for _ in range(200):
        deep = {"$and": [deep]}
    wide = {"$or": [{"name": "ann"}] * 10_001}
    nonsense: tuple[Any, ...] = ({"$or": []}, {"$or": [1]}, {"$and": {}}, {"$not": 1}, wide)
    for asked in nonsense:
        assert (await compat.query("people", asked)).status_code == 400
    assert (await compat.query("people", deep)).status_code in {200, 400}


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ({"name": -1}, "dcba"),
        ({"age": 1, "name": 1}, "cdab"),
        ({"age": -1, "name": 1}, "badc"),
        ({"active": 1, "name": 1}, "acdb"),
        ({"belt.dan": -1, "name": -1}, "badc"),
    ],
)
async def test_rows_are_sorted_by_type_then_value_and_by_several_fields(
    people: Project, sort: dict[str, int], order: str
) -> None:
    found = await people.found("people", {}, sort=sort)
    assert "".join(each["name"][0] for each in found) == order


async def test_rows_are_sorted_by_the_moment_they_were_inserted(people: Project) -> None:
    found = await people.found("people", {}, sort={"created_at": -1})
    assert [each["name"] for each in found] == ["dan", "cleo", "bob", "ann"]


@pytest.mark.parametrize("sort", [{"name": 2}, {"name": "asc"}, ["name"], {"a b": 1}])
async def test_an_order_that_is_none_is_refused(people: Project, sort: object) -> None:
    for asked in ({}, {"name": "nobody"}):
        assert (await people.query("people", asked, sort=sort)).status_code in {400, 422}


async def test_a_page_tells_how_many_there_are_and_what_was_asked(people: Project) -> None:
    asked = {"name": {"$ne": "bob"}}
    answer = (await people.query("people", asked, sort={"name": 1}, skip=1, limit=1)).json()
    assert [row["row_data"]["name"] for row in answer.pop("data")] == ["cleo"]
    assert answer.pop("execution_time_ms") > 0
    assert answer == {
        "total": 3,
        "skip": 1,
        "limit": 1,
        "has_more": True,
        "filter_summary": asked,
    }
    beyond = (await people.query("people", asked, skip=3)).json()
    assert (beyond["total"], beyond["has_more"], beyond["data"]) == (3, False, [])


async def test_strict_knows_filter_and_skip_and_compat_the_sdks_words_too(
    people: Project, compat: Project
) -> None:
    told = {"filters": {"name": "bob"}, "offset": 1}
    path = "/database/tables/people/query"
    assert len((await people.ask("POST", path, told)).json()["data"]) == 4
    answer = (await compat.ask("POST", path, told)).json()
    assert (answer["total"], answer["data"]) == (1, [])
    counted = (await compat.query("people", {}, limit=0)).json()
    assert (counted["total"], counted["has_more"], counted["data"]) == (4, True, [])
