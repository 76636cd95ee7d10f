"""All sandboxes as one ASGI app: each vendor under its name, the control plane under /_sandbox."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx2
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from sandboxes.ai_registry import AI_REGISTRY
from sandboxes.beehiiv import BEEHIIV
from sandboxes.cloudflare import CLOUDFLARE
from sandboxes.kit import clock, console, deliveries, journal
from sandboxes.kit.background import Background
from sandboxes.kit.clock import Clock
from sandboxes.kit.console import ConsolePage
from sandboxes.kit.control import ControlPlane
from sandboxes.kit.deliveries import Deliveries
from sandboxes.kit.faults import Faults
from sandboxes.kit.forgetting import Forgetting
from sandboxes.kit.inbox import InboxPage
from sandboxes.kit.mailbox import Mailbox
from sandboxes.kit.pages import SHARED_FILES
from sandboxes.kit.passing import Passing
from sandboxes.kit.records import Database, DatabaseIsAway, Records
from sandboxes.kit.same_site import SameSite
from sandboxes.kit.sandbox import MIB, Refused, Sandbox, Vendor
from sandboxes.kit.wire import Wire
from sandboxes.openai import OPENAI
from sandboxes.otel import OTEL
from sandboxes.postmark import POSTMARK
from sandboxes.railway import railway
from sandboxes.sentry import SENTRY
from sandboxes.settings import Settings
from sandboxes.stripe import STRIPE
from sandboxes.zerodb import ZERODB

SANDBOXES: tuple[Sandbox, ...] = (
    POSTMARK,
    BEEHIIV,
    STRIPE,
    CLOUDFLARE,
    OPENAI,
    AI_REGISTRY,
    ZERODB,
    SENTRY,
    OTEL,
    railway(),
)


def schemas(sandboxes: Sequence[Sandbox] = SANDBOXES) -> tuple[str, ...]:
    """What is laid in PostgreSQL besides the vendors' documents."""
    return (
        clock.SCHEMA,
        deliveries.SCHEMA,
        journal.SCHEMA,
        *(sandbox.schema for sandbox in sandboxes),
    )


def create_app(
    settings: Settings,
    outside: httpx2.AsyncBaseTransport | None = None,
    sandboxes: Sequence[Sandbox] = SANDBOXES,
) -> Starlette:
    """The outside world. It connects to PostgreSQL when it starts, and not before.

    `outside` carries the webhooks; by default the network does.
    """
    database, faults = Database(settings.database_url, schemas(sandboxes)), Faults()
    time, webhooks = Clock(database), Deliveries()
    client = httpx2.AsyncClient(transport=outside, trust_env=False)
    vendors = [
        Vendor(sandbox, Records(database, sandbox.name), time, webhooks, client)
        for sandbox in sandboxes
    ]
    background = Background(vendors, settings.pause_s)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await database.open()
        await time.load()
        async with client, background.running():
            yield
        await database.close()

    control = ControlPlane(vendors, database, faults)
    passing = Passing(vendors, database, time, background)
    control.routes += passing.routes + ConsolePage(control, passing).routes
    control.routes += InboxPage(Mailbox(vendors, database)).routes + Forgetting(vendors).routes
    own = [*control.routes, *SHARED_FILES]
    return Starlette(
        routes=[
            *(Mount(f"/{vendor.name}", Wire(vendor, faults)) for vendor in vendors),
            Mount("/_sandbox", routes=own, middleware=[Middleware(SameSite)], max_body_size=MIB),
            Route("/", lambda _: RedirectResponse(console.ADDRESS)),
        ],
        exception_handlers=dict.fromkeys((Refused, DatabaseIsAway, HTTPException), _explain),
        lifespan=lifespan,
    )


async def _explain(request: Request, error: Exception) -> Response:
    match error:
        case Refused():
            return error.response
        case DatabaseIsAway():
            return JSONResponse({"error": str(error)}, 503)
        case HTTPException():
            asked = f"{request.method} {request.url.path}"
            words = f"there is nothing at {asked}; GET /_sandbox/ lists what stands here"
            return JSONResponse({"error": words}, error.status_code, error.headers)
    raise error
