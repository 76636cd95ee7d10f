"""Restoring a backup: into a place of its own to prove it, or over what an environment holds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from pydantic import SecretStr

from backend.prepare import prepare
from backend.schema import KEPT
from backend.settings import Settings, StoreKind
from backend.store import Range, Store, Where
from backend.store.opening import open_store
from staging.backup import Backup, Contents, contents
from staging.obstacles import Failed, Refused

DRILL = "restore-drill"
"""The name of the environment that a drill restores into; its database has it too."""
BATCH = 200
EVERYTHING: Where = {"version": Range(start=0)}
"""A condition that holds for each document; removing without any is refused."""


class RestoredDiffers(Failed):
    """What came back is not what was saved."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"What was restored differs from the backup in {', '.join(names)}. "
            "Nothing of it was kept.",
            "Try it once more; if it differs again, the backup is of no use: take another.",
        )


class EnvironmentWouldLose(Refused):
    """The environment holds what the backup does not, or is another one."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}, and restoring replaces all that it holds.",
            "`staging backup` saves what is there first; `--yes` restores all the same.",
        )


async def fill(store: Store, backup: Backup, *, whole: bool) -> Contents:
    """Put all documents of a backup into an empty store. Raises `RestoredDiffers`.

    Without `whole` those stay out that are only added to, such as the audit log: what was done is
    not undone, and the store keeps its own.
    """
    documents = (it for it in backup.documents() if whole or not it.only_added)
    while batch := list(islice(documents, BATCH)):
        await store.insert(*batch)
    found = await contents(store)
    left = set() if whole else {kind.collection for kind in KEPT if kind.only_added}
    if names := [name for name in found.differing(backup.contents) if name not in left]:
        raise RestoredDiffers(names)
    return found


async def drill(settings: Settings, backup: Backup) -> Contents:
    """Restore into a place of its own, of the kind of these settings. Raises `RestoredDiffers`."""
    async with apart(settings) as store:
        # On ZeroDB the place is there for the next drill, and what is only added to would stay.
        return await fill(store, backup, whole=settings.database.store is StoreKind.postgres)


async def replace(store: Store, backup: Backup) -> Contents:
    """Replace all documents by those of a backup, together or not at all."""
    async with store.exclusively("seeds") as held:
        await empty(held)
        return await fill(held, backup, whole=False)


async def empty(store: Store) -> None:
    """Remove every document that may be removed, those that refer to others first."""
    for kind in reversed(KEPT):
        if not kind.only_added:
            await store.remove(kind, EVERYTHING)


async def refuse_loss(store: Store, backup: Backup, environment: str) -> None:
    """Raises `EnvironmentWouldLose` for another environment's backup, and for an older one."""
    if backup.header.environment != environment:
        raise EnvironmentWouldLose(
            f"This is {environment}, and the backup is of {backup.header.environment}"
        )
    if (await contents(store)).newest > backup.contents.newest:
        raise EnvironmentWouldLose("The environment was written to after the backup was taken")


@asynccontextmanager
async def apart(settings: Settings) -> AsyncIterator[Store]:
    """An empty store beside the one of these settings, of its kind, gone when the block ends."""
    drill = settings.model_copy(
        update={"core": settings.core.model_copy(update={"environment_name": DRILL})}
    )
    if settings.database.store is StoreKind.zerodb:
        async with _prepared(drill) as store:
            await empty(store)
            try:
                yield store
            finally:
                await empty(store)
        return
    url = settings.database.database_url.get_secret_value()
    async with _database(url, DRILL) as own:
        told = {"database_url": SecretStr(own)}
        database = settings.database.model_copy(update=told)
        async with _prepared(drill.model_copy(update={"database": database})) as store:
            yield store


@asynccontextmanager
async def _prepared(settings: Settings) -> AsyncIterator[Store]:
    store = await open_store(settings)
    try:
        await prepare(store)
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _database(url: str, name: str) -> AsyncIterator[str]:
    """The address of a database of this name on the same server, made anew and then dropped."""
    connection = await asyncpg.connect(url)
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    try:
        await connection.execute(drop)
        await connection.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        await connection.execute(drop)
        await connection.close()
