"""ZeroDB's embeddings: real ones, in the dimension of the model that is asked for, but not its own.

They come from the offline model of `kit.embedding`. What is alike is near here too; the numbers
and the similarities are others than BGE's, and lower.
"""

import time
from typing import Annotated, Any, Final

from pydantic import AliasChoices, BaseModel, Field
from starlette.responses import JSONResponse, Response

from sandboxes.kit.embedding import embed
from sandboxes.kit.records import Document
from sandboxes.zerodb.asking import Asked, took
from sandboxes.zerodb.errors import ZeroDBError
from sandboxes.zerodb.searching import NO_THRESHOLD, Near, nearest
from sandboxes.zerodb.vectors import DEFAULT, Vector, keep

SMALL: Final = "BAAI/bge-small-en-v1.5"
MODELS: Final = {
    SMALL: (384, "General purpose, the default", "fastest"),
    "BAAI/bge-base-en-v1.5": (768, "Better quality", "fast"),
    "BAAI/bge-large-en-v1.5": (1024, "Best quality", "slow"),
}
ONLY_COMPAT: Final = {"bge-m3": (1024, "Of many languages", "slow")}
Texts = Annotated[list[str], Field(min_length=1, max_length=100)]
Metadata = list[dict[str, Any]]


class Generation(BaseModel):
    """Texts to be turned into vectors; they come normalised, whatever `normalize` says."""

    texts: Texts
    model: str = SMALL


class Storing(Generation):
    """Texts to be kept with their vectors, each with its metadata."""

    metadata_list: Metadata | None = None
    namespace: str = DEFAULT


class Labelled(BaseModel):
    """A text with its metadata, and the id that the caller wants for it."""

    text: str
    id: str | None = None
    metadata: dict[str, Any] = {}


class SdkStoring(BaseModel):
    """The same in each of the shapes that clients send."""

    texts: list[str] = Field([], max_length=100)
    metadata_list: Metadata | None = Field(
        None, validation_alias=AliasChoices("metadata_list", "metadata")
    )
    documents: list[Labelled] = Field([], max_length=100)
    model: str = SMALL
    namespace: str = DEFAULT


class Question(BaseModel):
    """A text that others are compared with."""

    query: str = Field(min_length=1)
    model: str = SMALL
    limit: int = Field(10, ge=1, le=100)
    threshold: float = Field(0.7, ge=0, le=1)
    namespace: str = DEFAULT
    filter_metadata: dict[str, Any] = {}


class SdkQuestion(Question):
    """The same in the words that guides have for it."""

    limit: int = Field(10, ge=1, le=100, validation_alias=AliasChoices("limit", "top_k"))
    threshold: float = Field(
        0.7, ge=0, le=1, validation_alias=AliasChoices("threshold", "similarity_threshold")
    )
    filter_metadata: dict[str, Any] = Field(
        {}, validation_alias=AliasChoices("filter_metadata", "filter")
    )


async def generate(asked: Asked) -> Response:
    """The vectors of texts, within a project."""
    return JSONResponse(await _generated(asked) | {"project_id": asked.project["id"]})


async def sdk_generate(asked: Asked) -> Response:
    """The vectors of texts that belong to no project."""
    return JSONResponse(await _generated(asked))


async def embed_and_store(asked: Asked) -> Response:
    """Keep texts with their vectors, under ids that ZeroDB chooses."""
    started, told = time.perf_counter(), asked.body(Storing)
    labels = told.metadata_list or [{} for _ in told.texts]
    if len(labels) != len(told.texts):
        raise ZeroDBError(400, "metadata_list must have one entry for each text")
    texts = [Labelled(text=t, metadata=m) for t, m in zip(told.texts, labels, strict=True)]
    answer, _ = await _store(asked, texts, told.model, told.namespace)
    return JSONResponse(answer | {"processing_time_ms": took(started)})


async def sdk_embed_and_store(asked: Asked) -> Response:
    """The same for clients that send `documents`, and read which ids were chosen."""
    started, told = time.perf_counter(), asked.body(SdkStoring)
    labels = (told.metadata_list or []) + [{} for _ in told.texts]
    texts = [Labelled(text=t, metadata=m) for t, m in zip(told.texts, labels, strict=False)]
    texts += told.documents
    if not texts:
        raise ZeroDBError(422, [{"loc": ["body", "texts"], "msg": "Field required"}])
    answer, ids = await _store(asked, texts, told.model, told.namespace)
    return JSONResponse(answer | {"vector_ids": ids, "processing_time_ms": took(started)})


async def search_embeddings(asked: Asked) -> Response:
    """The texts that are nearest to a question, in what was kept by the same length of vector."""
    started = time.perf_counter()
    told = asked.body(SdkQuestion if asked.compat else Question)
    (vector,) = await embed([told.query], dimension(asked, told.model))
    # BGE finds no two texts contrary, so that a threshold of 0 lets everything through there.
    threshold = told.threshold or NO_THRESHOLD
    near = Near(vector, told.limit, told.namespace, threshold, told.filter_metadata)
    results = [_result(asked, row) for row in await nearest(asked, near)]
    return JSONResponse(
        {
            "results": results,
            "query": told.query,
            "total_results": len(results),
            "model": told.model,
            "project_id": asked.project["id"],
            "processing_time_ms": took(started),
        }
    )


async def list_models(asked: Asked) -> Response:
    """The models that can be asked for."""
    models = MODELS | (ONLY_COMPAT if asked.compat else {})
    return JSONResponse(
        [
            {
                "id": name,
                "dimensions": length,
                "description": description,
                "speed": speed,
                "loaded": True,
                "cost_per_1k": 0.0,
            }
            for name, (length, description, speed) in models.items()
        ]
    )


def dimension(asked: Asked, model: str) -> int:
    """How many numbers a model's vectors have; raises ZeroDBError for one that is not there."""
    models = MODELS | (ONLY_COMPAT if asked.compat else {})
    if model not in models:
        there = ", ".join(models)
        raise ZeroDBError(400, f"Embedding model '{model}' not found. Available models: {there}")
    return models[model][0]


async def _generated(asked: Asked) -> Document:
    started, told = time.perf_counter(), asked.body(Generation)
    length = dimension(asked, told.model)
    vectors = await embed(told.texts, length)
    return {
        "embeddings": vectors,
        "model": told.model,
        "dimensions": length,
        "count": len(vectors),
        "processing_time_ms": took(started),
    }


async def _store(
    asked: Asked, texts: list[Labelled], model: str, namespace: str
) -> tuple[Document, list[str]]:
    project, length = asked.project["id"], dimension(asked, model)
    vectors = [
        Vector(
            vector_id=each.id,
            vector_embedding=embedding,
            namespace=namespace,
            metadata=each.metadata,
            document=each.text,
        )
        for each, embedding in zip(
            texts, await embed([each.text for each in texts], length), strict=True
        )
    ]
    kept = await keep(asked, vectors)
    answer = {
        "success": True,
        "vectors_stored": len(kept),
        "embeddings_generated": len(vectors),
        "model": model,
        "dimensions": length,
        "target_column": f"vector_{length}",
        "namespace": namespace,
        "project_id": project,
    }
    return answer, [row["vector_id"] for row in kept]


def _result(asked: Asked, row: Any) -> Document:
    result = {
        "id": row["vector_id"],
        "document": row["document"],
        "similarity": row["similarity"],
        "metadata": row["metadata"],
    }
    if not asked.compat:
        return result
    aliases = {"vector_id": result["id"], "text": result["document"]}
    return result | aliases | {"score": result["similarity"], "namespace": row["namespace"]}
