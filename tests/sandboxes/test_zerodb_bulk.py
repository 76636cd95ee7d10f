"""ZeroDB's bulk operations: all or nothing within one request, and nothing between two."""

import asyncio
from functools import partial
from typing import Any

import pytest

from tests.sandboxes.zerodb import Project, good


@pytest.fixture
async def bouts(zerodb: Project) -> Project:
    await zerodb.create("bouts")
    return zerodb


BEFORE: dict[str, Any] = {
    "state": "open",
    "count": 1,
    "rate": 0.5,
    "tags": ["a", 1, True, "a"],
    "inner": {"kept": 1, "gone": 2},
}


@pytest.mark.parametrize(
    ("update", "after"),
    [
        ({"$set": {"state": "done"}}, {"state": "done"}),
        (
            {"$set": {"inner.kept": 5, "new.deep.field": [1]}},
            {"inner": {"kept": 5, "gone": 2}, "new": {"deep": {"field": [1]}}},
        ),
        ({"$inc": {"count": 2, "rate": -0.25, "fresh": 7}}, {"count": 3, "rate": 0.25, "fresh": 7}),
        (
            {"$push": {"tags": "b", "list": {"x": 1}}},
            {"tags": ["a", 1, True, "a", "b"], "list": [{"x": 1}]},
        ),
        ({"$pull": {"tags": "a", "none": 1}}, {"tags": [1, True]}),
        ({"$pull": {"tags": 1}}, {"tags": ["a", True, "a"]}),
        ({"$unset": {"inner.gone": "", "none": 1}}, {"inner": {"kept": 1}}),
        (
            {"$set": {"state": "x"}, "$inc": {"count": 1}, "$push": {"tags": 2}},
            {"state": "x", "count": 2, "tags": ["a", 1, True, "a", 2]},
        ),
    ],
    ids=str,
)
async def test_an_update_does_what_its_operators_say(
    bouts: Project, update: dict[str, Any], after: dict[str, Any]
) -> None:
    await bouts.insert("bouts", BEFORE, {"state": "other"})
    told = good(await bouts.bulk("PUT", "bouts", {"state": "open"}, update=update))
    assert (told["matched_count"], told["modified_count"]) == (1, 1)
    assert told["filter_used"] == {"state": "open"}
    assert (told["update_operators"], told["warnings"]) == (list(update), [])
    found = await bouts.found("bouts", {"count": {"$ne": None}})
    assert found == [BEFORE | after]


async def test_what_stays_as_it_was_is_matched_and_not_modified(bouts: Project) -> None:
    await bouts.insert("bouts", {"state": "open"}, {"state": "open", "flag": 1})
    change = {"$set": {"flag": 1}}
    told = good(await bouts.bulk("PUT", "bouts", {"state": "open"}, update=change))
    assert (told["matched_count"], told["modified_count"]) == (2, 1)
    change = {"$set": {"flag": True}}
    told = good(await bouts.bulk("PUT", "bouts", {"state": "open"}, update=change))
    assert (told["matched_count"], told["modified_count"]) == (2, 2)
    told = good(await bouts.bulk("PUT", "bouts", {"state": "gone"}, update=change))
    assert (told["matched_count"], told["modified_count"]) == (0, 0)


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"state": "done"},
        {"$rename": {"a": "b"}},
        {"$set": {}},
        {"$set": "state"},
        {"$set": {"a b": 1}},
        {"$inc": {"count": "1"}},
        {"$inc": {"count": True}},
        {"$inc": {"state": 1}},
        {"$push": {"state": 1}},
        {"$pull": {"state": 1}},
        {"$set": {"state.deep": 1}},
        {"$unset": ["state"]},
    ],
    ids=str,
)
async def test_an_update_that_can_not_be_made_changes_no_row(
    bouts: Project, update: dict[str, Any]
) -> None:
    rows = [{"key": 1, "state": None}, {"key": 1, "state": "open"}]
    await bouts.insert("bouts", *rows)
    answer = await bouts.bulk("PUT", "bouts", {"key": 1}, update=update)
    assert (answer.status_code, type(answer.json()["detail"])) == (400, str)
    assert sorted(await bouts.found("bouts"), key=str) == sorted(rows, key=str)


async def test_in_compat_a_plain_object_is_what_shall_be_set(
    bouts: Project, compat: Project
) -> None:
    await bouts.insert("bouts", {"state": "open"})
    told = good(await compat.bulk("PUT", "bouts", {"state": "open"}, update={"state": "done"}))
    assert (told["modified_count"], told["updated_count"]) == (1, 1)
    assert await bouts.found("bouts") == [{"state": "done"}]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_more_than_a_hundred_rows_want_to_be_confirmed(bouts: Project, method: str) -> None:
    await bouts.insert("bouts", *({"number": number} for number in range(101)))
    change = {"update": {"$set": {"seen": True}}} if method == "PUT" else {}
    below = {"number": {"$lt": 100}}
    every = {"number": {"$gte": 0}}
    answer = await bouts.bulk(method, "bouts", every, **change)
    assert answer.status_code == 400
    assert "confirm_large_operation" in answer.json()["detail"]
    assert (await bouts.query("bouts", every)).json()["total"] == 101
    count = "modified_count" if method == "PUT" else "deleted_count"
    assert good(await bouts.bulk(method, "bouts", below, **change))[count] == 100
    if method == "PUT":
        confirmed = {"confirm_large_operation": True, "update": {"$inc": {"number": 1}}}
        told = good(await bouts.bulk(method, "bouts", every, **confirmed))
        assert told["modified_count"] == 101


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("filter_", "status"),
    [({}, 400), ({"a": {"$regex": "x"}}, 400), ({"a": {"$contains": "x"}}, 400), ([], 422)],
    ids=str,
)
async def test_a_bulk_operation_takes_no_empty_filter_and_fewer_operators(
    bouts: Project, method: str, filter_: object, status: int
) -> None:
    change = {"update": {"$set": {"seen": True}}} if method == "PUT" else {}
    assert (await bouts.bulk(method, "bouts", filter_, **change)).status_code == status


async def test_rows_are_deleted_by_a_filter(bouts: Project) -> None:
    await bouts.insert("bouts", {"state": "open"}, {"state": "open"}, {"state": "done"})
    told = good(await bouts.bulk("DELETE", "bouts", {"state": "open"}))
    assert told.pop("execution_time_ms") > 0
    assert told == {"deleted_count": 2, "filter_used": {"state": "open"}, "warnings": []}
    assert await bouts.found("bouts") == [{"state": "done"}]


ROUNDS = 50
"""Whether two meet is chance; that they never do in so many rounds is none."""


async def test_of_updates_at_once_several_may_claim_the_same_row(bouts: Project) -> None:
    """ZeroDB has no compare-and-set, so that a filter on a version guards nothing."""
    await bouts.insert("bouts", {"version": 0})
    for version in range(ROUNDS):
        change = {"$set": {"version": version + 1}}
        claim = partial(bouts.bulk, "PUT", "bouts", {"version": version}, update=change)
        claims = await asyncio.gather(*(claim() for _ in range(8)))
        if sum(good(each)["modified_count"] for each in claims) > 1:
            return
    raise AssertionError("each version was claimed once, as if there were a compare-and-set")


async def test_of_increments_at_once_some_are_lost(bouts: Project) -> None:
    await bouts.insert("bouts", {"key": 1, "seats": 0})
    counted = 0
    for _ in range(ROUNDS):
        change = {"$inc": {"seats": 1}}
        add = partial(bouts.bulk, "PUT", "bouts", {"key": 1}, update=change)
        told = await asyncio.gather(*(add() for _ in range(8)))
        counted += sum(good(each)["modified_count"] for each in told)
        (row,) = await bouts.found("bouts")
        if row["seats"] < counted:
            return
    raise AssertionError("no increment was lost, as if bulk updates were serializable")
