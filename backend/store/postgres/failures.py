"""PostgreSQL's errors in the store's words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import asyncpg

from backend.store import AlreadyExists, StoreIsBusy, StoreIsUnavailable

LOST: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    # What asyncpg says of a connection that is dying while a question is about to be sent.
    asyncpg.InternalClientError,
    ConnectionError,
)
"""The connection died, and with it whatever was under way."""

WAITED: Final = (
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.QueryCanceledError,
    TimeoutError,
)
"""Others held what was asked for, or the answer took too long."""

Names = Mapping[str, tuple[str, str]]
"""Collection and index by the index's name in PostgreSQL."""


@contextmanager
def told(names: Names) -> Iterator[None]:
    """Raise the store's errors for those of PostgreSQL that its users can do something about."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        table, constraint = error.table_name or "", error.constraint_name or ""
        raise AlreadyExists(*names.get(constraint, (table, constraint))) from error
    except WAITED as error:
        why = error or "no answer in time"
        raise StoreIsBusy(f"PostgreSQL gave up waiting: {why}; try again") from error
    except LOST as error:
        raise StoreIsUnavailable(f"the connection to PostgreSQL was lost: {error}") from error
    except asyncpg.InterfaceError as error:
        # Of a transaction whose connection died; anything else is a mistake of ours.
        if "closed" not in str(error):
            raise
        raise StoreIsUnavailable(f"the connection to PostgreSQL was lost: {error}") from error
    except asyncpg.UndefinedTableError as error:
        raise StoreIsUnavailable(f"{error}; prepare it: python -m backend.prepare") from error
