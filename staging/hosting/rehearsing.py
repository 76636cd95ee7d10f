"""Railway on this machine, whole: its API imitated, deployments that really run, and the edge."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx2
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from sandboxes.app import SANDBOXES, create_app
from sandboxes.railway import railway
from sandboxes.settings import Settings
from staging.environment import BACKEND
from staging.hosting.hosting import Hosting
from staging.hosting.ports import Ports
from staging.hosting.reached import FIXED, Railway
from staging.hosting.rules import Rules
from staging.obstacles import Failed
from staging.processes import mend
from staging.values import AddressOf

URL = "_BASE_URL"
RAILWAYS = ("/graphql/", "/project/")
"""Where Railway's own API begins; the sandboxes have it below /railway."""


class ApiDidNotStart(Failed):
    """The sandboxes did not start; they have said why in the log."""

    def __init__(self) -> None:
        super().__init__(
            "The sandboxes, Railway's API among them, did not start.",
            "Look whether their database answers and their port is free, then try again.",
        )


@asynccontextmanager
async def rehearsal(
    folder: Path, database_url: str, first_port: int, rules: Rules | None = None
) -> AsyncIterator[Railway]:
    """Railway on this machine until the block ends; then nothing of it runs any more.

    The sandboxes remember in the PostgreSQL at `database_url`; everything else lies in `folder`,
    which is this rehearsal's alone. The first `FIXED` ports from `first_port` on must be free; what
    is deployed takes free ones behind them. What a killed rehearsal left in the folder is ended
    first. Raises `EdgeIsDeaf` and `ApiDidNotStart`.
    """
    await mend(folder)
    here = Railway(folder, first_port)
    ports = Ports(first_port + FIXED)
    hosting = await Hosting.open(folder, here.doors, ports, rules or Rules(), _vendors(here.url))
    try:
        async with _served(here, hosting, database_url):
            yield replace(here, token=await _token(here.url))
    finally:
        await hosting.close()
        await mend(folder, within=0)


@asynccontextmanager
async def _served(here: Railway, hosting: Hosting, database_url: str) -> AsyncIterator[None]:
    """The sandboxes on their port, with the hosting behind Railway's."""
    ours = railway(hosting, here.folder / "snapshots")
    sandboxes = [ours if each.name == ours.name else each for each in SANDBOXES]
    settings = Settings(database_url, port=here.first_port)
    config = uvicorn.Config(
        _at_its_origin(create_app(settings, sandboxes=sandboxes)),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=3,
        ws="none",
        lifespan="on",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        await server.until_started(serving)
        yield
    finally:
        server.should_exit = True
        with suppress(SystemExit):
            await serving


class _Server(uvicorn.Server):
    """Leaves signals to the program that it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def until_started(self, serving: asyncio.Task[None]) -> None:
        """Return when it answers. Raises `ApiDidNotStart`."""
        while not self.started:
            if serving.done():
                raise ApiDidNotStart
            await asyncio.sleep(0.02)


def _at_its_origin(app: ASGIApp) -> ASGIApp:
    """The same, with Railway's API where Railway has it; uploads go by the origin alone."""

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(RAILWAYS):
            path, raw = f"/railway{scope['path']}", b"/railway" + scope["raw_path"]
            scope = {**scope, "path": path, "raw_path": raw}
        await app(scope, receive, send)

    return moved


def _vendors(url: str) -> dict[str, str]:
    """Where the vendors stand for what is deployed: nothing leaves the machine to the real ones."""
    told = BACKEND.here.items()
    addresses = {name: it for name, it in told if isinstance(it, AddressOf) and name.endswith(URL)}
    return {name: f"{url}{it.path}" for name, it in addresses.items() if it.service == "sandboxes"}


async def _token(url: str) -> str:
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as client:
        told = {"kind": "account", "name": "rehearsal"}
        answer = await client.post("/_sandbox/railway/tokens", json=told)
    return str(answer.raise_for_status().json()["token"])
