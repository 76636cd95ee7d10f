"""What is in the tables against what is declared: documents, their vectors, what must be unique."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from backend.store import Change, DocumentDoesNotFit, Standing
from backend.store.documents import read, write
from backend.store.postgres.connections import Connection
from backend.store.postgres.layout import Layout
from backend.store.postgres.tables import Table, TableIndex, expression

BATCH: Final = 500


async def documents(connection: Connection, table: Table) -> Change:
    """Whether every kept document fits its model, and says all that the model can say.

    A field that the model got later, with a default, is missing in older documents, where no
    condition would find it; such documents are written once more.
    """
    count = short = misfits = 0
    first = ""
    async for batch in _batches(connection, table, "TRUE"):
        for text, is_short in batch:
            count, short = count + 1, short + is_short
            try:
                read(table.kind, text)
            except DocumentDoesNotFit as error:
                misfits, first = misfits + 1, first or str(error)
    standing, difference = Standing.unchanged, f"{count} documents"
    if misfits:
        standing, difference = Standing.refused, f"{misfits} of {count} do not fit: {first}"
    elif short:
        standing, difference = Standing.drifted, f"{short} of {count} lack fields with a default"
    return Change(table.kind.collection, "documents", standing, difference)


async def complete(connection: Connection, table: Table) -> None:
    """Write the documents once more that lack fields which have a default."""
    sql = f"UPDATE {table.name} SET data = $3 WHERE id = $1 AND version = $2"  # noqa: S608
    async for batch in _batches(connection, table, "NOT data ?& $2"):
        whole = [read(table.kind, text) for text, _ in batch]
        await connection.executemany(sql, [(d.id, d.version, write(d)) for d in whole])


async def vectors(
    connection: Connection, layout: Layout, table: Table, dimension: str, *, rebuilt: bool
) -> Change:
    """Whether every document has a vector of the configured model, made of what is searched."""
    makers = f"SELECT embedded_by, count(*) FROM {table.name} GROUP BY 1 ORDER BY 1"  # noqa: S608
    nobody = f"SELECT NULL, count(*) FROM {table.name}"  # noqa: S608
    counts = await connection.fetch(makers if dimension else nobody)
    stale = [(by, count) for by, count in counts if count and (rebuilt or by != layout.model)]
    if not stale:
        return Change(table.kind.collection, "vectors", Standing.unchanged)
    others = ", ".join(f"{by} {dimension}" for by, _ in stale if by)
    difference = f"{sum(count for _, count in stale)} documents to embed"
    if others:
        configured = f"{layout.model} ({layout.dimension})"
        difference = (
            f"vectors were made by {others}, {configured} is configured: {difference} again"
        )
    return Change(table.kind.collection, "vectors", Standing.drifted, difference)


async def embed(connection: Connection, layout: Layout, table: Table) -> int:
    """Make the vectors that are missing, or were made by another model; how many."""
    count = 0
    sql = (
        f"UPDATE {table.name} SET embedding = $3::real[]::vector, embedded_by = $4 "  # noqa: S608
        "WHERE id = $1 AND version = $2"
    )
    async for batch in _batches(connection, table, "embedded_by IS DISTINCT FROM $3", layout.model):
        whole = [read(table.kind, text) for text, _ in batch]
        made = zip(whole, layout.vectors(whole), strict=True)
        await connection.executemany(sql, [(d.id, d.version, v, layout.model) for d, v in made])
        count += len(whole)
    return count


async def unless_shared(
    connection: Connection, table: Table, index: TableIndex, change: Change
) -> Change:
    """The change, or its refusal when documents share what is to become unique."""
    if not index.unique or change.standing is Standing.unchanged:
        return change
    fields = [f"({expression(table.kind, field)})" for field in index.fields]
    whole, values = " AND ".join(f"{f} IS NOT NULL" for f in fields), ", ".join(fields)
    shared = await connection.fetchval(
        "SELECT coalesce(sum(count), 0) FROM (SELECT count(*) "  # noqa: S608
        f"FROM {table.name} WHERE {whole} GROUP BY {values} HAVING count(*) > 1) AS shared"
    )
    if not shared:
        return change
    why = f"{shared} documents share what must be unique: change or remove some"
    return Change(change.collection, change.part, Standing.refused, why)


async def _batches(
    connection: Connection, table: Table, where: str, *arguments: object
) -> AsyncIterator[Sequence[tuple[str, bool]]]:
    """Documents by id, some at a time, each with whether it lacks fields of its model.

    `$2` in the condition is the list of the model's fields, `$3` the first argument.
    """
    sql = (
        f"SELECT id, data, NOT data ?& $2 AS short FROM {table.name} "  # noqa: S608
        f"WHERE id > $1 AND {where} ORDER BY id LIMIT {BATCH}"
    )
    last = ""
    while rows := await connection.fetch(sql, last, list(table.kind.model_fields), *arguments):
        last = rows[-1]["id"]
        yield [(row["data"], row["short"]) for row in rows]
