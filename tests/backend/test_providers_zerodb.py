"""ZeroDB's line: what goes over the wire for each operation, and how its answers are read."""

from collections.abc import AsyncIterator

import pytest

from backend.providers import VendorIsNotConfigured, VendorIsUnavailable, VendorRefused
from backend.providers.zerodb import MOST_VECTORS, Match, Row, TableExists, Vector, ZeroDB
from backend.settings import Database
from tests.backend.standin import Standin, says, slams, standing

AT = {"created_at": "2026-01-28T09:00:00Z", "updated_at": "2026-01-28T09:00:00Z"}
ROW = {"row_id": "r1", "project_id": "p1", "table_id": "t1", "table_name": "events", **AT}
TABLES = "/v1/projects/p1/database/tables"
VECTORS = "/v1/projects/p1/database/vectors"
MISSING = says({"detail": "Row not found"}, 404)


def settings(**more: str) -> Database:
    urls = {"database_url": "postgresql://x@127.0.0.1:9/x", "redis_url": "redis://127.0.0.1:9/0"}
    return Database.model_validate({**urls, **more})


@pytest.fixture
async def vendor() -> AsyncIterator[Standin]:
    async with standing() as stands:
        yield stands


@pytest.fixture
async def zerodb(vendor: Standin) -> AsyncIterator[ZeroDB]:
    given = {"zerodb_api_key": "key-of-this-test", "zerodb_project_id": "p1"}
    made = ZeroDB(settings(zerodb_api_base_url=f"{vendor.url}/v1", **given))
    yield made
    await made.close()


async def test_it_asks_for_its_own_project_with_its_key(zerodb: ZeroDB, vendor: Standin) -> None:
    vendor.will(says({"id": "p1", "status": "ACTIVE"}))
    await zerodb.ping()
    assert (vendor.asked.method, vendor.asked.path) == ("GET", "/v1/projects/p1")
    assert vendor.asked.headers["x-api-key"] == "key-of-this-test"
    vendor.will(says({"detail": "Could not validate credentials"}, 401))
    with pytest.raises(VendorRefused):
        await zerodb.ping()


async def test_without_a_project_it_asks_nothing() -> None:
    zerodb = ZeroDB(settings(zerodb_api_key="key-of-this-test"))
    with pytest.raises(VendorIsNotConfigured, match="set ZERODB_PROJECT_ID"):
        await zerodb.ping()
    await zerodb.close()


async def test_tables_are_made_listed_and_deleted(zerodb: ZeroDB, vendor: Standin) -> None:
    vendor.will(says({"table_id": "t1", "table_name": "events"}))
    await zerodb.create_table("events", {"title": "string"})
    assert (vendor.asked.method, vendor.asked.path) == ("POST", TABLES)
    assert vendor.asked.json["table_name"] == vendor.asked.json["name"] == "events"
    assert vendor.asked.json["schema"] == {"title": "string"}

    vendor.will(says({"detail": "Table 'events' already exists"}, 400))
    with pytest.raises(TableExists):
        await zerodb.create_table("events")

    for answer in (
        {"total": 1, "skip": 0, "limit": 100, "has_more": False, "data": [{"table_name": "a"}]},
        {"tables": [{"name": "a"}], "total": 1},
        [{"table_name": "a", "table_id": "t1"}],
    ):
        vendor.will(says(answer))
        assert await zerodb.list_tables() == ("a",)

    vendor.will(says({"message": "deleted"}), says({"detail": "Table not found"}, 404))
    assert await zerodb.delete_table("events")
    assert (vendor.asked.method, vendor.asked.path) == ("DELETE", f"{TABLES}/events")
    assert not await zerodb.delete_table("events")


async def test_a_row_is_kept_read_replaced_and_deleted(zerodb: ZeroDB, vendor: Standin) -> None:
    document = {"id": "e1", "title": "Judo"}
    kept = Row.model_validate({**ROW, "row_data": document})
    vendor.will(says({**ROW, "row_data": document}))
    assert await zerodb.insert_row("events", document) == kept
    assert (vendor.asked.method, vendor.asked.path) == ("POST", f"{TABLES}/events/rows")
    assert vendor.asked.json == {"row_data": document}
    assert await zerodb.get_row("events", "r1") == kept
    assert (vendor.asked.method, vendor.asked.path) == ("GET", f"{TABLES}/events/rows/r1")
    assert await zerodb.put_row("events", "r1", document) == kept
    assert (vendor.asked.method, vendor.asked.json) == ("PUT", {"row_data": document})
    vendor.will(says({"message": "Row r1 deleted successfully"}), MISSING)
    assert await zerodb.delete_row("events", "r1")
    assert not await zerodb.delete_row("events", "r1")
    assert await zerodb.get_row("events", "r1") is None


async def test_a_query_filters_sorts_and_pages(zerodb: ZeroDB, vendor: Standin) -> None:
    found = {**ROW, "row_data": {"n": 3}}
    vendor.will(slams, says({"total": 7, "skip": 2, "limit": 1, "has_more": True, "data": [found]}))
    page = await zerodb.query("events", {"n": {"$gte": 3}}, sort={"n": -1}, limit=1, skip=2)
    assert (page.total, page.rows[0].document) == (7, {"n": 3})
    assert (vendor.asked.method, vendor.asked.path) == ("POST", f"{TABLES}/events/query")
    asked = {"filter": {"n": {"$gte": 3}}, "sort": {"n": -1}, "limit": 1, "skip": 2}
    assert vendor.asked.json == asked


async def test_many_rows_change_at_once_and_the_vendor_tells_how_many(
    zerodb: ZeroDB, vendor: Standin
) -> None:
    vendor.will(says({"matched_count": 1, "modified_count": 1, "warnings": []}))
    told = await zerodb.update_rows("events", {"id": "e1", "version": 3}, {"$inc": {"version": 1}})
    assert (told.matched, told.modified) == (1, 1)
    assert (vendor.asked.method, vendor.asked.path) == ("PUT", f"{TABLES}/events/rows/bulk")
    assert vendor.asked.json["filter"] == {"id": "e1", "version": 3}
    assert vendor.asked.json["update"] == {"$inc": {"version": 1}}

    vendor.will(says({"deleted_count": 4}))
    assert await zerodb.delete_rows("events", {"is_seed_data": True}) == 4
    assert (vendor.asked.method, vendor.asked.path) == ("DELETE", f"{TABLES}/events/rows/bulk")
    assert vendor.asked.json["filter"] == {"is_seed_data": True}


async def test_what_would_count_twice_is_not_repeated(zerodb: ZeroDB, vendor: Standin) -> None:
    vendor.will(slams)
    with pytest.raises(VendorIsUnavailable):
        await zerodb.update_rows("events", {"id": "e1"}, {"$inc": {"seats": -1}})
    with pytest.raises(VendorIsUnavailable):
        await zerodb.insert_row("events", {})
    assert len(vendor.seen) == 2


async def test_vectors_are_kept_found_and_deleted(zerodb: ZeroDB, vendor: Standin) -> None:
    one = Vector(vector_id="a/b", vector_embedding=[1.0, 0.0], namespace="posts", metadata={"x": 1})
    vendor.will(says({"vector_id": "a/b"}))
    await zerodb.upsert_vector(one)
    assert (vendor.asked.path, vendor.asked.json) == (f"{VECTORS}/upsert", one.model_dump())
    await zerodb.upsert_vectors([one] * (MOST_VECTORS + 1))
    assert [len(seen.json) for seen in vendor.seen[1:]] == [MOST_VECTORS, 1]

    for answer in (
        {"vectors": [{"vector_id": "a/b", "similarity": 0.5, "vector_metadata": {"x": 1}}]},
        {"results": [{"id": "a/b", "score": 0.5, "metadata": {"x": 1}}], "total_results": 1},
    ):
        vendor.will(says(answer))
        near = await zerodb.search_vectors([1.0, 0.0], {"x": 1}, namespace="posts", limit=3)
        assert near == (Match(vector_id="a/b", similarity=0.5, metadata={"x": 1}),)
    assert vendor.asked.json["query_vector"] == [1.0, 0.0]
    assert (vendor.asked.json["top_k"], vendor.asked.json["namespace"]) == (3, "posts")

    vendor.will(says({}), MISSING)
    assert await zerodb.delete_vector("a/b", namespace="posts")
    assert (vendor.asked.path, vendor.asked.query) == (f"{VECTORS}/a%2Fb", {"namespace": "posts"})
    assert not await zerodb.delete_vector("a/b", namespace="posts")
