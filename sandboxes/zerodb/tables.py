"""ZeroDB's tables: a name and a schema that nothing enforces, and rows below it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pydantic import AliasChoices, BaseModel, Field
from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.zerodb.asking import Asked, Page, timestamp
from sandboxes.zerodb.errors import ZeroDBError

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox.zerodb_tables (
    id uuid PRIMARY KEY,
    project_id text NOT NULL REFERENCES sandbox.zerodb_projects ON DELETE CASCADE,
    name text NOT NULL,
    description text,
    schema jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (project_id, name)
);
CREATE TABLE IF NOT EXISTS sandbox.zerodb_rows (
    table_id uuid NOT NULL REFERENCES sandbox.zerodb_tables ON DELETE CASCADE,
    row_id uuid NOT NULL,
    row_data jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (table_id, row_id)
);
CREATE INDEX IF NOT EXISTS zerodb_rows_by_content ON sandbox.zerodb_rows
    USING gin (row_data jsonb_path_ops) WITH (fastupdate = off);
"""
FIND = """
SELECT *, (SELECT count(*) FROM sandbox.zerodb_rows WHERE table_id = id) AS row_count
FROM sandbox.zerodb_tables WHERE project_id = $1
"""


class TableToCreate(BaseModel):
    """What is said of a new table."""

    table_name: str = Field(min_length=1, max_length=255)
    description: str | None = None
    schema_definition: dict[str, Any] = Field(
        {}, validation_alias=AliasChoices("schema_definition", "schema")
    )


class NamedTable(TableToCreate):
    """The same, where the documentation's `name` will do as well."""

    table_name: str = Field(
        min_length=1, max_length=255, validation_alias=AliasChoices("table_name", "name")
    )


@dataclass(frozen=True)
class Table:
    """A table that is there."""

    id: UUID
    name: str
    project_id: str

    def row(self, row: asyncpg.Record) -> Document:
        """One of its rows as ZeroDB tells of it."""
        return {
            "row_id": str(row["row_id"]),
            "project_id": self.project_id,
            "table_id": str(self.id),
            "table_name": self.name,
            "row_data": row["row_data"],
            "created_at": timestamp(row["created_at"]),
            "updated_at": timestamp(row["updated_at"]),
        }


async def table_named(asked: Asked) -> Table:
    """The table whose name is in the path; raises ZeroDBError where there is none."""
    project, name = asked.project["id"], asked.parameter("table_name")
    rows = await asked.database.fetch(
        "SELECT id FROM sandbox.zerodb_tables WHERE (project_id, name) = ($1, $2)", project, name
    )
    if not rows:
        raise ZeroDBError(404, f"Table '{name}' not found")
    return Table(rows[0]["id"], name, project)


async def create_table(asked: Asked) -> Response:
    """Make a table of a name that the project has not."""
    told = asked.body(NamedTable if asked.compat else TableToCreate)
    made = await asked.database.fetch(
        "INSERT INTO sandbox.zerodb_tables (id, project_id, name, description, schema, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (project_id, name) DO NOTHING"
        " RETURNING *, 0 AS row_count",
        *(uuid4(), asked.project["id"], told.table_name, told.description),
        *(told.schema_definition, asked.call.now),
    )
    if not made:
        raise ZeroDBError(400, f"Table '{told.table_name}' already exists")
    return JSONResponse(_told(asked, made[0]))


async def list_tables(asked: Asked) -> Response:
    """The tables of the project, by name."""
    skip, limit = asked.page(asked.query(Page))
    project = asked.project["id"]
    total = await asked.database.fetch(
        "SELECT count(*) FROM sandbox.zerodb_tables WHERE project_id = $1", project
    )
    rows = await asked.database.fetch(
        f"{FIND} ORDER BY name OFFSET $2 LIMIT $3", *(project, skip, limit)
    )
    tables = [_told(asked, row) for row in rows]
    twice = {"tables": tables} if asked.compat else {}
    return JSONResponse(listed(total[0]["count"], skip, limit, tables) | twice)


async def get_table(asked: Asked) -> Response:
    """One table, by its id; in compat by its name as well."""
    return JSONResponse(_told(asked, await _known(asked, asked.parameter("table"), "id")))


async def delete_table(asked: Asked) -> Response:
    """Drop a table with its rows, by its name; in compat by its id as well."""
    row = await _known(asked, asked.parameter("table"), "name")
    await asked.database.fetch("DELETE FROM sandbox.zerodb_tables WHERE id = $1", row["id"])
    return JSONResponse(
        {
            "message": f"Table '{row['name']}' deleted successfully",
            "deleted": True,
            "rows_deleted": row["row_count"],
        }
    )


def listed(total: int, skip: int, limit: int, data: list[Document]) -> Document:
    """A page of a list, as ZeroDB tells of it."""
    has_more = skip + len(data) < total
    return {"total": total, "skip": skip, "limit": limit, "has_more": has_more, "data": data}


async def _known(asked: Asked, given: str, by: str) -> asyncpg.Record:
    columns = ("id", "name") if asked.compat else (by,)
    meant = " OR ".join(f"{column}::text = $2" for column in columns)
    rows = await asked.database.fetch(f"{FIND} AND ({meant})", asked.project["id"], given)
    if not rows:
        raise ZeroDBError(404, f"Table '{given}' not found")
    return rows[0]


def _told(asked: Asked, row: asyncpg.Record) -> Document:
    """A table as ZeroDB tells of it; in compat by every name that a client reads it by."""
    made = timestamp(row["created_at"])
    table = {
        "table_id": str(row["id"]),
        "project_id": row["project_id"],
        "table_name": row["name"],
        "description": row["description"],
        "schema_definition": row["schema"],
        "created_at": made,
        "updated_at": made,
    }
    if not asked.compat:
        return table
    aliases = {"id": table["table_id"], "name": row["name"], "schema": row["schema"]}
    return table | aliases | {"row_count": row["row_count"]}
