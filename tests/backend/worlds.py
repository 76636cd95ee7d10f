"""Worlds in which every vendor fails in one way, and what somebody sees who lives through it.

Sandboxes stand on a port, since a cut connection needs a real one; two backends stand in this
process, which keep their documents in PostgreSQL and in ZeroDB. Calls have the product's limits.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2

from backend.app import Backend, create_app
from backend.providers.http import ALONE_SECONDS, FAILURES
from backend.providers.opening import Providers
from backend.settings import VENDORS
from sandboxes.app import SANDBOXES
from staging.environment import BACKEND as SERVICE
from staging.local import Local
from staging.outages import Way
from staging.vendors import tell
from tests.backend.conftest import BACKEND, running
from tests.sandboxes.served import served

ELSEWHERE = ("/api/health/liveness", "/api/events", "/api/blog/posts")
WITHOUT_A_STORE = ("/api/health/liveness", "/api/health/ping", "/.well-known/security.txt")
HEALTH_TIMEOUT_S = 4
"""A second is not much where two cores carry ten worlds, and other tests beside them."""

ASKS: dict[str, Callable[[Providers], Awaitable[Any]]] = {
    "stripe": lambda to: to.stripe.create_customer("zoe@wwmaa.example", "Zoë", {}, key=new_key()),
    "beehiiv": lambda to: to.beehiiv.subscribe("zoe@wwmaa.example", {}, confirmed=True),
    "cloudflare": lambda to: to.cloudflare.create_live_input("Randori"),
    "openai": lambda to: to.openai.embed(["Hajime"], 1536),
    "ai_registry": lambda to: to.ai_registry.choose_model(),
}
"""What a route of a feature would ask of a vendor that no feature asks yet."""


def new_key() -> str:
    return uuid4().hex


@dataclass(frozen=True)
class Answer:
    """What somebody was answered, and how long they waited, in seconds."""

    path: str
    status: int
    headers: httpx2.Headers
    told: Any
    took: float


@dataclass
class Seen:
    """What was seen of one vendor that fails in one way."""

    answers: list[Answer] = field(default_factory=list)
    health: str = ""
    recovered_in: float = float("inf")


@dataclass
class World:
    """Sandboxes of one way to fail, and somebody at the doors of the two backends before them."""

    way: Way
    environ: dict[str, str]
    """The variables of a backend that stands in this world."""
    control: httpx2.AsyncClient
    door: httpx2.AsyncClient
    zerodb_door: httpx2.AsyncClient
    seen: dict[str, Seen] = field(default_factory=lambda: {name: Seen() for name in VENDORS})
    elsewhere: list[Answer] = field(default_factory=list)
    healths: list[Answer] = field(default_factory=list)

    async def live_through(self) -> None:
        """All vendors fail, are needed, are well again; all that is seen is written down."""
        await self.strike(*VENDORS)
        for vendor, word in (await self.look_at_health()).items():
            self.seen[vendor].health = word
        # Health asked once before, and one more failure would have the vendor left alone.
        asked = [self.ask(vendor) for vendor in VENDORS for _ in range(FAILURES - 1)]
        await asyncio.gather(*asked, self.look_elsewhere())
        await self.lift()
        await self.recover()

    async def strike(self, *vendors: str) -> None:
        """Let these vendors fail from now on."""
        for vendor in vendors:
            fault = {"vendor": vendor, **self.way.fault}
            (await self.control.post("/_sandbox/faults", json=fault)).raise_for_status()

    async def lift(self) -> None:
        """Let all vendors be well again."""
        (await self.control.delete("/_sandbox/faults")).raise_for_status()

    async def look_at_health(self) -> dict[str, str]:
        """What health says of each vendor, where it is needed."""
        answers = await asyncio.gather(*map(health, (self.door, self.zerodb_door)))
        self.healths += answers
        told = {vendor: answers[vendor == "zerodb"].told for vendor in VENDORS}
        return {
            vendor: each["status"] if each["checks"][vendor]["status"] == "down" else "healthy"
            for vendor, each in told.items()
        }

    async def look_elsewhere(self) -> None:
        """What somebody is answered who needs none of the vendors."""
        for _ in range(3):
            for door, paths in ((self.door, ELSEWHERE), (self.zerodb_door, WITHOUT_A_STORE)):
                self.elsewhere += [await ask(door, "GET", path) for path in paths]
            await asyncio.sleep(0.5)

    async def ask(self, vendor: str) -> Answer:
        """Ask the backend for what it needs the vendor for."""
        answer = await self._ask(vendor)
        self.seen[vendor].answers.append(answer)
        return answer

    async def recover(self) -> None:
        """Ask again until all vendors are there for us again, and health says so."""
        began, waiting = time.perf_counter(), list(VENDORS)
        while waiting and time.perf_counter() - began < 4 * ALONE_SECONDS:
            answers = await asyncio.gather(*map(self._ask, waiting))
            words = await self.look_at_health()
            for vendor, answer in zip(tuple(waiting), answers, strict=True):
                if answer.status < 300 and words[vendor] == "healthy":
                    self.seen[vendor].recovered_in = time.perf_counter() - began
                    waiting.remove(vendor)
            await asyncio.sleep(0.5)

    async def _ask(self, vendor: str) -> Answer:
        if vendor in ASKS:
            return await ask(self.door, "POST", f"/asks/{vendor}")
        if vendor == "postmark":
            person = {
                "email": f"{new_key()}@members.staging.wwmaa.example",
                "password": "correct horse battery",
                "full_name": "Zoë",
                "terms_accepted": True,
            }
            return await ask(self.door, "POST", "/api/auth/register", json=person)
        return await ask(self.door_of(vendor), "GET", "/api/events")

    def door_of(self, vendor: str) -> httpx2.AsyncClient:
        """The door of the backend that needs this vendor."""
        return self.zerodb_door if vendor == "zerodb" else self.door


async def ask(door: httpx2.AsyncClient, method: str, path: str, **more: Any) -> Answer:
    began = time.perf_counter()
    answer = await door.request(method, path, **more)
    told = answer.json() if "json" in answer.headers["content-type"] else answer.text
    took = time.perf_counter() - began
    return Answer(path, answer.status_code, answer.headers, told, took)


async def health(door: httpx2.AsyncClient) -> Answer:
    return await ask(door, "GET", "/api/health/detailed")


def asking(app: Backend) -> Backend:
    """The backend with a route for each vendor that no feature asks yet."""
    for vendor, question in ASKS.items():

        async def route(question: Callable[[Providers], Awaitable[Any]] = question) -> None:
            await question(app.state.providers)

        app.add_api_route(f"/asks/{vendor}", route, methods=["POST"])
    return app


@asynccontextmanager
async def world(way: Way, local: Local, parts: dict[str, str]) -> AsyncIterator[World]:
    """A world with these parts, in which `local` says how the backend knows the vendors."""
    async with AsyncExitStack() as stack:
        address = stack.enter_context(served(parts["DATABASE_URL"], *SANDBOXES))
        ports = {**local.ports, "sandboxes": int(urlsplit(address).port or 0)}
        here = replace(local, ports=ports)
        await tell(here)
        told = here.variables(SERVICE).items()
        known = parts | {name: value for name, value in told if name.lower().startswith(VENDORS)}
        known["HEALTH_TIMEOUT_SECONDS"] = f"{HEALTH_TIMEOUT_S}"
        door = await _door(known, stack)
        zerodb_door = await _door(known | {"STORE": "zerodb"}, stack)
        control = await stack.enter_async_context(httpx2.AsyncClient(base_url=address))
        yield World(way, known, control, door, zerodb_door)


async def _door(environ: dict[str, str], stack: AsyncExitStack) -> httpx2.AsyncClient:
    app = asking(create_app(environ))
    await stack.enter_async_context(running(app))
    transport = httpx2.ASGITransport(app)
    return await stack.enter_async_context(
        httpx2.AsyncClient(transport=transport, base_url=BACKEND, timeout=60)
    )
