"""What is near: vectors by the cosine of their angle. Each is looked at, so that none is missed."""

import time
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from pydantic import AliasChoices, BaseModel, Field
from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.zerodb.asking import Asked, took
from sandboxes.zerodb.errors import ZeroDBError
from sandboxes.zerodb.filters import COMPAT, Filter
from sandboxes.zerodb.vectors import COLUMNS, DEFAULT, Embedding, shown

# Of vectors of other lengths there is no angle, and none of a vector of zeros: those are unlike.
NEAREST = """
SELECT * FROM (
    SELECT {columns}, CASE WHEN dimension = vector_dims($3::text::vector)
        THEN coalesce(1 - nullif(embedding <=> $3::text::vector, 'NaN'), 0) END AS similarity
    FROM sandbox.zerodb_vectors
    WHERE project_id = $1 AND namespace = $2 AND {condition}
) AS near
WHERE similarity >= $4
ORDER BY similarity DESC, vector_id LIMIT $5
"""
FILTER = AliasChoices("filter", "metadata_filter", "filter_metadata")
NO_THRESHOLD = -1.0
"""The similarity of what is opposite, below which there is nothing."""
THRESHOLD = AliasChoices("similarity_threshold", "threshold")


class Search(BaseModel):
    """What is looked for, as the cloud takes it."""

    query_vector: Embedding
    top_k: int = Field(10, ge=1, le=1000, validation_alias=AliasChoices("top_k", "limit"))
    namespace: str = DEFAULT
    similarity_threshold: float = Field(NO_THRESHOLD, ge=-1, le=1, validation_alias=THRESHOLD)
    filter: dict[str, Any] = Field({}, validation_alias=FILTER)


@dataclass(frozen=True)
class Near:
    """A question about what is near a vector."""

    vector: list[float]
    most: int
    namespace: str = DEFAULT
    threshold: float = NO_THRESHOLD
    filter: Document = field(default_factory=dict)


async def search_vectors(asked: Asked) -> Response:
    """The vectors that are nearest, the nearest first."""
    started, told = time.perf_counter(), asked.body(Search)
    threshold = told.similarity_threshold
    near = Near(told.query_vector, told.top_k, told.namespace, threshold, told.filter)
    found = [shown(row) | {"similarity": row["similarity"]} for row in await nearest(asked, near)]
    return JSONResponse(
        {"vectors": found, "total_count": len(found), "search_time_ms": took(started)}
    )


async def nearest(asked: Asked, near: Near) -> list[asyncpg.Record]:
    """The vectors of one length in one namespace that are nearest, with their `similarity`."""
    if not asked.compat and any(isinstance(value, dict) for value in near.filter.values()):
        raise ZeroDBError(400, "A filter on metadata takes plain values")
    search = Filter(COMPAT, "metadata")
    search.arguments += [asked.project["id"], near.namespace, str(near.vector)]
    search.arguments += [near.threshold, near.most]
    statement = NEAREST.format(columns=COLUMNS, condition=search.where(near.filter))
    return await asked.database.fetch(statement, *search.arguments)
