"""What the sandboxes remember: one table in a schema of its own in the environment's PostgreSQL,
so that it survives a restart, can be reset, and is part of a snapshot."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

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
    # Of a connection that is dying while a question is about to be sent.
    asyncpg.InternalClientError,
)


class DatabaseIsAway(Exception):
    """PostgreSQL does not answer."""


class Asked(Protocol):
    """What takes statements: the database, or one transaction in it."""

    async def fetch(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """Run one statement and return its rows; raises DatabaseIsAway."""

    def transaction(self) -> "AbstractAsyncContextManager[Asked]":
        """What is asked inside is kept together, or not at all when the block raises."""


class Database:
    """The environment's PostgreSQL, as far as the sandboxes use it.

    `schemas` are what vendors keep in tables of their own, as statements that may be repeated.
    """

    def __init__(self, url: str, schemas: Iterable[str] = ()) -> None:
        self.url = url
        self._schema = "\n".join((SCHEMA, *schemas))
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Connect and lay the tables; raises DatabaseIsAway."""
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
                await connection.execute(self._schema)
        except (*AWAY, asyncpg.PostgresError) as error:
            raise DatabaseIsAway(f"PostgreSQL does not let us in: {error}") from error

    async def close(self) -> None:
        """Let every connection go."""
        if self._pool:
            await self._pool.close()
            self._pool = None

    async def fetch(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """Run one statement and return its rows; raises DatabaseIsAway."""
        try:
            return await self._opened.fetch(statement, *map(storable, arguments))
        except AWAY as error:
            raise DatabaseIsAway(f"PostgreSQL does not answer: {error}") from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Asked]:
        """Everything asked inside is kept together, or not at all when the block raises."""
        try:
            async with self._opened.acquire() as connection, connection.transaction():
                yield Transaction(connection)
        except AWAY as error:
            raise DatabaseIsAway(f"PostgreSQL does not answer: {error}") from error

    @property
    def _opened(self) -> "asyncpg.Pool[asyncpg.Record]":
        if self._pool is None:
            raise DatabaseIsAway("PostgreSQL is not connected: open() was not awaited")
        return self._pool


@dataclass(frozen=True)
class Transaction:
    """One transaction of the database."""

    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

    async def fetch(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """Run one statement inside and return its rows."""
        return await self.connection.fetch(statement, *map(storable, arguments))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Asked]:
        """A part of it that may be undone by itself."""
        async with self.connection.transaction():
            yield self


@dataclass(frozen=True)
class Records:
    """The documents of one vendor, by kind and id."""

    database: Asked
    vendor: str

    @asynccontextmanager
    async def exclusively(self, name: str = "") -> AsyncIterator[Self]:
        """The same records inside a transaction that no other of this name runs beside."""
        async with self.database.transaction() as inside:
            lock = f"sandbox:{self.vendor}:{name}"
            await inside.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", lock)
            yield replace(self, database=inside)

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
        self,
        kind: str,
        like: Document | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        after: str | None = None,
        before: str | None = None,
    ) -> list[Document]:
        """The newest documents first, of those that contain `like` (as jsonb's @> has it).

        `after` is the id of a document, and those older than it follow; `before` gives those that
        are newer than the document of that id, the ones next to it.
        """
        statement = (
            "SELECT data FROM sandbox.records WHERE (vendor, kind) = ($1, $2) AND data @> $3"
            " AND ($6::text IS NULL OR sequence < (SELECT sequence FROM sandbox.records"
            " WHERE (vendor, kind, id) = ($1, $2, $6)))"
            " AND ($7::text IS NULL OR sequence > (SELECT sequence FROM sandbox.records"
            " WHERE (vendor, kind, id) = ($1, $2, $7)))"
        )
        order = "DESC" if before is None else "ASC"
        rows = await self.database.fetch(
            f"{statement} ORDER BY sequence {order} LIMIT $4 OFFSET $5",
            *(self.vendor, kind, like or {}, limit, offset, after, before),
        )
        found = [row["data"] for row in rows]
        return found if before is None else found[::-1]

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
        """Forget everything of this vendor that is kept in documents."""
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
