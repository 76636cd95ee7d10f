"""A till: Stripe's own client, pointed at the sandbox on a port, and an ear for its webhooks."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import stripe
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from stripe._base_address import BaseAddresses

from sandboxes.app import create_app
from sandboxes.kit.server import DroppableProtocol
from sandboxes.settings import Settings
from sandboxes.stripe import STRIPE
from tests.conftest import free_port

KEY = "sk_" + "test_sandbox"
HOOK = "http://backend.test/hook"
HOOK_SECRET = "whsec_" + "of_this_test"
DAY_S = 86_400


@dataclass
class Ear:
    """Whoever hears the webhooks: it remembers them, and answers as it is told."""

    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.bodies.append(await request.body())
        self.signatures.append(request.headers["stripe-signature"])
        await Response("heard", self.status)(scope, receive, send)

    def events(self) -> list[dict[str, Any]]:
        """The events that were heard, in their order."""
        return [json.loads(body) for body in self.bodies]


@dataclass
class Till:
    """The client, the control plane, and the ear."""

    address: str
    stripe: stripe.StripeClient
    control: httpx2.Client
    ear: Ear

    def reset(self) -> None:
        """Everything forgotten, at the machine's own time, with one ear that hears everything."""
        self.ear.status = 200
        self.control.post("/_sandbox/clock", json={"reset": True}).raise_for_status()
        self.control.post("/_sandbox/reset?vendor=stripe").raise_for_status()
        told = {"vendor": "stripe", "url": HOOK, "secret": HOOK_SECRET}
        self.control.put("/_sandbox/webhooks", json=told).raise_for_status()
        self.ear.bodies.clear()
        self.ear.signatures.clear()

    def addresses(self) -> BaseAddresses:
        """Where the client finds the API."""
        return {"api": f"{self.address}/stripe"}

    def advance(self, seconds: float = 0.001) -> None:
        """Move the sandboxes' clock; all that falls due is done and told when this returns."""
        answer = self.control.post(
            "/_sandbox/clock", json={"advance_s": seconds or 0.001}, timeout=60
        )
        answer.raise_for_status()

    def walk(self, clock: str, seconds: int) -> None:
        """Move a test clock, and wait until it is there."""
        clocks = self.stripe.v1.test_helpers.test_clocks
        target = clocks.retrieve(clock).frozen_time + seconds
        clocks.advance(clock, {"frozen_time": target})
        self.walk_on(clock)

    def walk_on(self, clock: str) -> None:
        """Wait until a test clock is where it was sent."""
        clocks = self.stripe.v1.test_helpers.test_clocks
        wait_for(lambda: clocks.retrieve(clock).status != "advancing", within_s=30)
        assert clocks.retrieve(clock).status == "ready"

    def heard(self, prefix: str = "") -> list[str]:
        """The types of the events that were told until now, in their order."""
        self.advance()
        found = [event["type"] for event in self.ear.events()]
        return [each for each in found if each.startswith(prefix)]

    def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """A request that the library would not make."""
        headers = {"Authorization": f"Bearer {KEY}"} | options.pop("headers", {})
        return self.control.request(method, f"/stripe/v1{path}", headers=headers, **options)


@contextmanager
def a_till(database_url: str) -> Iterator[Till]:
    """A till at a server that runs while the block does, as the sandboxes' process serves."""
    ear, port = Ear(), free_port()
    app = create_app(Settings(database_url), httpx2.ASGITransport(ear), (STRIPE,))
    config = uvicorn.Config(
        app, port=port, http=DroppableProtocol, ws="none", log_level="critical", lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    wait_for(lambda: server.started)
    address = f"http://127.0.0.1:{port}"
    client = stripe.StripeClient(
        KEY,
        base_addresses={"api": f"{address}/stripe"},
        http_client=stripe.RequestsClient(),
        max_network_retries=0,
    )
    try:
        with httpx2.Client(base_url=address, timeout=20) as control:
            yield Till(address, client, control, ear)
    finally:
        server.should_exit = True
        thread.join(10)


def wait_for(happens: Callable[[], bool], within_s: float = 15) -> None:
    """Wait until it happens; fails after a while."""
    deadline = time.monotonic() + within_s
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
