"""The store on PostgreSQL: documents in and out, and blocks in which nothing interleaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, Self
from weakref import WeakValueDictionary

import asyncpg

from backend.clock import now
from backend.schema import KEPT, Document
from backend.store import (
    Change,
    D,
    Embed,
    Found,
    HasChanged,
    Page,
    RemovesEverything,
    Store,
    StoreIsBusy,
    Where,
)
from backend.store.cursors import cursor, place
from backend.store.documents import read, require_changeable, write
from backend.store.fields import can_be_kept
from backend.store.postgres import contents, filling, mending, planning, searching, statements
from backend.store.postgres.connections import LOCK_SECONDS, Connection, Connections, Held, Source
from backend.store.postgres.failures import LOST, told
from backend.store.postgres.layout import Layout
from backend.store.postgres.statements import Statement
from backend.store.postgres.tables import MOST_DIMENSIONS, checked_prefix
from backend.store.question import asked

BATCH: Final = 200
MOST_FOUND: Final = 50
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


class PostgresStore:
    """Documents in one PostgreSQL database, under one prefix."""

    def __init__(self, source: Source, layout: Layout) -> None:
        self._source = source
        self._layout = layout
        self._gates: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        prefix: str,
        embed: Embed,
        model: str,
        dimension: int,
        collections: tuple[type[Document], ...] = KEPT,
        connections: int = 10,
    ) -> Self:
        """A store that connects when it is first asked, and again after the server was away.

        `model` names what `embed` makes of a text: `dimension` numbers. At most `connections`
        are open at once. Raises `ValueError` when the prefix or the dimension can not be.
        """
        if not 1 <= dimension <= MOST_DIMENSIONS:
            raise ValueError(f"{model}: a vector has 1 to {MOST_DIMENSIONS} numbers")
        layout = Layout(checked_prefix(prefix), collections, embed, model, dimension)
        return cls(Connections(url, connections), layout)

    async def insert(self, *documents: Document) -> None:
        """Keep new documents, all or none. Raises `AlreadyExists`, `DocumentDoesNotFit`."""
        entries = [(document, write(document)) for document in documents]
        async with self._writing(several=len(entries) > 1) as connection:
            await filling.fill(connection, self._layout, entries)

    async def get(self, kind: type[D], identifier: str) -> D | None:
        """The document with this id, or none."""
        if not can_be_kept(identifier):
            return None
        rows = await self._rows(statements.by_id(self._layout.tables[kind], identifier))
        return read(kind, rows[0][0]) if rows else None

    async def first(self, kind: type[D], where: Where) -> D | None:
        """A document for which the conditions hold, or none."""
        rows = await self._rows(statements.select(self._layout.tables[kind], where))
        return read(kind, rows[0][0]) if rows else None

    async def find(
        self,
        kind: type[D],
        where: Where | None = None,
        *,
        order: str = "created_at",
        limit: int = 20,
        after: str | None = None,
    ) -> Page[D]:
        """A page of documents in an order; `Store.find` says which."""
        if limit < 1:
            raise ValueError(f"a page holds at least one document, not {limit}")
        beyond = None if after is None else place(kind, order, after)
        table = self._layout.tables[kind]
        rows = await self._rows(statements.listing(table, where, order, limit, beyond))
        items = tuple(read(kind, row[0]) for row in rows[:limit])
        return Page(items, cursor(order, items[-1]) if len(rows) > limit else None)

    async def every(self, kind: type[D], where: Where | None = None) -> AsyncIterator[D]:
        """All documents for which the conditions hold, by id."""
        page = await self.find(kind, where, order="id", limit=BATCH)
        while True:
            for document in page.items:
                yield document
            if page.next is None:
                return
            page = await self.find(kind, where, order="id", limit=BATCH, after=page.next)

    async def update(self, document: D) -> D:
        """Write a document read before, and return it with its new version."""
        kind, before = type(document), document.version
        require_changeable(kind)
        after = document.model_copy(update={"version": before + 1, "updated_at": now()})
        [row] = self._layout.rows(kind, [(after, write(after))])
        sql = statements.update(self._layout.tables[kind])
        async with self._writing() as connection:
            done = await connection.execute(sql, document.id, before, *row)
        if _rows_of(done) == 0:
            raise HasChanged(kind.collection, document.id)
        return after

    async def remove(self, kind: type[Document], where: Where) -> int:
        """Remove the documents for which the conditions hold; how many there were."""
        require_changeable(kind)
        if not where:
            raise RemovesEverything(kind.collection)
        sql, arguments = statements.remove(self._layout.tables[kind], where)
        async with self._writing() as connection:
            return _rows_of(await connection.execute(sql, *arguments))

    async def count(self, kind: type[Document], where: Where | None = None) -> int:
        """How many documents there are for which the conditions hold."""
        rows = await self._rows(statements.count(self._layout.tables[kind], where))
        return int(rows[0][0])

    async def search(
        self, kind: type[D], text: str, where: Where | None = None, *, limit: int = 10
    ) -> tuple[Found[D], ...]:
        """The documents nearest to a text by meaning and by words, the best first."""
        if not kind.searched or not 1 <= limit <= MOST_FOUND:
            raise ValueError(
                f"{kind.collection}: not searched, or {limit} is not 1 to {MOST_FOUND}"
            )
        if not (question := asked(text)):
            return ()
        statement = searching.search(self._layout, kind, question, where, limit)
        return tuple(Found(read(kind, row[0]), row[1]) for row in await self._rows(statement))

    @asynccontextmanager
    async def exclusively(self, name: str) -> AsyncIterator[Store]:
        """A store inside which nothing interleaves with others that hold the same name."""
        async with self._gate(name), self._source.one() as connection:
            transaction = connection.transaction()
            with told(self._layout.names):
                await transaction.start()
            try:
                with told(self._layout.names):
                    await connection.execute(LOCK, f"{self._layout.prefix}{name}")
                yield PostgresStore(Held(connection), self._layout)
            except BaseException:
                # Where the connection has died, PostgreSQL has rolled back already.
                with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await transaction.rollback()
                raise
            with told(self._layout.names):
                await transaction.commit()

    async def ping(self) -> None:
        """Read from a collection. Raises `StoreIsUnavailable`, `StoreIsBusy`."""
        table = self._layout.tables[self._layout.collections[0]]
        await self._rows(statements.by_id(table, ""))

    async def plan(self) -> tuple[Change, ...]:
        """Compare the declared collections and indexes with what is there; change nothing."""
        with told(self._layout.names):
            async with self._source.one() as connection:
                return await planning.plan(connection, self._layout)

    async def apply(self, change: Change) -> None:
        """Do what one line of a plan says. Raises `ChangeIsRefused`."""
        with told(self._layout.names):
            async with self._source.one() as connection:
                await mending.mend(connection, self._layout, change)

    async def reindex(self) -> int:
        """Make the vectors anew that are missing, or of another model; how many documents."""
        tables = [table for table in self._layout.tables.values() if table.kind.searched]
        with told(self._layout.names):
            async with self._source.one() as connection:
                return sum([await contents.embed(connection, self._layout, it) for it in tables])

    async def close(self) -> None:
        """Let go of connections."""
        await self._source.close()

    async def _rows(self, statement: Statement) -> list[asyncpg.Record]:
        """What a question answers; asked once more when only the connection had died."""
        with told(self._layout.names):
            try:
                return await self._ask(statement)
            except LOST:
                if not self._source.renews:
                    raise
                return await self._ask(statement)

    async def _ask(self, statement: Statement) -> list[asyncpg.Record]:
        async with self._source.one() as connection:
            return await connection.fetch(statement.sql, *statement.arguments)

    @asynccontextmanager
    async def _writing(self, *, several: bool = False) -> AsyncIterator[Connection]:
        """A connection on which what the block writes is written together, or not at all."""
        with told(self._layout.names):
            async with self._source.one() as connection:
                # Inside a block this is a savepoint: a refused write leaves the others standing.
                if several or connection.is_in_transaction():
                    async with connection.transaction():
                        yield connection
                else:
                    yield connection

    @asynccontextmanager
    async def _gate(self, name: str) -> AsyncIterator[None]:
        """One of this process at a time, so that those who wait do not use up the connections."""
        if not self._source.renews:
            yield
            return
        gate = self._gates.setdefault(name, asyncio.Lock())
        try:
            async with asyncio.timeout(LOCK_SECONDS):
                await gate.acquire()
        except TimeoutError as error:
            raise StoreIsBusy(f"{name} was held for {LOCK_SECONDS:.0f} s; try again") from error
        try:
            yield
        finally:
            gate.release()


def _rows_of(done: str) -> int:
    """How many rows a statement wrote, as PostgreSQL tells it: `UPDATE 1`."""
    return int(done.rsplit(" ", 1)[-1])
