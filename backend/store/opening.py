"""Which store an environment has: the one that its settings name, with its embedding."""

from collections.abc import Iterator

from backend.providers.zerodb import ZeroDB
from backend.settings import Settings, StoreKind
from backend.store import Store
from backend.store.embedding import DIMENSION, MODEL, local_embedding
from backend.store.passing import connect
from backend.store.postgres import PostgresStore
from backend.store.zerodb import ZeroDBStore
from backend.variables import InvalidEnvironment, Problem


async def open_store(settings: Settings, zerodb: ZeroDB | None = None) -> Store:
    """The store of these settings; it connects when it is first asked.

    `zerodb` is the provider to keep documents by, where there is one already. Raises
    `InvalidEnvironment` for an embedding that this release does not have, and for a ZeroDB that
    nobody can be let into.
    """
    database = settings.database
    if problems := (*_wrong(settings),):
        raise InvalidEnvironment(problems)
    if database.store is StoreKind.zerodb:
        redis, embed = connect(database.redis_url.get_secret_value()), local_embedding()
        provider = zerodb or ZeroDB(database)
        return ZeroDBStore.over(provider, redis, prefix=settings.prefix, embed=embed, model=MODEL)
    return await PostgresStore.connect(
        database.database_url.get_secret_value(),
        prefix=settings.prefix,
        embed=local_embedding(),
        model=MODEL,
        dimension=DIMENSION,
    )


def _wrong(settings: Settings) -> Iterator[Problem]:
    if settings.intelligence.embedding_model != MODEL:
        yield Problem("EMBEDDING_MODEL", "refused", f"this release embeds with {MODEL} only")
    if settings.database.store is StoreKind.zerodb:
        needed = {
            "ZERODB_API_KEY": settings.database.zerodb_api_key,
            "ZERODB_PROJECT_ID": settings.database.zerodb_project_id,
        }
        for name, value in needed.items():
            if value is None:
                yield Problem(name, "missing", "STORE is zerodb, which needs it")
