"""ZeroDB's vectors: of any length, under an id within a namespace, replaced by who comes later."""

import json
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import uuid4

import asyncpg
from pydantic import AliasChoices, BaseModel, Field
from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.zerodb.asking import Asked, Limit, Skip, timestamp
from sandboxes.zerodb.errors import ZeroDBError
from sandboxes.zerodb.reading import read, read_json

SCHEMA = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE IF NOT EXISTS sandbox.zerodb_vectors (
    project_id text NOT NULL REFERENCES sandbox.zerodb_projects ON DELETE CASCADE,
    namespace text NOT NULL,
    vector_id text NOT NULL,
    dimension integer NOT NULL,
    embedding vector NOT NULL,
    metadata jsonb NOT NULL,
    document text,
    source text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (project_id, namespace, vector_id)
);
"""
COLUMNS = (
    "vector_id, project_id, namespace, dimension, embedding::text AS embedding, metadata,"
    " document, source, created_at"
)
KEEP = f"""
INSERT INTO sandbox.zerodb_vectors AS held
SELECT $1, given.namespace, given.id, vector_dims(given.embedding::vector),
    given.embedding::vector, given.metadata, given.document, given.source, $2
FROM unnest($3::text[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::text[])
    AS given (namespace, id, embedding, metadata, document, source)
ON CONFLICT (project_id, namespace, vector_id) DO UPDATE SET
    dimension = excluded.dimension, embedding = excluded.embedding,
    metadata = excluded.metadata, document = excluded.document, source = excluded.source
RETURNING {COLUMNS}
"""  # noqa: S608
MOST_IN_A_BATCH = 1000
DEFAULT = "default"
Embedding = Annotated[list[float], Field(min_length=1, max_length=4096)]
METADATA = AliasChoices("vector_metadata", "metadata")


class Vector(BaseModel):
    """A vector as the cloud takes it."""

    vector_embedding: Embedding
    vector_id: str | None = Field(None, validation_alias=AliasChoices("vector_id", "id"))
    namespace: str = DEFAULT
    metadata: dict[str, Any] = Field({}, validation_alias=METADATA)
    document: str | None = None
    source: str | None = None


class Batch(BaseModel):
    """Many vectors, as the documentation has them; a bare array is taken too."""

    vectors: list[Vector] = Field(min_length=1, max_length=MOST_IN_A_BATCH)


class Listing(BaseModel):
    """Which vectors are listed, and whether with their numbers."""

    namespace: str | None = None
    limit: Limit = 100
    offset: Skip = 0
    detailed: bool = False


class Place(BaseModel):
    """The namespace in a query."""

    namespace: str = DEFAULT


async def upsert_vector(asked: Asked) -> Response:
    """Keep a vector; one of the same id in the same namespace is replaced."""
    kept = await keep(asked, [asked.body(Vector)])
    return JSONResponse(shown(kept[0]))


async def upsert_vectors(asked: Asked) -> Response:
    """Keep many vectors, all or none."""
    given = read_json(asked.call)
    told = {"vectors": given} if isinstance(given, list) else given
    kept = await keep(asked, read(Batch, told, "body").vectors)
    return JSONResponse({"inserted": len(kept), "vector_ids": [row["vector_id"] for row in kept]})


async def list_vectors(asked: Asked) -> Response:
    """A page of the vectors, of one namespace or of all."""
    told = asked.query(Listing)
    rows, total = await page(asked, told)
    listed = [shown(row, with_numbers=told.detailed) for row in rows]
    return JSONResponse(
        {"vectors": listed, "total": total, "limit": told.limit, "offset": told.offset}
    )


async def get_vector(asked: Asked) -> Response:
    """One vector, with its numbers."""
    place, vector_id = asked.query(Place), asked.parameter("vector_id")
    if vector_id == "analytics":
        raise ZeroDBError(501, "zerodb sandbox does not emulate the analytics of vectors")
    rows = await asked.database.fetch(
        f"SELECT {COLUMNS} FROM sandbox.zerodb_vectors"  # noqa: S608
        " WHERE (project_id, namespace, vector_id) = ($1, $2, $3)",
        *(asked.project["id"], place.namespace, vector_id),
    )
    if not rows:
        raise ZeroDBError(404, f"Vector '{vector_id}' not found")
    return JSONResponse(shown(rows[0]))


async def delete_vector(asked: Asked) -> Response:
    """Forget one vector."""
    place, vector_id = asked.query(Place), asked.parameter("vector_id")
    if not await forget(asked, place.namespace, "vector_id = $3", vector_id):
        raise ZeroDBError(404, f"Vector '{vector_id}' not found")
    return JSONResponse({"message": f"Vector {vector_id} deleted successfully"})


async def count_vectors(asked: Asked) -> Response:
    """How many vectors there are, of which lengths, in which namespaces."""
    namespace = asked.query(Listing).namespace
    rows = await asked.database.fetch(
        "SELECT namespace, count(*), sum(dimension) AS numbers,"
        " array_agg(DISTINCT dimension) AS lengths FROM sandbox.zerodb_vectors"
        " WHERE project_id = $1 AND ($2::text IS NULL OR namespace = $2)"
        " GROUP BY namespace ORDER BY namespace",
        *(asked.project["id"], namespace),
    )
    total, numbers = sum(row["count"] for row in rows), sum(row["numbers"] for row in rows)
    stats = {
        "total_vectors": total,
        "namespaces": [row["namespace"] for row in rows],
        "avg_dimensions": round(numbers / total, 2) if total else 0,
        "total_size_mb": round(numbers * 4 / 2**20, 4),
    }
    lengths = sorted({length for row in rows for length in row["lengths"]})
    more = {"namespace_count": len(rows), "dimensions": lengths}
    return JSONResponse(stats | (more if asked.compat else {}))


async def keep(asked: Asked, vectors: Iterable[Vector]) -> list[asyncpg.Record]:
    """Keep vectors in one statement; of two with one id the later counts."""
    given = {(each.namespace, each.vector_id or str(uuid4())): each for each in vectors}
    return await asked.database.fetch(
        KEEP,
        *(asked.project["id"], asked.call.now),
        *map(list, zip(*given, strict=True)),
        [json.dumps(each.vector_embedding) for each in given.values()],
        [each.metadata for each in given.values()],
        [each.document for each in given.values()],
        [each.source for each in given.values()],
    )


async def page(asked: Asked, listing: Listing) -> tuple[list[asyncpg.Record], int]:
    """A page of the vectors, and how many there are."""
    where = "project_id = $1 AND ($2::text IS NULL OR namespace = $2)"
    arguments = (asked.project["id"], listing.namespace)
    counting = f"SELECT count(*) FROM sandbox.zerodb_vectors WHERE {where}"  # noqa: S608
    total = await asked.database.fetch(counting, *arguments)
    rows = await asked.database.fetch(
        f"SELECT {COLUMNS} FROM sandbox.zerodb_vectors WHERE {where}"  # noqa: S608
        " ORDER BY namespace, vector_id LIMIT $3 OFFSET $4",
        *(*arguments, listing.limit, listing.offset),
    )
    return rows, total[0]["count"]


async def forget(asked: Asked, namespace: str, condition: str, *arguments: object) -> int:
    """Forget the vectors of a namespace under a condition on $3 and what follows; says how many."""
    gone = await asked.database.fetch(
        "DELETE FROM sandbox.zerodb_vectors"  # noqa: S608
        f" WHERE (project_id, namespace) = ($1, $2) AND {condition} RETURNING vector_id",
        *(asked.project["id"], namespace, *arguments),
    )
    return len(gone)


def shown(row: asyncpg.Record, *, with_numbers: bool = True) -> Document:
    """A vector as ZeroDB tells of it."""
    numbers = {"vector_embedding": json.loads(row["embedding"])} if with_numbers else {}
    return {
        "vector_id": row["vector_id"],
        "project_id": row["project_id"],
        "namespace": row["namespace"],
        "dimension": row["dimension"],
        "vector_metadata": row["metadata"],
        "document": row["document"],
        "source": row["source"],
        "created_at": timestamp(row["created_at"]),
    } | numbers
