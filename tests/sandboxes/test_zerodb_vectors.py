"""ZeroDB's vectors: kept under their ids, and found exactly."""

import math
import random
from typing import Any

import httpx2
import pytest

from tests.sandboxes.zerodb import PROJECT, Project, good

VECTORS = "/database/vectors"


async def upsert(project: Project, **vector: Any) -> Any:
    return good(await project.ask("POST", f"{VECTORS}/upsert", vector))


async def search(project: Project, **asked: Any) -> httpx2.Response:
    return await project.ask("POST", f"{VECTORS}/search", asked)


async def ids(project: Project, **asked: Any) -> list[str]:
    return [each["vector_id"] for each in good(await search(project, **asked))["vectors"]]


async def test_a_vector_is_kept_found_replaced_and_forgotten(zerodb: Project) -> None:
    vector = {"vector_id": "v-1?", "vector_embedding": [0.25, 0.5, -1]}
    made = await upsert(zerodb, **vector, metadata={"a": 1}, document="text", source="test")
    assert made.pop("created_at").endswith("Z")
    assert made == vector | {
        "project_id": PROJECT,
        "namespace": "default",
        "dimension": 3,
        "vector_metadata": {"a": 1},
        "document": "text",
        "source": "test",
    }
    path = f"{VECTORS}/v-1%3F"
    assert good(await zerodb.ask("GET", path))["vector_embedding"] == [0.25, 0.5, -1]
    await upsert(zerodb, **vector | {"vector_embedding": [1, 2]}, vector_metadata={"b": 2})
    replaced = good(await zerodb.ask("GET", path))
    assert (replaced["dimension"], replaced["vector_metadata"]) == (2, {"b": 2})
    assert replaced["document"] is None
    assert "deleted" in good(await zerodb.ask("DELETE", path))["message"]
    for method in ("GET", "DELETE"):
        assert (await zerodb.ask(method, path)).status_code == 404


async def test_an_id_is_chosen_where_none_is_given_and_counts_in_its_namespace(
    zerodb: Project,
) -> None:
    one = await upsert(zerodb, vector_embedding=[1])
    other = await upsert(zerodb, vector_embedding=[1])
    assert one["vector_id"] != other["vector_id"]
    for namespace in ("a", "b"):
        await upsert(zerodb, vector_id="same", vector_embedding=[1], namespace=namespace)
    await zerodb.ask("DELETE", f"{VECTORS}/same", namespace="a")
    assert (await zerodb.ask("GET", f"{VECTORS}/same", namespace="b")).status_code == 200
    assert (await zerodb.ask("GET", f"{VECTORS}/same", namespace="a")).status_code == 404


async def test_the_nearest_are_exactly_the_nearest(zerodb: Project) -> None:
    chance = random.Random(7)  # noqa: S311
    vectors = [[chance.gauss(0, 1) for _ in range(384)] for _ in range(300)]
    batch = [{"vector_id": str(n), "vector_embedding": each} for n, each in enumerate(vectors)]
    told = good(await zerodb.ask("POST", f"{VECTORS}/upsert-batch", batch))
    assert told["inserted"] == 300
    for _ in range(5):
        near = [chance.gauss(0, 1) for _ in range(384)]
        order = sorted(range(300), key=lambda n: -cosine(near, vectors[n]))
        assert await ids(zerodb, query_vector=near, top_k=20) == [
            str(number) for number in order[:20]
        ]
    nearest = good(await search(zerodb, query_vector=vectors[3], limit=2))["vectors"]
    assert nearest[0]["similarity"] == pytest.approx(1)
    assert nearest[1]["similarity"] == pytest.approx(
        cosine(vectors[3], vectors[int(nearest[1]["vector_id"])]), abs=1e-5
    )


def cosine(one: list[float], other: list[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / math.hypot(*one) / math.hypot(*other)


async def test_a_search_stays_in_its_namespace_dimension_threshold_and_filter(
    zerodb: Project,
) -> None:
    for vector_id, vector, namespace, metadata in (
        ("same", [1, 0], "default", {"kind": "event", "year": 2026}),
        ("slanted", [1, 1], "default", {"kind": "post"}),
        ("opposite", [-1, 0], "default", {"kind": "event"}),
        ("zeros", [0, 0], "default", {"kind": "event"}),
        ("longer", [1, 0, 0], "default", {"kind": "event"}),
        ("elsewhere", [1, 0], "other", {"kind": "event"}),
    ):
        told = {"vector_id": vector_id, "vector_embedding": vector}
        await upsert(zerodb, **told, namespace=namespace, metadata=metadata)
    near = {"query_vector": [2, 0]}
    assert await ids(zerodb, **near) == ["same", "slanted", "zeros", "opposite"]
    assert await ids(zerodb, **near, threshold=0) == ["same", "slanted", "zeros"]
    assert await ids(zerodb, **near, similarity_threshold=0.9) == ["same"]
    assert await ids(zerodb, **near, top_k=1) == ["same"]
    assert await ids(zerodb, **near, namespace="other") == ["elsewhere"]
    assert await ids(zerodb, query_vector=[1, 0, 0]) == ["longer"]
    for name in ("filter", "metadata_filter", "filter_metadata"):
        assert await ids(zerodb, **near, **{name: {"kind": "post"}}) == ["slanted"]
    assert await ids(zerodb, **near, filter={"kind": "event", "year": 2026}) == ["same"]
    answer = await search(zerodb, **near, filter={"year": {"$gt": 2000}})
    assert answer.status_code == 400


async def test_a_batch_is_an_array_or_an_object_and_the_later_of_two_counts(
    zerodb: Project,
) -> None:
    batch = [
        {"id": "one", "vector_embedding": [1, 0]},
        {"id": "one", "vector_embedding": [0, 1]},
        {"vector_embedding": [1, 1], "namespace": "other"},
    ]
    told = good(await zerodb.ask("POST", f"{VECTORS}/upsert-batch", {"vectors": batch}))
    assert (told["inserted"], told["vector_ids"][0]) == (2, "one")
    kept = good(await zerodb.ask("GET", f"{VECTORS}/one"))
    assert kept["vector_embedding"] == [0, 1]


@pytest.mark.parametrize(
    "body",
    [
        {"vector": [1]},
        {"vectorEmbedding": [1]},
        {"vector_embedding": []},
        {"vector_embedding": ["x"]},
        {"vector_embedding": [1] * 4097},
        {"vector_embedding": "text"},
    ],
    ids=lambda body: str(body)[:40],
)
async def test_a_vector_by_another_name_or_of_no_numbers_is_refused(
    zerodb: Project, body: dict[str, object]
) -> None:
    assert (await zerodb.ask("POST", f"{VECTORS}/upsert", body)).status_code == 422
    assert (await zerodb.ask("POST", f"{VECTORS}/upsert-batch", [body])).status_code == 422
    assert (await search(zerodb, query_vector=body.get("vector_embedding"))).status_code == 422


async def test_a_number_too_large_for_a_vector_is_refused(zerodb: Project) -> None:
    await upsert(zerodb, vector_embedding=[1])
    body = {"vector_embedding": [1e300]}
    assert (await zerodb.ask("POST", f"{VECTORS}/upsert", body)).status_code == 400
    assert (await search(zerodb, query_vector=[1e300])).status_code == 400


@pytest.mark.parametrize("body", [[], {"vectors": []}, {}, [{"id": "x"}], "text"])
async def test_a_batch_of_another_shape_is_refused(zerodb: Project, body: object) -> None:
    assert (await zerodb.ask("POST", f"{VECTORS}/upsert-batch", body)).status_code == 422


async def test_vectors_are_listed_and_counted(zerodb: Project) -> None:
    for number in range(3):
        await upsert(
            zerodb, vector_id=str(number), vector_embedding=[1.0] * (number + 1), namespace="a"
        )
    await upsert(zerodb, vector_id="b", vector_embedding=[1.0], namespace="b")
    page = good(await zerodb.ask("GET", VECTORS, namespace="a", offset=1, limit=1))
    assert [each["vector_id"] for each in page["vectors"]] == ["1"]
    assert (page["total"], page["limit"], page["offset"]) == (3, 1, 1)
    assert "vector_embedding" not in page["vectors"][0]
    full = good(await zerodb.ask("GET", VECTORS, detailed="true"))
    assert [len(each["vector_embedding"]) for each in full["vectors"]] == [1, 2, 3, 1]
    stats = good(await zerodb.ask("GET", f"{VECTORS}/stats"))
    assert stats == {
        "total_vectors": 4,
        "namespaces": ["a", "b"],
        "avg_dimensions": 1.75,
        "total_size_mb": 0.0,
    }
    none = good(await zerodb.ask("GET", f"{VECTORS}/stats", namespace="c"))
    assert (none["total_vectors"], none["avg_dimensions"]) == (0, 0)


async def test_strict_has_none_of_the_sdks_routes_and_says_what_is_not_imitated(
    zerodb: Project,
) -> None:
    assert (await zerodb.ask("PUT", VECTORS, {})).status_code == 405
    assert (await zerodb.ask("DELETE", VECTORS, {})).status_code == 405
    assert (await zerodb.ask("PATCH", f"{VECTORS}/1/metadata", {})).status_code == 404
    assert (await zerodb.ask("GET", "/database/namespaces")).status_code == 404
    assert (await zerodb.ask("GET", f"{VECTORS}/analytics")).status_code == 501
    assert (await zerodb.ask("POST", f"{VECTORS}/cluster")).status_code == 501


async def test_compat_takes_the_typescript_sdks_camel_case(compat: Project) -> None:
    told = {"vectorId": "one", "vectorEmbedding": [1, 0], "namespace": "n", "metadata": {"a": 1}}
    made = await upsert(compat, **told)
    assert (made["vectorId"], made["vector_id"], made["vectorEmbedding"]) == ("one", "one", [1, 0])
    batch = [told | {"vectorId": "two", "vectorEmbedding": [0, 1]}]
    assert good(await compat.ask("POST", f"{VECTORS}/upsert-batch", batch))["inserted"] == 1
    asked = {"queryVector": [1, 0], "topK": 5, "similarityThreshold": 0.5, "namespace": "n"}
    found = good(await search(compat, **asked, filter={"a": {"$gte": 1}}))
    assert [each["id"] for each in found["vectors"]] == ["one"]
    assert (found["totalCount"], found["results"]) == (1, found["vectors"])
    assert found["searchTimeMs"] > 0
    path = f"/zerodb/compat/api/v1/public/projects/{PROJECT}{VECTORS}?namespace=n"
    listed = await compat.client.get(path, headers={"X-API-Key": compat.key})
    assert [each["id"] for each in listed.json()] == ["one", "two"]
