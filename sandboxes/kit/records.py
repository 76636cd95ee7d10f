"""What the sandboxes remember: one table in a schema of its own in the environment's PostgreSQL,
so that it survives a restart, can be reset, and is part of a snapshot."""

import json
from dataclasses import dataclass
from typing import Any

import asyncpg

Document = dict[str, Any]

SCHEMA = """
SELECT pg_advisory_xact_lock(hashtext('sandbox.records'));
CREATE SCHEMA IF NOT EXISTS sandbox;
CREATE TABLE IF NOT EXISTS sandbox.records (
    vendor text NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (vendor, kind, id)
);
CREATE INDEX IF NOT EXISTS records_in_order ON sandbox.records (vendor, kind, sequence);
CREATE INDEX IF NOT EXISTS records_by_content ON sandbox.records USING gin (data jsonb_path_ops);
"""

# What asyncpg raises when PostgreSQL is stopped, starting, or gone in the middle of a statement.
AWAY = (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError) + (
    asyncpg.OperatorInterventionError,
)


class DatabaseIsAway(Exception):
    """PostgreSQL does not answer."""


class Database:
    """The environment's PostgreSQL, as far as the sandboxes use it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Connect and lay the table; raises DatabaseIsAway."""
        try:
            self._pool = await asyncpg.create_pool(
                self.url,
                min_size=1,
                max_size=8,
                timeout=5,
                command_timeout=20,
                init=_speak_json,
                reset=_leave,
            )
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(SCHEMA)
        except (*AWAY, asyncpg.PostgresError) as error:
            raise DatabaseIsAway(f"PostgreSQL does not let us in: {error}") from error

    async def close(self) -> None:
        """Let every connection go."""
        if self._pool:
            await self._pool.close()
            self._pool = None

    async def fetch(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """Run one statement and return its rows; raises DatabaseIsAway."""
        if self._pool is None:
            raise DatabaseIsAway("PostgreSQL is not connected: open() was not awaited")
        try:
            return await self._pool.fetch(statement, *map(storable, arguments))
        except AWAY as error:
            raise DatabaseIsAway(f"PostgreSQL does not answer: {error}") from error


@dataclass(frozen=True)
class Records:
    """The documents of one vendor, by kind and id."""

    database: Database
    vendor: str

    async def put(self, kind: str, id: str, data: Document) -> None:  # noqa: A002
        """Keep a document; one of the same id is replaced and stays where it was in the order."""
        await self.database.fetch(
            "INSERT INTO sandbox.records (vendor, kind, id, data) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (vendor, kind, id) DO UPDATE SET data = excluded.data",
            *(self.vendor, kind, id, data),
        )

    async def get(self, kind: str, id: str) -> Document | None:  # noqa: A002
        """The document, or None where there is none."""
        rows = await self.database.fetch(
            "SELECT data FROM sandbox.records WHERE (vendor, kind, id) = ($1, $2, $3)",
            *(self.vendor, kind, id),
        )
        return rows[0]["data"] if rows else None

    async def find(
        self, kind: str, like: Document | None = None, *, limit: int = 100, offset: int = 0
    ) -> list[Document]:
        """The newest documents first, of those that contain `like` (as jsonb's @> has it)."""
        rows = await self.database.fetch(
            "SELECT data FROM sandbox.records WHERE (vendor, kind) = ($1, $2) AND data @> $3"
            " ORDER BY sequence DESC LIMIT $4 OFFSET $5",
            *(self.vendor, kind, like or {}, limit, offset),
        )
        return [row["data"] for row in rows]

    async def count(self, kind: str, like: Document | None = None) -> int:
        """How many documents of a kind contain `like`."""
        rows = await self.database.fetch(
            "SELECT count(*) FROM sandbox.records WHERE (vendor, kind) = ($1, $2) AND data @> $3",
            *(self.vendor, kind, like or {}),
        )
        return int(rows[0]["count"])

    async def kinds(self) -> dict[str, int]:
        """How many documents there are of each kind."""
        rows = await self.database.fetch(
            "SELECT kind, count(*) FROM sandbox.records WHERE vendor = $1 GROUP BY kind ORDER BY 1",
            self.vendor,
        )
        return {row["kind"]: row["count"] for row in rows}

    async def remove(self, kind: str, id: str) -> bool:  # noqa: A002
        """Forget a document; says whether there was one."""
        rows = await self.database.fetch(
            "DELETE FROM sandbox.records WHERE (vendor, kind, id) = ($1, $2, $3) RETURNING id",
            *(self.vendor, kind, id),
        )
        return bool(rows)

    async def keep_newest(self, kind: str, number: int) -> None:
        """Forget all documents of a kind but the newest ones."""
        await self.database.fetch(
            "DELETE FROM sandbox.records WHERE (vendor, kind) = ($1, $2) AND sequence <="
            " (SELECT sequence FROM sandbox.records WHERE (vendor, kind) = ($1, $2)"
            " ORDER BY sequence DESC OFFSET $3 LIMIT 1)",
            *(self.vendor, kind, number),
        )

    async def reset(self) -> None:
        """Forget everything of this vendor."""
        await self.database.fetch("DELETE FROM sandbox.records WHERE vendor = $1", self.vendor)


def storable(value: Any) -> Any:
    """The same in characters that PostgreSQL can keep: no NUL and no half of a surrogate pair."""
    match value:
        case str():
            return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
        case list() | tuple():
            return [storable(item) for item in value]
        case dict():
            return {storable(key): storable(item) for key, item in value.items()}
    return value


async def _speak_json(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads
    )


async def _leave(_connection: object) -> None:
    """Single statements leave nothing behind, so that a round trip to undo it can be saved."""
