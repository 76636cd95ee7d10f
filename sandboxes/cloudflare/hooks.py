"""Stream's webhook: one subscription an account, and how its notifications are signed."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from pydantic import AliasChoices, Field
from starlette.responses import Response

from sandboxes.cloudflare.envelope import (
    STREAM,
    BadRequest,
    NotFound,
    Wishes,
    account,
    result,
    wishes,
    written,
)
from sandboxes.cloudflare.library import shown
from sandboxes.kit.deliveries import ENDPOINT, Delivery, Endpoint, Webhooks
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation, Vendor

EVENTS = ("video.ready", "video.error")
"""The two moments at which Stream notifies. It gives them no names, so these are ours."""

# Cloudflare does not publish how often it tries again; these pauses are ours.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))


class Subscription(Wishes):
    """Where notifications shall go; both spellings of the field are Cloudflare's."""

    notification_url: str = Field(
        validation_alias=AliasChoices("notificationUrl", "notification_url")
    )


def sign(delivery: Delivery, now: datetime) -> Mapping[str, str]:
    """The moment of sending and the HMAC-SHA256 of that moment, a dot and the body."""
    time = f"{now.timestamp():.0f}"
    told = f"{time}.{delivery.body}".encode()
    digest = hmac.new(delivery.endpoint.secret.encode(), told, hashlib.sha256).hexdigest()
    return {"Webhook-Signature": f"time={time},sig1={digest}"}


async def announce(vendor: Vendor, video: Document) -> None:
    """Notify of a video that is ready, or that went wrong."""
    event = f"video.{video['status']['state']}"
    body = json.dumps(shown(video), separators=(",", ":"))
    owner = video["account"]
    await vendor.announce(event, video["uid"], body, to=lambda endpoint: _is_of(endpoint, owner))


def _is_of(endpoint: Endpoint, account_id: str) -> bool:
    """An endpoint that the control plane set hears of every account."""
    return endpoint.data.get("account") in {None, account_id}


async def _subscription(vendor: Vendor, account_id: str) -> Endpoint | None:
    """The newest endpoint that hears of this account."""
    found = [each for each in await vendor.endpoints() if _is_of(each, account_id)]
    return found[0] if found else None


def _shown(endpoint: Endpoint) -> Document:
    modified = endpoint.data.get("modified")
    told = {"notificationUrl": endpoint.url, "modified": modified, "secret": endpoint.secret}
    return {name: value for name, value in told.items() if value is not None}


async def view_webhook(call: Call) -> Response:
    """Where the notifications of this account go, with the secret that signs them."""
    endpoint = await _subscription(call.vendor, account(call))
    if endpoint is None:
        raise NotFound
    return result(_shown(endpoint))


async def put_webhook(call: Call) -> Response:
    """Send them to this URL from now on. The secret stays as long as the subscription does."""
    url = wishes(call, Subscription).notification_url
    if not url.startswith(("http://", "https://")):
        raise BadRequest("notificationUrl must begin with http:// or https://")
    async with call.vendor.exclusively() as inside:
        there = await _subscription(inside, account(call))
        data = {"account": account(call), "modified": written(call.now)}
        secret = there.secret if there else uuid4().hex
        for each in await inside.endpoints():
            if _is_of(each, account(call)):
                await inside.records.remove(ENDPOINT, each.id)
        endpoint = Endpoint(uuid4().hex, url, secret, data=data)
        await inside.records.put(ENDPOINT, endpoint.id, endpoint.document())
    return result(_shown(endpoint))


async def delete_webhook(call: Call) -> Response:
    """Notify of nothing any more."""
    async with call.vendor.exclusively() as inside:
        if await _subscription(inside, account(call)) is None:
            raise NotFound
        for each in await inside.endpoints():
            if _is_of(each, account(call)):
                await inside.records.remove(ENDPOINT, each.id)
    return result("")


WEBHOOKS = Webhooks(sign, RETRIES)
PATH = f"{STREAM}/webhook"
OPERATIONS = (
    Operation("stream.webhooks.get", "GET", PATH, view_webhook),
    Operation("stream.webhooks.update", "PUT", PATH, put_webhook),
    Operation("stream.webhooks.delete", "DELETE", PATH, delete_webhook),
)
