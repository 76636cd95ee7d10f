"""A made-up vendor with webhooks, a receiver for them, and an app of that vendor alone."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx2
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandboxes.app import create_app
from sandboxes.kit.deliveries import Delivery, Webhooks
from sandboxes.kit.sandbox import Call, Operation, Sandbox, Vendor
from sandboxes.settings import Settings

SECRET = "a secret of this test"
URL = "http://backend.test/hook"
RETRIES = (timedelta(minutes=5), timedelta(hours=1))


def sign(delivery: Delivery, now: datetime) -> dict[str, str]:
    return {"Signature": signature(delivery.endpoint.secret, delivery.body, now)}


def signature(secret: str, body: str, now: datetime) -> str:
    told = f"{now.timestamp():.0f}.{body}".encode()
    digest = hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()
    return f"t={now.timestamp():.0f},v={digest}"


async def post_letter(call: Call) -> Response:
    """Keep a letter and tell of it; a `promised` one falls due in a day."""
    letter = call.json()
    async with call.vendor.exclusively() as inside:
        await inside.records.put("letter", letter["id"], letter)
        if not letter.get("promised"):
            await inside.announce("letter.posted", letter["id"], call.body.decode())
        if letter.get("torn"):
            raise ValueError("the letter is torn")
    return JSONResponse(letter)


async def deliver_promised(vendor: Vendor, until: datetime) -> None:
    for letter in await vendor.records.find("letter", {"promised": True}):
        if datetime.fromisoformat(letter["due"]) <= until:
            async with vendor.exclusively() as inside:
                await inside.records.put("letter", letter["id"], letter | {"promised": False})
                await inside.announce("letter.kept", letter["id"], "{}")


POSTBOX = Sandbox(
    name="postbox",
    operations=(Operation("postLetter", "POST", "/letters", post_letter),),
    error=lambda status, sentence: JSONResponse({"error": sentence}, status),
    admit=lambda _call: None,
    webhooks=Webhooks(sign, RETRIES, lambda status: status == 410, timeout_s=0.5),
    run_due=deliver_promised,
)


@dataclass
class Receiver:
    """Whoever hears the webhooks: an ASGI app that remembers, and answers as it is told."""

    status: int = 200
    bodies: list[str] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.bodies.append((await request.body()).decode())
        self.signatures.append(request.headers["signature"])
        await Response("heard", self.status)(scope, receive, send)


@asynccontextmanager
async def postbox(postgres_url: str, receiver: Receiver) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the running app."""
    app = create_app(Settings(postgres_url), httpx2.ASGITransport(receiver), (POSTBOX,))
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://sandboxes.test") as client,
    ):
        yield client
