"""BeeHiiv around a backend: its sandbox's publication, and webhooks signed as it signs them."""

import base64
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.app import Backend, create_app
from tests.backend.conftest import running, variables
from tests.sandboxes.newsletter import Newsletter

KEY = b"the key of BeeHiiv's webhooks"
PUBLICATION = "pub_00000000-0000-0000-0000-00000000abcd"
VARIABLES = {
    "BEEHIIV_API_KEY": "key-of-this-test",
    "BEEHIIV_PUBLICATION_ID": PUBLICATION,
    "BEEHIIV_WEBHOOK_SECRET": "whsec_" + base64.b64encode(KEY).decode(),
    "BEEHIIV_BASE_URL": "http://sandboxes.test/beehiiv/v2",
}


@pytest.fixture(scope="module")
async def beehiiv(sandboxes: httpx2.AsyncClient) -> Newsletter:
    """The publication at BeeHiiv's sandbox."""
    publication = Newsletter(sandboxes, PUBLICATION)
    (await publication.provide()).raise_for_status()
    return publication


@pytest.fixture(scope="module")
async def backend(
    postgres_url: str, redis_url: str, outside: httpx2.ASGITransport, beehiiv: Newsletter
) -> AsyncIterator[Backend]:
    """A backend that knows BeeHiiv."""
    app = create_app(variables(postgres_url, redis_url) | VARIABLES, outside)
    async with running(app):
        yield app


def signed(body: bytes, key: bytes = KEY, moment: int | None = None) -> dict[str, str]:
    """The headers of a delivery by Svix."""
    at = int(time.time()) if moment is None else moment
    made = hmac.digest(key, f"msg_1.{at}.".encode() + body, "sha256")
    signature = f"v1,{base64.b64encode(made).decode()}"
    return {"svix-id": "msg_1", "svix-timestamp": str(at), "svix-signature": signature}


def told(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """An event as BeeHiiv writes it."""
    at = int(time.time())
    return {"uid": uuid4().hex, "event_type": kind, "event_timestamp": at, "data": data}


async def tell(
    door: httpx2.AsyncClient, event: dict[str, Any], headers: dict[str, str] | None = None
) -> httpx2.Response:
    """Send an event as BeeHiiv does."""
    body = json.dumps(event).encode()
    return await door.post("/api/webhooks/beehiiv", content=body, headers=headers or signed(body))
