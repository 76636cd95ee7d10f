"""The parts of a process, opened together: of one that answers requests, and of the worker."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

from redis.asyncio import Redis

from backend import clock
from backend.parts import Parts
from backend.providers.opening import Providers
from backend.readings import Dependency, Readings, vendors
from backend.settings import PythonEnv, Settings
from backend.store import Store
from backend.store.opening import open_store
from backend.store.passing import connect
from backend.store.sessions import Sessions


async def open_parts(
    settings: Settings,
    providers: Providers,
    stack: AsyncExitStack,
    needs: tuple[Dependency, ...] = (),
) -> Parts:
    """The parts for these settings; what must be let go of at the end is pushed on the stack.

    `needs` are what this process depends on besides the store and Redis.
    """
    core = settings.core
    store = await open_store(settings, providers.zerodb)
    stack.push_async_callback(store.close)
    redis = connect(settings.database.redis_url.get_secret_value())
    stack.push_async_callback(redis.aclose)
    if core.python_env is not PythonEnv.production:
        await stack.enter_async_context(clock.following(redis, settings.prefix))
    providers.start()
    stack.push_async_callback(providers.close)
    kind = settings.database.store.value
    lifetime = settings.authentication.jwt_refresh_token_expire_days * 86_400
    return Parts(
        settings=settings,
        store=store,
        redis=redis,
        sessions=Sessions(redis, settings.prefix, lifetime),
        providers=providers,
        readings=Readings(
            (*_own(settings, store, redis), *needs, *vendors(providers, besides=kind)),
            timeout=core.health_timeout_seconds,
            fresh_for=core.health_cache_seconds,
        ),
        draining=asyncio.Event(),
    )


def _own(settings: Settings, store: Store, redis: Redis) -> Iterator[Dependency]:
    """What nothing here works without."""

    async def ask_redis() -> None:
        await redis.ping()

    kind = settings.database.store.value
    yield Dependency(kind, "datastore", critical=True, ask=store.ping)
    yield Dependency("redis", "datastore", critical=True, ask=ask_redis)
