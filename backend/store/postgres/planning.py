"""What is there against what is declared: each table, column, index, document and vector.

The order of a plan is the order in which it can be done: vectors before the graph over them.
"""

from collections.abc import AsyncIterator, Iterator

from backend.store import Change, Standing
from backend.store.postgres import contents
from backend.store.postgres.connections import Connection
from backend.store.postgres.inspection import same, structure
from backend.store.postgres.layout import Layout
from backend.store.postgres.tables import Table, TableIndex

VECTOR = "CREATE EXTENSION IF NOT EXISTS vector"
Described = dict[str, str]


async def plan(connection: Connection, layout: Layout) -> tuple[Change, ...]:
    """Every part of the environment's collections, and how it stands."""
    there = await structure(connection, layout)
    changes = [_extension(there.vectors)]
    for table in layout.tables.values():
        if columns := there.columns.get(table.name):
            indexes = there.indexes.get(table.name, {})
            changes += [c async for c in _compared(connection, layout, table, columns, indexes)]
        else:
            changes += _missing(table)
    return tuple(changes)


def _extension(installed: bool | None) -> Change:
    collection, part = "database", "extension vector"
    if installed is None:
        why = "this server does not have pgvector; take a PostgreSQL that brings it"
        return Change(collection, part, Standing.refused, why)
    if not installed:
        return Change(collection, part, Standing.created, statements=(VECTOR,))
    return Change(collection, part, Standing.unchanged)


def _missing(table: Table) -> Iterator[Change]:
    yield Change(table.kind.collection, "collection", Standing.created, statements=(table.sql,))
    for index in table.indexes:
        yield _index(table, index, None)


async def _compared(
    connection: Connection, layout: Layout, table: Table, columns: Described, indexes: Described
) -> AsyncIterator[Change]:
    yield (base := _base(table, columns))
    if base.standing is Standing.refused:
        return
    rebuilt = [*_columns(table, columns)]
    for change in rebuilt:
        yield change
    yield await contents.documents(connection, table)
    if table.kind.searched:
        before = columns.get("embedding", "").removeprefix("vector")
        yield await contents.vectors(connection, layout, table, before, rebuilt=bool(rebuilt))
    # An index falls with its column.
    fallen = {change.part.removeprefix("column ") for change in rebuilt}
    for index in table.indexes:
        found = indexes.get(index.name) if index.column not in fallen else None
        change = _index(table, index, found)
        yield await contents.unless_shared(connection, table, index, change)
    for change in _undeclared_indexes(table, indexes):
        yield change


def _base(table: Table, columns: Described) -> Change:
    """The columns that hold the documents; a table without them is not of our making."""
    for column in table.columns[:2]:
        found = columns.get(column.name, "not there")
        if not same(found, column.description):
            why = f"{table.name}.{column.name} is {found}, not {column.description}; "
            why += "a stranger's table has this name: give it another"
            return Change(table.kind.collection, "collection", Standing.refused, why)
    return Change(table.kind.collection, "collection", Standing.unchanged)


def _columns(table: Table, columns: Described) -> Iterator[Change]:
    """Those of our columns that differ. They are computed, so that they can be made anew.

    Vectors are made of the text that is searched: where that changes, they are made anew too.
    """
    for column in table.columns[2:]:
        found = columns.get(column.name, "not there")
        if not same(found, column.description):
            yield _column(table, column.name, f"is {found}, not {column.description}", column.sql)
    if not table.kind.searched:
        for name in sorted({"words", "embedding", "embedded_by"} & columns.keys()):
            yield _column(table, name, "is left from when the collection was searched")


def _column(table: Table, name: str, difference: str, sql: str = "") -> Change:
    statements = [f"ALTER TABLE {table.name} DROP COLUMN IF EXISTS {name}"]
    if sql:
        statements.append(f"ALTER TABLE {table.name} ADD COLUMN {sql}")
    part = f"column {name}"
    return Change(table.kind.collection, part, Standing.drifted, difference, tuple(statements))


def _index(table: Table, index: TableIndex, found: str | None) -> Change:
    collection, part, sql = table.kind.collection, f"index {index.label}", index.sql(table.name)
    if found is None:
        return Change(collection, part, Standing.created, statements=(sql,))
    if same(found, index.description):
        return Change(collection, part, Standing.unchanged)
    drop = f"DROP INDEX IF EXISTS {index.name}"
    difference = f"is {found}, not {index.description}"
    return Change(collection, part, Standing.drifted, difference, (drop, sql))


def _undeclared_indexes(table: Table, indexes: Described) -> Iterator[Change]:
    """Indexes that bear our names; those that somebody else added by hand are left alone."""
    for name in sorted(indexes.keys() - {index.name for index in table.indexes}):
        if name.startswith(table.own_indexes):
            part = f"index {name.removeprefix(table.own_indexes)}"
            drop = f"DROP INDEX IF EXISTS {name}"
            why = "is not declared any more"
            yield Change(table.kind.collection, part, Standing.drifted, why, (drop,))
