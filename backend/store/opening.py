"""Which store an environment has: the one that its settings name, with its embedding."""

from backend.settings import Settings, StoreKind
from backend.store import Store
from backend.store.embedding import DIMENSION, MODEL, local_embedding
from backend.store.postgres import PostgresStore
from backend.variables import InvalidEnvironment, Problem


def _refuse(variable: str, why: str) -> InvalidEnvironment:
    return InvalidEnvironment((Problem(variable, "refused", why),))


async def open_store(settings: Settings) -> Store:
    """The store of these settings; it connects when it is first asked.

    Raises `InvalidEnvironment` for a store or an embedding that this release does not have.
    """
    if settings.database.store is StoreKind.zerodb:
        raise _refuse("STORE", "this release keeps documents in postgres only")
    if settings.intelligence.embedding_model != MODEL:
        raise _refuse("EMBEDDING_MODEL", f"this release embeds with {MODEL} only")
    return await PostgresStore.connect(
        settings.database.database_url.get_secret_value(),
        prefix=settings.prefix,
        embed=local_embedding(),
        model=MODEL,
        dimension=DIMENSION,
    )
