"""Rows, one at a time: documents in an envelope, under ids that ZeroDB chooses.

Nothing is unique but the id, nothing is checked against the table's schema, and a change is
whoever wrote last.
"""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from sandboxes.zerodb.asking import Asked, Page
from sandboxes.zerodb.errors import ZeroDBError
from sandboxes.zerodb.reading import read, read_json
from sandboxes.zerodb.tables import Table, listed, table_named

INSERT = (
    "INSERT INTO sandbox.zerodb_rows (table_id, row_id, row_data, created_at, updated_at)"
    " SELECT $1, * , $4, $4 FROM unnest($2::uuid[], $3::jsonb[]) RETURNING *"
)


class Row(BaseModel):
    """What a row holds."""

    row_data: dict[str, Any]


class Rows(BaseModel):
    """What many rows hold, as the Python SDK sends them."""

    rows: list[dict[str, Any]] = Field(min_length=1, max_length=1000)


async def create_row(asked: Asked) -> Response:
    """Insert a row."""
    told = asked.body(Row)
    table = await table_named(asked)
    return JSONResponse(table.row((await insert_rows(asked, table, [told.row_data]))[0]))


async def sdk_create_rows(asked: Asked) -> Response:
    """Insert a row, or many, all or none of them."""
    body = read_json(asked.call)
    if not isinstance(body, dict) or "rows" not in body:
        return await create_row(asked)
    made = await insert_rows(asked, await table_named(asked), read(Rows, body, "body").rows)
    ids = [str(row["row_id"]) for row in made]
    return JSONResponse(
        {"inserted_count": len(ids), "inserted_ids": ids, "row_ids": ids, "ids": ids}
    )


async def list_rows(asked: Asked) -> Response:
    """A page of the rows, in no promised order."""
    skip, limit = asked.page(asked.query(Page))
    table = await table_named(asked)
    total = await asked.database.fetch(
        "SELECT count(*) FROM sandbox.zerodb_rows WHERE table_id = $1", table.id
    )
    rows = await asked.database.fetch(
        "SELECT * FROM sandbox.zerodb_rows WHERE table_id = $1 ORDER BY row_id OFFSET $2 LIMIT $3",
        *(table.id, skip, limit),
    )
    return JSONResponse(listed(total[0]["count"], skip, limit, [table.row(row) for row in rows]))


async def get_row(asked: Asked) -> Response:
    """One row."""
    return await _answer(asked, "SELECT * FROM sandbox.zerodb_rows WHERE {}")


async def update_row(asked: Asked) -> Response:
    """Put another document in the place of a row's."""
    told = asked.body(Row)
    change = "UPDATE sandbox.zerodb_rows SET row_data = $3, updated_at = $4 WHERE {} RETURNING *"
    return await _answer(asked, change, told.row_data, asked.call.now)


async def delete_row(asked: Asked) -> Response:
    """Forget a row."""
    await _answer(asked, "DELETE FROM sandbox.zerodb_rows WHERE {} RETURNING *")
    return JSONResponse({"message": f"Row {asked.parameter('row_id')} deleted successfully"})


async def insert_rows(
    asked: Asked, table: Table, documents: list[dict[str, Any]]
) -> list[asyncpg.Record]:
    """Keep documents as rows, all or none; raises ZeroDBError where the table is gone."""
    ids = [uuid4() for _ in documents]
    try:
        return await asked.database.fetch(INSERT, table.id, ids, documents, asked.call.now)
    except asyncpg.ForeignKeyViolationError as error:
        # Somebody dropped the table meanwhile.
        raise ZeroDBError(404, f"Table '{table.name}' not found") from error


async def _answer(asked: Asked, statement: str, *arguments: object) -> Response:
    """What a statement about the row in the path returns; raises ZeroDBError where it has none."""
    table, given = await table_named(asked), asked.parameter("row_id")
    meant = statement.format("(table_id, row_id) = ($1, $2)")
    row_id = _uuid(given)
    rows = await asked.database.fetch(meant, table.id, row_id, *arguments) if row_id else []
    if not rows:
        raise ZeroDBError(404, f"Row '{given}' not found")
    return JSONResponse(table.row(rows[0]))


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
