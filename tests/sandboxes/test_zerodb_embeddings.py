"""ZeroDB's embeddings: real ones in the dimension of the model, kept with their texts and found."""

import math
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.sandboxes.zerodb import PROJECT, Project, good

SMALL, BASE = "BAAI/bge-small-en-v1.5", "BAAI/bge-base-en-v1.5"
TEXTS = ["Judo is a martial art from Japan.", "The invoice is due.", "Karate comes from Okinawa."]


async def ask(project: Project, what: str, **body: Any) -> Any:
    return good(await project.ask("POST", f"/embeddings/{what}", body))


@pytest.mark.parametrize(
    ("model", "dimension"),
    [(SMALL, 384), (BASE, 768), ("BAAI/bge-large-en-v1.5", 1024)],
)
async def test_texts_become_vectors_of_the_models_dimension(
    zerodb: Project, model: str, dimension: int
) -> None:
    told = await ask(zerodb, "generate", texts=TEXTS, model=model, normalize=True)
    assert told.pop("processing_time_ms") > 0
    vectors = told.pop("embeddings")
    assert [len(vector) for vector in vectors] == [dimension] * 3
    assert all(math.isclose(math.hypot(*vector), 1, abs_tol=1e-6) for vector in vectors)
    assert told == {
        "model": model,
        "dimensions": dimension,
        "count": 3,
        "project_id": PROJECT,
    }


async def test_texts_are_kept_and_found_by_what_they_mean(zerodb: Project) -> None:
    labels = [{"about": "judo"}, {"about": "money"}, {"about": "karate"}]
    told = await ask(
        zerodb, "embed-and-store", texts=TEXTS, metadata_list=labels, namespace="n", model=BASE
    )
    assert told.pop("processing_time_ms") > 0
    assert told == {
        "success": True,
        "vectors_stored": 3,
        "embeddings_generated": 3,
        "model": BASE,
        "dimensions": 768,
        "target_column": "vector_768",
        "namespace": "n",
        "project_id": PROJECT,
    }
    question = {"query": "martial arts of Japan", "namespace": "n", "model": BASE}
    found = await ask(zerodb, "search", **question, threshold=0, limit=2)
    first = found["results"][0]
    assert first.keys() == {"id", "document", "similarity", "metadata"}
    assert (first["document"], first["metadata"]) == (TEXTS[0], {"about": "judo"})
    assert (found["total_results"], found["query"]) == (2, question["query"])
    assert (found["model"], found["project_id"]) == (BASE, PROJECT)
    only = {"filter_metadata": {"about": "money"}}
    found = await ask(zerodb, "search", **question, **only, threshold=0)
    assert [each["document"] for each in found["results"]] == [TEXTS[1]]


async def test_a_search_keeps_to_its_namespace_model_and_threshold(zerodb: Project) -> None:
    await ask(zerodb, "embed-and-store", texts=TEXTS)
    same = {"query": TEXTS[0]}
    assert (await ask(zerodb, "search", **same))["total_results"] == 1
    assert (await ask(zerodb, "search", **same, threshold=0))["total_results"] == 3
    for other in ({"namespace": "n"}, {"model": BASE}):
        assert (await ask(zerodb, "search", **same, **other))["total_results"] == 0


async def test_the_models_are_listed(zerodb: Project, compat: Project) -> None:
    models = good(await zerodb.ask("GET", "/embeddings/models"))
    assert {each["id"]: each["dimensions"] for each in models} == {
        SMALL: 384,
        BASE: 768,
        "BAAI/bge-large-en-v1.5": 1024,
    }
    assert models[0].keys() >= {"description", "speed", "loaded", "cost_per_1k"}
    assert len(good(await compat.ask("GET", "/embeddings/models"))) == 4


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("generate", {"texts": []}, 422),
        ("generate", {"texts": ["x"] * 101}, 422),
        ("generate", {"texts": "x"}, 422),
        ("generate", {}, 422),
        ("generate", {"texts": ["x"], "model": "gpt"}, 400),
        ("embed-and-store", {"texts": ["x"], "metadata_list": [{}, {}]}, 400),
        ("embed-and-store", {"documents": [{"text": "x"}]}, 422),
        ("search", {"query": ""}, 422),
        ("search", {"query": "x", "limit": 101}, 422),
        ("search", {"query": "x", "threshold": 2}, 422),
        ("search", {"query": "x", "model": "gpt"}, 400),
        ("semantic-search", {"query": "x"}, 404),
    ],
)
async def test_what_can_not_be_embedded_is_refused(
    zerodb: Project, what: str, body: dict[str, object], status: int
) -> None:
    answer = await zerodb.ask("POST", f"/embeddings/{what}", body)
    assert (answer.status_code, "detail" in answer.json()) == (status, True)


async def test_embeddings_belong_to_a_project(zerodb: Project) -> None:
    other = replace(zerodb, id=str(uuid4()))
    for what, body in (("generate", {"texts": ["x"]}), ("search", {"query": "x"})):
        assert (await other.ask("POST", f"/embeddings/{what}", body)).status_code == 404


async def test_compat_takes_every_shape_that_clients_send(compat: Project) -> None:
    labels = [{"about": "judo"}, {"about": "money"}]
    kept = await ask(compat, "embed-and-store", texts=TEXTS[:2], metadata=labels)
    documents = [{"id": "karate", "text": TEXTS[2], "metadata": {"about": "karate"}}]
    more = await ask(compat, "embed-and-store", documents=documents, upsert=True)
    assert (len(kept["vector_ids"]), more["vector_ids"]) == (2, ["karate"])
    found = await ask(compat, "semantic-search", query=TEXTS[2], top_k=1, similarity_threshold=0.5)
    (first,) = found["results"]
    assert (first["id"], first["vector_id"], first["text"]) == ("karate", "karate", TEXTS[2])
    assert first["score"] == first["similarity"] == pytest.approx(1)
    nothing = await compat.ask("POST", "/embeddings/embed-and-store", {})
    assert nothing.status_code == 422


async def test_compat_embeds_texts_that_belong_to_no_project(compat: Project) -> None:
    path = "/zerodb/compat/api/v1/public/embeddings"
    headers = {"x-api-key": compat.key}
    body = {"texts": TEXTS, "model": "bge-m3"}
    told = good(await compat.client.post(f"{path}/generate", json=body, headers=headers))
    assert [len(vector) for vector in told["embeddings"]] == [1024] * 3
    assert good(await compat.client.get(f"{path}/models", headers=headers))
