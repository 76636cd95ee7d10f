"""The worker as an application: it works from its start to its end, and answers for its health."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
from fastapi import FastAPI

from backend import observability
from backend.answers import HANDLERS
from backend.draining import draining_on_sigterm
from backend.middleware import middleware
from backend.opening import open_parts
from backend.providers.opening import open_providers
from backend.readings import Dependency
from backend.routes.health import router as health
from backend.routes.metrics import router as metrics
from backend.settings import Settings
from backend.worker.work import queue_of, working


def create_worker(settings: Settings, outside: httpx2.AsyncBaseTransport | None = None) -> FastAPI:
    """The worker for these settings. `outside` carries the calls of vendors."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        observability.configure(settings)
        async with AsyncExitStack() as stack:
            url = settings.database.redis_url.get_secret_value()
            queue = queue_of(lambda: app.state.parts, url, settings.prefix)
            listens = Dependency("queue", "component", critical=True, ask=queue.ask)
            providers = open_providers(settings, outside)
            parts = app.state.parts = await open_parts(settings, providers, stack, (listens,))
            stack.enter_context(draining_on_sigterm(parts.draining.set))
            await stack.enter_async_context(working(parts, queue))
            yield

    app = FastAPI(
        title="WWMAA worker",
        lifespan=life,
        exception_handlers=HANDLERS,
        middleware=middleware(settings),
        openapi_url=None,
    )
    app.include_router(health)
    app.include_router(metrics)
    return app
