"""Rows, many at a time: found, changed and deleted by a filter."""

import json
import time
from typing import Any, Literal

import asyncpg
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.zerodb.asking import Asked, Page, took
from sandboxes.zerodb.errors import ZeroDBError
from sandboxes.zerodb.filters import BULK, COMPAT, QUERY, Filter, path
from sandboxes.zerodb.rows import insert_rows
from sandboxes.zerodb.tables import Table, listed, table_named
from sandboxes.zerodb.updates import check, updated

MOST_UNCONFIRMED = 100
WRITTEN = "to_jsonb(to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))"
ENVELOPE = {
    "row_id": "to_jsonb(row_id::text)",
    "created_at": WRITTEN.format("created_at"),
    "updated_at": WRITTEN.format("updated_at"),
}


class Query(Page):
    """What is looked for."""

    filter: dict[str, Any] = {}
    sort: dict[str, Literal[1, -1]] = {}


class SdkQuery(Query):
    """The same with what SDKs send besides."""

    filters: dict[str, Any] = {}
    projection: dict[str, Any] = {}


class Deletion(BaseModel):
    """Which rows are meant; more than a hundred only when that is confirmed."""

    filter: dict[str, Any]
    confirm_large_operation: bool = False


class Change(Deletion):
    """Which rows are meant, and what shall become of them."""

    update: dict[str, Any]


class SdkDeletion(BaseModel):
    """The Python SDK's deletion: a limit of 0 is none, and an empty filter means all."""

    filter: dict[str, Any] = {}
    limit: int = Field(0, ge=0)


class SdkChange(BaseModel):
    """The Python SDK's change: with `upsert` a row is made where none is meant."""

    filter: dict[str, Any] = {}
    update: dict[str, Any]
    upsert: bool = False


async def query_rows(asked: Asked) -> Response:
    """The rows that a filter means, sorted, a page of them."""
    started = time.perf_counter()
    told = asked.body(SdkQuery if asked.compat else Query)
    skip, limit = asked.page(told)
    for name in told.sort:
        path(name)
    wanted = told.filter or getattr(told, "filters", {})
    table = await table_named(asked)
    search, condition = _meant(table, wanted, COMPAT if asked.compat else QUERY)
    total = await _count(asked, search, condition)
    found = await _page(asked, search, condition, told.sort, (skip, limit)) if total > skip else []
    rows = [table.row(row) for row in found]
    told_of = {"filter_summary": wanted, "execution_time_ms": took(started)}
    flat = {"rows": [_flattened(row, told) for row in rows]} if asked.compat else {}
    return JSONResponse(listed(total, skip, limit, rows) | told_of | flat)


async def bulk_update_rows(asked: Asked) -> Response:
    """Change all rows that a filter means, all of them or none."""
    started, told = time.perf_counter(), asked.body(Change)
    update = _update(asked, told.update)
    table = await table_named(asked)
    rows = await _read(asked, table, told)
    counts = _counts(asked, len(rows), await _write(asked, table, rows, update))
    used = {"filter_used": told.filter, "update_operators": list(update)}
    return JSONResponse(counts | used | {"execution_time_ms": took(started), "warnings": []})


async def bulk_delete_rows(asked: Asked) -> Response:
    """Delete all rows that a filter means."""
    started, told = time.perf_counter(), asked.body(Deletion)
    table = await table_named(asked)
    deleted = await _delete(asked, table, await _read(asked, table, told))
    used = {"deleted_count": deleted, "filter_used": told.filter}
    return JSONResponse(used | {"execution_time_ms": took(started), "warnings": []})


async def sdk_update_rows(asked: Asked) -> Response:
    """What the Python SDK asks of `PUT rows`."""
    told = asked.body(SdkChange)
    update = _update(asked, told.update)
    table = await table_named(asked)
    rows = await _find(asked, table, told.filter, COMPAT)
    counts = _counts(asked, len(rows), await _write(asked, table, rows, update))
    if told.upsert and not rows:
        plain = {name: value for name, value in told.filter.items() if not isinstance(value, dict)}
        made = await insert_rows(asked, table, [updated(plain, update)])
        return JSONResponse(counts | {"upserted_id": str(made[0]["row_id"])})
    return JSONResponse(counts | {"upserted_id": None})


async def sdk_delete_rows(asked: Asked) -> Response:
    """What the Python SDK asks of `DELETE rows`."""
    told = asked.body(SdkDeletion)
    table = await table_named(asked)
    rows = await _find(asked, table, told.filter, COMPAT, told.limit or None)
    return JSONResponse({"deleted_count": await _delete(asked, table, rows)})


def _update(asked: Asked, update: Document) -> Document:
    """The update as operators, which in compat a plain object stands for; raises ZeroDBError."""
    if asked.compat and update and not any(name.startswith("$") for name in update):
        update = {"$set": update}
    check(update)
    return update


def _counts(asked: Asked, matched: int, modified: int) -> Document:
    """What became of rows; `updated_count` is what some clients read."""
    counts = {"matched_count": matched, "modified_count": modified}
    return counts | ({"updated_count": modified} if asked.compat else {})


def _meant(table: Table, asked: Document, operators: frozenset[str]) -> tuple[Filter, str]:
    search = Filter(operators, outside=ENVELOPE, arguments=[table.id])
    return search, f"table_id = $1 AND {search.where(asked)}"


async def _count(asked: Asked, search: Filter, condition: str) -> int:
    counting = f"SELECT count(*) FROM sandbox.zerodb_rows WHERE {condition}"  # noqa: S608
    rows = await asked.database.fetch(counting, *search.arguments)
    return int(rows[0]["count"])


async def _page(
    asked: Asked, search: Filter, condition: str, sort: dict[str, Any], part: tuple[int, int]
) -> list[asyncpg.Record]:
    skip, limit = map(search.argument, part)
    order = [f"{search.value(name)} {'ASC' if way > 0 else 'DESC'}" for name, way in sort.items()]
    return await asked.database.fetch(
        f"SELECT * FROM sandbox.zerodb_rows WHERE {condition}"  # noqa: S608
        f" ORDER BY {', '.join([*order, 'row_id'])} OFFSET {skip} LIMIT {limit}",
        *search.arguments,
    )


async def _read(asked: Asked, table: Table, told: Deletion) -> list[asyncpg.Record]:
    """The rows that a bulk operation means; raises ZeroDBError where it may not mean them."""
    if not told.filter:
        raise ZeroDBError(400, "Filter cannot be empty for bulk operations")
    most = None if told.confirm_large_operation else MOST_UNCONFIRMED + 1
    rows = await _find(asked, table, told.filter, COMPAT if asked.compat else BULK, most)
    if most and len(rows) == most:
        raise ZeroDBError(
            400,
            f"Operation affects more than {MOST_UNCONFIRMED} rows;"
            " set confirm_large_operation to true",
        )
    return rows


async def _find(
    asked: Asked,
    table: Table,
    wanted: Document,
    operators: frozenset[str],
    most: int | None = None,
) -> list[asyncpg.Record]:
    search, condition = _meant(table, wanted, operators)
    return await asked.database.fetch(
        "SELECT row_id, row_data FROM sandbox.zerodb_rows"  # noqa: S608
        f" WHERE {condition} ORDER BY row_id LIMIT {search.argument(most)}",
        *search.arguments,
    )


async def _write(asked: Asked, table: Table, rows: list[asyncpg.Record], update: Document) -> int:
    """Write what the update makes of these rows; says how many it made something else of."""
    made = {row["row_id"]: updated(row["row_data"], update) for row in rows}
    changed = {row["row_id"] for row in rows if not _same(row["row_data"], made[row["row_id"]])}
    written = await asked.database.fetch(
        "UPDATE sandbox.zerodb_rows AS held SET row_data = made.data, updated_at = $4"
        " FROM unnest($2::uuid[], $3::jsonb[]) AS made (id, data)"
        " WHERE (held.table_id, held.row_id) = ($1, made.id) RETURNING held.row_id",
        *(table.id, list(changed), [made[row_id] for row_id in changed], asked.call.now),
    )
    return len(written)


async def _delete(asked: Asked, table: Table, rows: list[asyncpg.Record]) -> int:
    deleted = await asked.database.fetch(
        "DELETE FROM sandbox.zerodb_rows WHERE table_id = $1 AND row_id = ANY($2) RETURNING row_id",
        *(table.id, [row["row_id"] for row in rows]),
    )
    return len(deleted)


def _flattened(row: Document, told: Query) -> Document:
    """A row as the Python SDK's examples read it, of the fields that its projection names."""
    data = row["row_data"]
    chosen = {name for name, wanted in getattr(told, "projection", {}).items() if wanted}
    shown = {name: data[name] for name in data if not chosen or name in chosen}
    return shown | {name: row[name] for name in ("row_id", "created_at", "updated_at")}


def _same(one: Document, other: Document) -> bool:
    """Equality as JSON has it, where true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
