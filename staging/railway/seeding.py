"""Seeds for an environment on Railway, put in from here where its database is reached."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256

from backend.security import hasher
from backend.settings import Settings
from backend.store import Store
from staging.filling import is_seeded
from staging.obstacles import Refused
from staging.railway.before import BACKEND, opened, settings
from staging.railway.located import Place
from staging.railway.seen import password
from staging.seed import SeedReport, reset, seed
from staging.seeds import Seeds, make
from staging.verify import Wire

FROM_HERE = (
    "not filled: its database is on Railway's private network, and nothing leads there; set a TCP"
    " proxy before PostgreSQL and put its address into DATABASE_PUBLIC_URL, or --connect-to"
)


SEALED = "nobody knows a password for the personas (JWT_SECRET is sealed)"


class DatabaseIsOutOfReach(Refused):
    """Nothing leads from here to the documents of an environment on Railway."""

    def __init__(self, environment: str) -> None:
        super().__init__(
            f"The database of {environment} can not be reached from here.",
            "It is on Railway's private network: set a TCP proxy before PostgreSQL and put its"
            " address into DATABASE_PUBLIC_URL, or name a way by --connect-to.",
        )


class PasswordIsUnknown(Refused):
    """The personas of an environment would get a password that nobody can be told."""

    def __init__(self) -> None:
        super().__init__(
            f"The environment is not filled: {SEALED}.",
            "Give one in STAGING_PERSONA_PASSWORD.",
        )


@asynccontextmanager
async def reached(place: Place, wire: Wire) -> AsyncIterator[tuple[Store, Settings]]:
    """The documents of an environment on Railway, and how its backend is set.

    Raises `DatabaseIsOutOfReach`.
    """
    async with opened(place, wire) as store:
        known = await settings(place, wire)
        if store is None or known is None:
            raise DatabaseIsOutOfReach(place.environment.name)
        yield store, known


async def bring(
    place: Place, environ: Mapping[str, str], wire: Wire, *, anew: bool = False
) -> SeedReport:
    """Bring an environment to the seeds of today; with `anew` all of them as new.

    Raises `DatabaseIsOutOfReach` and `PasswordIsUnknown`.
    """
    async with reached(place, wire) as (store, known):
        seeds = await _told(place, environ, known)
        if seeds is None:
            raise PasswordIsUnknown
        if anew:
            await reset(store, kind=place.environment.kind)
        return await seed(store, seeds, kind=place.environment.kind)


async def fill_once(place: Place, environ: Mapping[str, str], wire: Wire) -> str:
    """Put the seeds in where there are none yet; a sentence on what was done, or why not."""
    try:
        async with reached(place, wire) as (store, _):
            if await is_seeded(store):
                return "the seeds are there"
        done = await bring(place, environ, wire)
    except DatabaseIsOutOfReach:
        return FROM_HERE
    except PasswordIsUnknown:
        return f"not filled: {SEALED}"
    return f"{sum(each.inserted for each in done.tallies)} documents put in"


async def _told(place: Place, environ: Mapping[str, str], known: Settings) -> Seeds | None:
    """The seeds of today, with the personas' password; None where nobody knows one."""
    variables = await place.variables(BACKEND)
    word = password(environ, variables.get("JWT_SECRET", ""))
    if word is None:
        return None
    memory = known.authentication.password_hash_memory_kib
    # The salt follows from the password, so that the personas are in place the next time.
    salt = sha256(word.encode()).digest()[:16]
    return make(datetime.now(UTC), password_hash=hasher(memory).hash(word, salt=salt))
