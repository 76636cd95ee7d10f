"""Seeds for an environment on Railway, put in from here where its database is reached."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from backend.security import hasher
from staging.filling import is_seeded
from staging.railway.before import BACKEND, opened, settings
from staging.railway.located import Place
from staging.railway.seen import password
from staging.seed import seed
from staging.seeds import make
from staging.verify import Wire

FROM_HERE = (
    "not filled: its database is on Railway's private network, and nothing leads there; set a TCP"
    " proxy before PostgreSQL and put its address into DATABASE_PUBLIC_URL, or --connect-to"
)


async def fill_once(place: Place, environ: Mapping[str, str], wire: Wire) -> str:
    """Put the seeds in where there are none yet; a sentence on what was done, or why not."""
    async with opened(place, wire) as store:
        known = await settings(place, wire)
        if store is None or known is None:
            return FROM_HERE
        if await is_seeded(store):
            return "the seeds are there"
        told = await place.variables(BACKEND)
        word = password(environ, told.get("JWT_SECRET", ""))
        if word is None:
            return "not filled: nobody knows a password for the personas (JWT_SECRET is sealed)"
        memory = known.authentication.password_hash_memory_kib
        # The salt follows from the password, so that the personas are in place the next time.
        salt = sha256(word.encode()).digest()[:16]
        seeds = make(datetime.now(UTC), password_hash=hasher(memory).hash(word, salt=salt))
        done = await seed(store, seeds, kind=place.environment.kind)
        return f"{sum(each.inserted for each in done.tallies)} documents put in"
