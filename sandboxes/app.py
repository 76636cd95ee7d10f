"""All sandboxes as one ASGI app: each vendor under its name, the control plane under /_sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from sandboxes.kit.control import ControlPlane
from sandboxes.kit.faults import Faults
from sandboxes.kit.pages import SHARED_FILES
from sandboxes.kit.records import Database, DatabaseIsAway, Records
from sandboxes.kit.sandbox import MIB, Refused, Sandbox
from sandboxes.kit.wire import Wire
from sandboxes.postmark import POSTMARK
from sandboxes.settings import Settings

SANDBOXES: tuple[Sandbox, ...] = (POSTMARK,)


def create_app(settings: Settings) -> Starlette:
    """The outside world. It connects to PostgreSQL when it starts, and not before."""
    database, faults = Database(settings.database_url), Faults()
    control = ControlPlane(SANDBOXES, database, faults)
    vendors = [
        Mount(f"/{each.name}", Wire(each, Records(database, each.name), faults))
        for each in SANDBOXES
    ]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await database.open()
        yield
        await database.close()

    console = [*control.routes, *SHARED_FILES]
    return Starlette(
        routes=[*vendors, Mount("/_sandbox", routes=console, max_body_size=MIB)],
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
