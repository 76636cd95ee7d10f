"""Whose documents a command saves or restores: of the environment here, or of one on Railway."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.settings import Settings
from backend.store import Store
from staging import filling
from staging.backup import Header, new_header
from staging.local import Local
from staging.obstacles import Refused
from staging.railway.asking import asked, wire
from staging.railway.before import opened
from staging.railway.before import settings as settings_at
from staging.railway.located import Place
from staging.verify import Wire
from staging.waiting import Waits


class DatabaseIsOutOfReach(Refused):
    """Nothing leads from here to the documents of an environment on Railway."""

    def __init__(self, environment: str) -> None:
        super().__init__(
            f"The database of {environment} can not be reached from here.",
            "It is on Railway's private network. Save its disk in Railway's dashboard (Backups), or"
            " set a TCP proxy before PostgreSQL, which starts anew for that, put its address into"
            " DATABASE_PUBLIC_URL, and take it away afterwards; or name a way by --connect-to.",
        )


@dataclass(frozen=True)
class Kept:
    """The documents of an environment, and how its backend is set."""

    name: str
    store: Store
    settings: Settings

    @property
    def header(self) -> Header:
        """What a backup of it says of itself."""
        core, kind = self.settings.core, self.settings.database.store
        return new_header(self.name, core.python_env, kind.value, core.release)


@asynccontextmanager
async def here(local: Local) -> AsyncIterator[Kept]:
    """Those of the environment that runs on this machine."""
    async with filling.opened(local) as store:
        yield Kept(local.environment.name, store, filling.settings(local))


@asynccontextmanager
async def reached(place: Place, wire: Wire) -> AsyncIterator[tuple[Store, Settings]]:
    """The documents of an environment on Railway, and how its backend is set.

    Raises `DatabaseIsOutOfReach`.
    """
    async with opened(place, wire) as store:
        known = await settings_at(place, wire)
        if store is None or known is None:
            raise DatabaseIsOutOfReach(place.environment.name)
        yield store, known


@asynccontextmanager
async def on_railway(
    folder: Path,
    environ: Mapping[str, str],
    environment: str | None,
    detours: Sequence[str],
    waits: Waits,
) -> AsyncIterator[Kept]:
    """Those of an environment on Railway. Raises `DatabaseIsOutOfReach`."""
    way = wire(environ, detours, None)
    async with (
        asked(folder, environ, environment, waits=waits) as place,
        reached(place, way) as (store, settings),
    ):
        yield Kept(place.environment.name, store, settings)
