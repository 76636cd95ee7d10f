"""Many documents at once. Where they outnumber those that are there, the graph is built anew."""

from collections.abc import Sequence
from typing import Final

from backend.store.postgres import statements
from backend.store.postgres.connections import Connection
from backend.store.postgres.layout import Entry, Layout
from backend.store.postgres.tables import Table

MANY: Final = 1000
SECONDS: Final = 1800.0
GRAPH_MEMORY: Final = "SET LOCAL maintenance_work_mem = '256MB'"


async def fill(connection: Connection, layout: Layout, entries: Sequence[Entry]) -> None:
    """Keep new documents of any collections, in the transaction that is open if there are many."""
    for kind in dict.fromkeys(type(document) for document, _ in entries):
        mine = [entry for entry in entries if type(entry[0]) is kind]
        sql = statements.insert(layout.tables[kind])
        if len(mine) == 1:
            await connection.execute(sql, *next(layout.rows(kind, mine)))
        elif await _outnumber(connection, layout.tables[kind], len(mine)):
            await _fill_anew(connection, layout, mine)
        else:
            await connection.executemany(sql, layout.rows(kind, mine), timeout=SECONDS)


async def _outnumber(connection: Connection, table: Table, many: int) -> bool:
    if not table.kind.searched or many < MANY:
        return False
    count, arguments = statements.count(table, None)
    return many > int(await connection.fetchval(count, *arguments))


async def _fill_anew(connection: Connection, layout: Layout, entries: Sequence[Entry]) -> None:
    """Without the graph, which is built at the end: a quarter of the time that it takes to grow."""
    table = layout.tables[type(entries[0][0])]
    graphs = [index for index in table.indexes if index.column == "embedding"]
    for graph in graphs:
        await connection.execute(f"DROP INDEX IF EXISTS {graph.name}")
    rows = layout.rows(table.kind, entries)
    await connection.executemany(statements.insert(table), rows, timeout=SECONDS)
    await connection.execute(GRAPH_MEMORY)
    for graph in graphs:
        await connection.execute(graph.sql(table.name), timeout=SECONDS)
