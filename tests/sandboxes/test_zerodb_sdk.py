"""The official Python SDK, unchanged, at the sandbox on a port; and what a restart leaves."""

from collections.abc import Callable, Iterator

import httpx2
import numpy
import pytest
from ainative import AINativeClient
from ainative.exceptions import APIError, AuthenticationError, RateLimitError

from sandboxes.zerodb import ZERODB
from tests.sandboxes.served import served
from tests.sandboxes.zerodb import KEY, PROJECT

# What the SDK's own addresses need: its argument, and a slash at the end.
COMPAT = "/zerodb/compat/api/v1/"
EMAIL = "haruto@wwmaa.example"


@pytest.fixture(scope="module")
def address(postgres_url: str) -> Iterator[str]:
    with served(postgres_url, ZERODB) as address:
        yield address


@pytest.fixture
def sdk(address: str) -> Iterator[AINativeClient]:
    """The SDK in an empty project."""
    httpx2.post(f"{address}/_sandbox/reset").raise_for_status()
    provision(address)
    with AINativeClient(api_key=KEY, base_url=f"{address}{COMPAT}") as client:
        yield client


def provision(address: str) -> None:
    told = {"name": "staging", "api_key": KEY}
    path = f"{address}/_sandbox/zerodb/projects/{PROJECT}"
    httpx2.put(path, json=told).raise_for_status()


def test_the_sdk_makes_lists_and_drops_tables(sdk: AINativeClient) -> None:
    tables = sdk.zerodb.tables
    schema = {"fields": {"email": "string"}, "indexes": ["email"]}
    made = tables.create_table(PROJECT, "members", schema, description="who trains")
    assert (made["table_name"], made["schema"]) == ("members", schema)
    listed = tables.list_tables(PROJECT, limit=50)
    assert [(each["table_name"], each["row_count"]) for each in listed["tables"]] == [
        ("members", 0)
    ]
    assert tables.get_table(PROJECT, "members")["schema"] == schema
    assert tables.get_table(PROJECT, made["table_id"])["table_name"] == "members"
    assert tables.table_exists(PROJECT, "members")
    tables.insert_rows(PROJECT, "members", [{"email": EMAIL}])
    assert tables.delete_table(PROJECT, "members", confirm=True)["rows_deleted"] == 1
    assert not tables.table_exists(PROJECT, "members")


def test_the_sdk_inserts_queries_counts_updates_and_deletes_rows(sdk: AINativeClient) -> None:
    tables = sdk.zerodb.tables
    tables.create_table(PROJECT, "members", {})
    people = [{"email": f"m{age}@wwmaa.example", "age": age, "seen": 0} for age in (20, 30, 40)]
    inserted = tables.insert_rows(PROJECT, "members", people)
    assert inserted["inserted_count"] == len(inserted["ids"]) == 3
    found = tables.query_rows(
        PROJECT, "members", filter={"age": {"$gte": 25}}, sort={"age": -1}, limit=1, offset=1
    )
    assert (found["total"], [row["age"] for row in found["rows"]]) == (2, [30])
    row = tables.query_rows(PROJECT, "members", projection={"email": 1, "_id": 0})["rows"][0]
    assert row.keys() == {"email", "row_id", "created_at", "updated_at"}
    assert tables.count_rows(PROJECT, "members", {"age": {"$lt": 35}}) == 2
    change = {"$set": {"age": 31}, "$inc": {"seen": 1}}
    assert tables.update_rows(PROJECT, "members", {"age": 30}, change)["modified_count"] == 1
    assert tables.update_rows(PROJECT, "members", {"age": 31}, {"seen": 9})["modified_count"] == 1
    new = tables.update_rows(PROJECT, "members", {"age": 99}, {"$set": {"seen": 1}}, upsert=True)
    assert (new["modified_count"], bool(new["upserted_id"])) == (0, True)
    assert tables.count_rows(PROJECT, "members", {"age": 99, "seen": 1}) == 1
    assert (
        tables.delete_rows(PROJECT, "members", {"age": {"$gt": 0}}, limit=1)["deleted_count"] == 1
    )
    assert tables.delete_rows(PROJECT, "members", {})["deleted_count"] == 3


def test_the_sdk_keeps_finds_and_deletes_vectors(sdk: AINativeClient) -> None:
    vectors = sdk.zerodb.vectors
    told = vectors.upsert(
        PROJECT,
        [[1.0, 0.0], numpy.array([0.0, 1.0]), [1.0, 1.0]],
        metadata=[{"kind": "a"}, {"kind": "b"}],
        ids=["one", "two"],
        namespace="n",
    )
    assert (told["upserted_count"], told["namespace"]) == (3, "n")
    found = vectors.search(PROJECT, numpy.array([1.0, 0.1]), top_k=1, namespace="n")
    assert [(each["id"], each["metadata"]) for each in found] == [("one", {"kind": "a"})]
    assert "values" not in found[0]
    found = vectors.search(
        PROJECT, [1.0, 0.1], namespace="n", filter={"kind": "b"}, include_values=True
    )
    assert [each["values"] for each in found] == [[0.0, 1.0]]
    got = vectors.get(PROJECT, ["one", "two", "none"], namespace="n", include_values=False)
    assert [each["id"] for each in got] == ["one", "two"]
    vectors.update_metadata(PROJECT, "one", {"kind": "c"}, namespace="n")
    assert vectors.get(PROJECT, ["one"], namespace="n")[0]["metadata"] == {"kind": "c"}
    stats = vectors.describe_index_stats(PROJECT)
    assert (stats["total_vectors"], stats["namespaces"], stats["dimensions"]) == (3, ["n"], [2])
    assert vectors.delete(PROJECT, ids=["one"], namespace="n")["deleted_count"] == 1
    assert vectors.delete(PROJECT, filter={"kind": "b"}, namespace="n")["deleted_count"] == 1
    assert vectors.delete(PROJECT, delete_all=True, namespace="n")["deleted_count"] == 1
    with pytest.raises(APIError, match="404"):
        vectors.update_metadata(PROJECT, "one", {}, namespace="n")


def test_the_sdk_makes_changes_and_deletes_projects(sdk: AINativeClient) -> None:
    projects = sdk.zerodb.projects
    made = projects.create("Journal", description="of the dojo")
    listed = projects.list()
    assert {each["id"] for each in listed} == {PROJECT, made["id"]}
    assert projects.get(made["id"])["name"] == "Journal"
    assert projects.update(made["id"], name="Diary")["name"] == "Diary"
    assert projects.suspend(made["id"], "a pause")["status"] == "SUSPENDED"
    assert projects.activate(made["id"])["status"] == "ACTIVE"
    assert projects.get_statistics(made["id"])["tables_count"] == 0
    assert projects.get_collections(made["id"]) == []
    assert projects.delete(made["id"]) == {}
    with pytest.raises(APIError, match="404"):
        projects.get(made["id"])


def test_the_sdk_asks_whether_all_is_well(sdk: AINativeClient) -> None:
    assert sdk.health_check() == sdk.zerodb.health_check() == {"status": "healthy"}
    assert sdk.zerodb.get_usage_stats()["projects_count"] == 1


def test_the_sdk_hears_errors_as_it_expects_them(sdk: AINativeClient, address: str) -> None:
    with pytest.raises(APIError) as wrong:
        sdk.zerodb.tables.query_rows(PROJECT, "none")
    assert wrong.value.status_code == 404
    tables = sdk.zerodb.tables
    tables.create_table(PROJECT, "members", {})
    with pytest.raises(APIError) as again:
        tables.create_table(PROJECT, "members", {})
    assert "already exists" in again.value.response_body
    fault = {"vendor": "zerodb", "kind": "status", "status": 429, "retry_after": 9, "times": 1}
    httpx2.post(f"{address}/_sandbox/faults", json=fault).raise_for_status()
    with pytest.raises(RateLimitError) as limited:
        tables.list_tables(PROJECT)
    assert limited.value.retry_after == 9
    with (
        AINativeClient(api_key="wrong", base_url=f"{address}{COMPAT}") as stranger,
        pytest.raises(AuthenticationError),
    ):
        stranger.zerodb.tables.list_tables(PROJECT)


def test_strict_refuses_what_only_the_sdk_sends(sdk: AINativeClient, address: str) -> None:
    sdk.zerodb.tables.create_table(PROJECT, "members", {})
    with AINativeClient(api_key=KEY, base_url=f"{address}/zerodb/api/v1/") as strict:
        tables, vectors = strict.zerodb.tables, strict.zerodb.vectors
        calls: tuple[tuple[int, Callable[[], object]], ...] = (
            (422, lambda: tables.insert_rows(PROJECT, "members", [{"email": EMAIL}])),
            (405, lambda: tables.update_rows(PROJECT, "members", {"a": 1}, {"$set": {"a": 2}})),
            (405, lambda: tables.delete_rows(PROJECT, "members", {"a": 1})),
            (422, lambda: tables.count_rows(PROJECT, "members")),
            (404, lambda: tables.get_table(PROJECT, "members")),
            (405, lambda: vectors.upsert(PROJECT, [[1.0]])),
            (422, lambda: vectors.search(PROJECT, [1.0])),
            (405, lambda: vectors.delete(PROJECT, ids=["one"])),
            (404, lambda: vectors.update_metadata(PROJECT, "one", {})),
            (404, lambda: strict.zerodb.projects.get_statistics(PROJECT)),
            (501, lambda: strict.zerodb.memory.list(PROJECT)),
        )
        for status, refused in calls:
            with pytest.raises(APIError) as error:
                refused()
            assert error.value.status_code == status


def test_what_was_kept_survives_a_restart(postgres_url: str) -> None:
    with served(postgres_url, ZERODB) as address:
        provision(address)
        with AINativeClient(api_key=KEY, base_url=f"{address}{COMPAT}") as client:
            client.zerodb.tables.create_table(PROJECT, "kept", {})
            client.zerodb.tables.insert_rows(PROJECT, "kept", [{"email": EMAIL}])
            client.zerodb.vectors.upsert(PROJECT, [[1.0, 0.0]], ids=["kept"])
    with (
        served(postgres_url, ZERODB) as address,
        AINativeClient(api_key=KEY, base_url=f"{address}{COMPAT}") as client,
    ):
        assert client.zerodb.tables.count_rows(PROJECT, "kept", {"email": EMAIL}) == 1
        (found,) = client.zerodb.vectors.search(PROJECT, [1.0, 0.0])
        assert found["id"] == "kept"
