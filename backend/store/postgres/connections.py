"""Where a store gets a connection from: those of a process, or the one that a block holds.

asyncpg's own pool costs as much as the lookup it serves (it resets the session each time); nothing
here leaves anything behind in a session, so that a connection goes back as it is.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

import asyncpg

from backend.store import StoreIsBusy, StoreIsUnavailable
from backend.store.postgres.failures import LOST

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 30.0
LOCK_SECONDS: Final = 5.0

SESSION: Final = {
    "application_name": "wwmaa",
    "lock_timeout": f"{LOCK_SECONDS:.0f}s",
    # Statements are short; compiling one takes longer than running it.
    "jit": "off",
    # A condition fetches a whole document from storage, which the planner takes to cost nothing.
    "enable_seqscan": "off",
    # So wide a walk through the graph finds 199 of 200 nearest; up to some 10,000 documents the
    # planner compares all instead, which is quicker then and misses none.
    "hnsw.ef_search": "400",
    # A search with conditions goes on until enough documents fulfil them.
    "hnsw.iterative_scan": "relaxed_order",
}
"""What each session is told when it begins."""

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    # The kind of its records is a parameter for type checkers only.
    Connection = asyncpg.Connection


class Source(Protocol):
    """Something that lends connections."""

    renews: bool
    """Whether asking again leads to another connection when one has died."""

    @asynccontextmanager
    def one(self) -> AsyncIterator[Connection]:
        """A connection for the time of the block."""

    async def close(self) -> None:
        """Let go of all connections."""


class Connections:
    """Connections to one database: opened when needed, kept for the next, no more than `most`."""

    renews = True

    def __init__(self, url: str, most: int) -> None:
        self._url = url
        self._slots = asyncio.Semaphore(most)
        self._idle: list[Connection] = []
        self._closed = False

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Connection]:
        """A connection for the time of the block. Raises `StoreIsBusy`, `StoreIsUnavailable`."""
        await self._take_slot()
        try:
            connection = self._kept() or await self._open()
            try:
                yield connection
            except LOST:
                # Whatever ended this one has most likely ended those that wait idle as well.
                self._drop(connection)
                raise
            finally:
                self._keep(connection)
        finally:
            self._slots.release()

    async def close(self) -> None:
        """Close the idle connections now, and the others when they come back."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close(timeout=CONNECT_SECONDS)

    async def _take_slot(self) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(LOCK_SECONDS):
                await self._slots.acquire()
        except TimeoutError as error:
            raise StoreIsBusy(
                f"all connections of this process were in use for {LOCK_SECONDS:.0f} s; try again"
            ) from error

    def _kept(self) -> Connection | None:
        while self._idle:
            if not (connection := self._idle.pop()).is_closed():
                return connection
        return None

    def _keep(self, connection: Connection) -> None:
        if connection.is_closed():
            return
        # A block that was left halfway must not hand its transaction to the next.
        if self._closed or connection.is_in_transaction():
            connection.terminate()
        else:
            self._idle.append(connection)

    def _drop(self, connection: Connection) -> None:
        for each in (connection, *self._idle):
            each.terminate()
        self._idle.clear()

    async def _open(self) -> Connection:
        try:
            return await asyncpg.connect(
                self._url,
                timeout=CONNECT_SECONDS,
                command_timeout=ANSWER_SECONDS,
                max_cached_statement_lifetime=0,
                server_settings=SESSION,
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            place = urlsplit(self._url)
            raise StoreIsUnavailable(
                f"PostgreSQL at {place.hostname}:{place.port or 5432}{place.path} lets nobody in: "
                f"{error or type(error).__name__}; see that it runs and that DATABASE_URL is right"
            ) from error


class Held:
    """The one connection of a block, inside its transaction."""

    renews = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Connection]:
        """The connection. Raises `StoreIsUnavailable` when it has died."""
        if self._connection.is_closed():
            raise StoreIsUnavailable("the connection was lost; nothing of the block was kept")
        yield self._connection

    async def close(self) -> None:
        """Nothing to let go of: the block does it."""
