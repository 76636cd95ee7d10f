"""Vectors as the SDKs send and read them: the Python SDK by routes of its own, TypeScript's in
camel case, and each by other names. Only the compat dialect answers so."""

import time
from typing import Any

import asyncpg
from pydantic import AliasChoices, BaseModel, Field
from pydantic.alias_generators import to_camel
from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.zerodb.asking import Asked, took
from sandboxes.zerodb.errors import ZeroDBError, invalid
from sandboxes.zerodb.filters import COMPAT, Filter
from sandboxes.zerodb.reading import read, read_json
from sandboxes.zerodb.searching import NO_THRESHOLD, Near, nearest
from sandboxes.zerodb.vectors import (
    COLUMNS,
    DEFAULT,
    MOST_IN_A_BATCH,
    Embedding,
    Listing,
    Vector,
    forget,
    keep,
    page,
    shown,
)


def _names(*names: str) -> AliasChoices:
    """The names of a field, each in snake case and in camel case."""
    return AliasChoices(*dict.fromkeys(n for name in names for n in (name, to_camel(name))))


class SdkVector(Vector):
    """A vector by any of its names."""

    vector_embedding: Embedding = Field(
        validation_alias=_names("vector_embedding", "vector", "embedding")
    )
    vector_id: str | None = Field(None, validation_alias=_names("vector_id", "id"))
    metadata: dict[str, Any] = Field({}, validation_alias=_names("vector_metadata", "metadata"))


class SdkBatch(BaseModel):
    """Many of them; `items` is the Python SDK's word, with one namespace for all."""

    vectors: list[SdkVector] = Field(
        min_length=1, max_length=MOST_IN_A_BATCH, validation_alias=AliasChoices("vectors", "items")
    )
    namespace: str | None = None


class SdkSearch(BaseModel):
    """What is looked for, by any of its names."""

    query_vector: Embedding = Field(validation_alias=_names("query_vector", "vector"))
    most: int = Field(10, ge=1, le=1000, validation_alias=_names("top_k", "limit"))
    namespace: str = DEFAULT
    threshold: float = Field(
        NO_THRESHOLD, ge=-1, le=1, validation_alias=_names("similarity_threshold", "threshold")
    )
    filter: dict[str, Any] = Field(
        {}, validation_alias=_names("filter", "metadata_filter", "filter_metadata")
    )
    include_metadata: bool = True
    include_values: bool = False


class SdkListing(Listing):
    """A listing, or the vectors of these ids, which are parted by commas."""

    ids: str | None = None
    include_metadata: bool = True
    include_values: bool = True


class SdkDeletion(BaseModel):
    """Which vectors shall go: those of these ids, those of a filter, or all of the namespace."""

    namespace: str = DEFAULT
    ids: list[str] | None = None
    filter: dict[str, Any] | None = None
    delete_all: bool = False


class SdkMetadata(BaseModel):
    """What a vector's metadata shall be."""

    metadata: dict[str, Any]
    namespace: str = DEFAULT


async def upsert(asked: Asked) -> Response:
    """Keep a vector, and tell of it in the caller's spelling."""
    body = read_json(asked.call)
    (row,) = await keep(asked, [read(SdkVector, body, "body")])
    vector = _told(row)
    camel = isinstance(body, dict) and "vectorEmbedding" in body
    return JSONResponse(
        vector | ({to_camel(name): vector[name] for name in vector} if camel else {})
    )


async def upsert_many(asked: Asked) -> Response:
    """Keep many vectors, given as an array or in an object."""
    given = read_json(asked.call)
    batch = read(SdkBatch, {"vectors": given} if isinstance(given, list) else given, "body")
    placed = [
        each.model_copy(update={"namespace": batch.namespace or each.namespace})
        for each in batch.vectors
    ]
    ids = [row["vector_id"] for row in await keep(asked, placed)]
    counts = {"inserted": len(ids), "upserted_count": len(ids)}
    return JSONResponse(
        counts | {"vector_ids": ids, "ids": ids, "namespace": batch.namespace or DEFAULT}
    )


async def search(asked: Asked) -> Response:
    """The nearest, as `results` for Python and as `vectors` for TypeScript."""
    started, told = time.perf_counter(), asked.body(SdkSearch)
    near = Near(told.query_vector, told.most, told.namespace, told.threshold, told.filter)
    vectors = [_told(row, told) | _scores(row) for row in await nearest(asked, near)]
    counted = {"total_count": len(vectors), "search_time_ms": took(started)}
    camel = {to_camel(name): value for name, value in counted.items()}
    return JSONResponse({"results": vectors, "vectors": vectors} | counted | camel)


async def list_or_get(asked: Asked) -> Response:
    """The vectors of some ids, or a page of all; TypeScript's route has it as a bare array."""
    told = asked.query(SdkListing)
    if told.ids is not None:
        return JSONResponse({"vectors": [_told(row, told) for row in await _of_ids(asked, told)]})
    rows, total = await page(asked, told)
    vectors = [_told(row, told) for row in rows]
    if "/public/projects/" in asked.call.request.url.path:
        return JSONResponse(vectors)
    return JSONResponse(
        {"vectors": vectors, "total": total, "limit": told.limit, "offset": told.offset}
    )


async def delete_many(asked: Asked) -> Response:
    """Forget the vectors that are named."""
    told = asked.body(SdkDeletion)
    if told.delete_all:
        gone = await forget(asked, told.namespace, "true")
    elif told.ids is not None:
        gone = await forget(asked, told.namespace, "vector_id = ANY($3::text[])", told.ids)
    elif told.filter:
        meant = Filter(COMPAT, "metadata", arguments=[None, None])
        condition = meant.where(told.filter)
        gone = await forget(asked, told.namespace, condition, *meant.arguments[2:])
    else:
        raise invalid(["body"], "ids, filter or delete_all is required")
    return JSONResponse({"deleted_count": gone})


async def set_metadata(asked: Asked) -> Response:
    """Put other metadata in the place of a vector's."""
    told, vector_id = asked.body(SdkMetadata), asked.parameter("vector_id")
    rows = await asked.database.fetch(
        "UPDATE sandbox.zerodb_vectors SET metadata = $4"  # noqa: S608
        f" WHERE (project_id, namespace, vector_id) = ($1, $2, $3) RETURNING {COLUMNS}",
        *(asked.project["id"], told.namespace, vector_id, told.metadata),
    )
    if not rows:
        raise ZeroDBError(404, f"Vector '{vector_id}' not found")
    return JSONResponse(_told(rows[0]))


async def list_namespaces(asked: Asked) -> Response:
    """The namespaces, and how many vectors are in each."""
    rows = await asked.database.fetch(
        "SELECT namespace, count(*) FROM sandbox.zerodb_vectors WHERE project_id = $1"
        " GROUP BY namespace ORDER BY namespace",
        asked.project["id"],
    )
    return JSONResponse({"namespaces": [dict(row) for row in rows], "total": len(rows)})


async def _of_ids(asked: Asked, told: SdkListing) -> list[asyncpg.Record]:
    return await asked.database.fetch(
        f"SELECT {COLUMNS} FROM sandbox.zerodb_vectors"  # noqa: S608
        " WHERE (project_id, namespace) = ($1, $2) AND vector_id = ANY($3::text[])"
        " ORDER BY vector_id",
        *(asked.project["id"], told.namespace or DEFAULT, (told.ids or "").split(",")),
    )


def _told(row: asyncpg.Record, told: SdkSearch | SdkListing | None = None) -> Document:
    """A vector by every name that a client reads it by, with what it wants of it."""
    vector = shown(row)
    if told and not told.include_metadata:
        vector["vector_metadata"] = {}
    if told and not told.include_values:
        del vector["vector_embedding"]
    numbers = {"values": vector["vector_embedding"]} if "vector_embedding" in vector else {}
    return vector | {"id": vector["vector_id"], "metadata": vector["vector_metadata"]} | numbers


def _scores(row: asyncpg.Record) -> Document:
    return dict.fromkeys(("similarity", "similarity_score", "score"), row["similarity"])
