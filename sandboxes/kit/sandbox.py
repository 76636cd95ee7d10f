"""How a vendor is declared: a `Sandbox` is a value that lists what it imitates."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

import httpx2
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandboxes.kit.clock import Clock
from sandboxes.kit.deliveries import ENDPOINT, Deliveries, Delivery, Endpoint, Webhooks
from sandboxes.kit.letters import Letter
from sandboxes.kit.records import Document, Records, storable

MIB = 1024 * 1024


class Refused(Exception):
    """A vendor, or the control plane, says no; `response` is how it says so."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"refused with {response.status_code}")
        self.response = response


@dataclass(frozen=True)
class Vendor:
    """A sandbox that runs: what its code has at hand here; `outside` carries what it sends."""

    sandbox: "Sandbox"
    records: Records
    clock: Clock
    deliveries: Deliveries
    outside: httpx2.AsyncClient

    @property
    def name(self) -> str:
        """The vendor's one name."""
        return self.sandbox.name

    @asynccontextmanager
    async def exclusively(self, name: str = "") -> AsyncIterator[Self]:
        """The same inside a transaction that no other of this name runs beside.

        Use it wherever something is read, decided and written; what it announces is kept with it.
        """
        async with self.records.exclusively(name) as inside:
            yield replace(self, records=inside)

    async def endpoints(self) -> list[Endpoint]:
        """Where its webhooks go."""
        return [Endpoint.of(each) for each in await self.records.find(ENDPOINT)]

    async def announce(
        self,
        event: str,
        event_id: str,
        body: str,
        to: Callable[[Endpoint], bool] = lambda _endpoint: True,
    ) -> None:
        """Send a webhook to every endpoint that wants to hear of such an event, and is meant."""
        now = self.clock.now()
        for endpoint in await self.endpoints():
            if endpoint.wants(event) and to(endpoint):
                told = Delivery(self.name, endpoint, event, event_id, body, now, now)
                await self.deliveries.add(self.records.database, told)

    async def due_deliveries(self, limit: int) -> list[Delivery]:
        """The webhooks of this vendor that should go out now."""
        return await self.deliveries.due(self.records.database, self.name, self.clock.now(), limit)

    async def reset(self) -> None:
        """Forget everything; where its webhooks go is part of the environment, and stays."""
        kept = await self.endpoints()
        await self.records.reset()
        await self.deliveries.forget(self.records.database, self.name)
        for table in self.sandbox.tables:
            await self.records.database.fetch(f"DELETE FROM sandbox.{table}")  # noqa: S608
        for endpoint in kept:
            await self.records.put(ENDPOINT, endpoint.id, endpoint.document())


@dataclass(frozen=True)
class Call:
    """One request to a vendor, read whole, with what the vendor has at hand."""

    request: Request
    parameters: dict[str, str]
    body: bytes
    vendor: Vendor
    now: datetime

    @property
    def records(self) -> Records:
        """The vendor's documents."""
        return self.vendor.records

    def json(self) -> Any:
        """The body as JSON, in characters that can be kept; raises ValueError where it is none,
        NaN and deep nesting included."""
        try:
            return storable(json.loads(self.body, parse_constant=_no_number))
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True)
class Happening:
    """One thing that happened at a vendor, as the console tells it; `href` leads to more."""

    at: datetime
    what: str
    href: str = ""


Tell = Callable[[Vendor, int], Awaitable[Sequence[Happening]]]
"""Tells the newest things that happened at a vendor, at most so many."""


async def _nothing(_vendor: Vendor, _limit: int) -> Sequence[Happening]:
    return ()


async def _no_more(_vendor: Vendor, _ids: Sequence[str]) -> None:
    """Nothing hangs on a vendor's documents but its documents."""


@dataclass(frozen=True)
class Operation:
    """One thing that the vendor can be asked, under the name that its own contract gives it.

    An `is_open` one is for everybody who has its address, such as a page that the vendor hosts.
    `error` is how it says no, where that is another way than the vendor's. `means` names the one of
    the vendor's operations that a call is, where its path does not tell.
    """

    name: str
    method: str
    path: str
    handler: Handler
    body_limit: int = MIB
    is_open: bool = False
    error: Callable[[int, str], Response] | None = None
    means: Callable[[Call], str | None] | None = None


@dataclass(frozen=True)
class Sandbox:
    """One vendor: everything that differs between it and the others.

    `error` gives the vendor's own error for a status and a sentence, `admit` raises Refused for
    a call without the right key, `stamp` adds the headers that its every answer has, `pages` are
    what the vendor adds to the control plane. `run_due` does what has fallen due until a moment:
    it is called several times a second, and whenever the clock moves; `close` ends what that has
    begun beside it. `schema` makes the tables that a vendor has besides its documents; each is
    named in `tables`, without the schema's name. `spelled` turns a path that a vendor knows by
    several spellings into that of its operations. `redacted` is what may be written down of the
    body of a request.
    """

    name: str
    operations: tuple[Operation, ...]
    error: Callable[[int, str], Response]
    admit: Callable[[Call], None]
    about: str = ""
    """What it imitates, in one paragraph for people."""
    does_not: tuple[str, ...] = ()
    """What it does not imitate, each in a sentence."""
    secret_headers: frozenset[str] = frozenset()
    stamp: Callable[[Call, Response], None] = lambda _call, _response: None
    spelled: Callable[[str], str] = lambda path: path
    redacted: Callable[[bytes], bytes] = lambda body: body
    pages: Callable[[Vendor], Sequence[Route]] = lambda _: ()
    doors: tuple[tuple[str, str], ...] = ()
    """Those of its pages that are for people, as label and path, for the console."""
    lately: Tell = _nothing
    letter: Callable[[Document], Letter] | None = None
    """How a mail reads that the vendor has sent, where it sends any; see `letters.KIND`."""
    webhooks: Webhooks | None = None
    run_due: Callable[[Vendor, datetime], Awaitable[None]] | None = None
    forgotten: Callable[[Vendor, Sequence[str]], Awaitable[None]] = _no_more
    """Told of documents that are gone, for what hangs on them outside the documents."""
    close: Callable[[], Awaitable[None]] | None = None
    schema: str = ""
    tables: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        """The vendor as /_sandbox/ lists it."""
        operations = {each.name: f"{each.method} {each.path}" for each in self.operations}
        return {"vendor": self.name, "base_path": f"/{self.name}", "operations": operations}


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
