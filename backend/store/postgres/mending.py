"""Doing what a plan says, one line at a time; two processes at once do no harm to each other."""

from typing import Final

from backend.store import Change, ChangeIsRefused, Standing
from backend.store.postgres import contents
from backend.store.postgres.connections import Connection
from backend.store.postgres.layout import Layout

SECONDS: Final = 3600.0
ALONE: Final = """
SET LOCAL lock_timeout = '60s';
SET LOCAL maintenance_work_mem = '256MB';
SELECT pg_advisory_xact_lock(hashtextextended('wwmaa: structure', 0))
"""


async def mend(connection: Connection, layout: Layout, change: Change) -> None:
    """Do what one line says, whole or not at all. Raises `ChangeIsRefused`."""
    if change.standing is Standing.refused:
        raise ChangeIsRefused(change)
    if change.standing is Standing.unchanged:
        return
    async with connection.transaction():
        await connection.execute(ALONE, timeout=SECONDS)
        for statement in change.statements:
            await connection.execute(statement, timeout=SECONDS)
    tables = [t for t in layout.tables.values() if t.kind.collection == change.collection]
    for table in tables:
        if change.part == "documents":
            await contents.complete(connection, table)
        if change.part == "vectors":
            await contents.embed(connection, layout, table)
