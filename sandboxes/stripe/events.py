"""Events: what happened to an object, as it was then, kept for the API and sent as webhooks."""

import json
from dataclasses import dataclass

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.stripe.ids import new_id

VERSION = "2026-10-28.endive"
"""The API's version, the one that Stripe's library 16 speaks."""


@dataclass(frozen=True)
class Told:
    """What an event will tell: its type, the object, what that had before, and the moment."""

    type: str
    object: Document
    previous: Document | None
    created: int


def new_event(told: Told, request_id: str | None, idempotency_key: str | None) -> Document:
    """An event in Stripe's shape."""
    data: Document = {"object": told.object}
    if told.previous is not None:
        data["previous_attributes"] = told.previous
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": VERSION,
        "created": told.created,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": request_id, "idempotency_key": idempotency_key},
        "type": told.type,
    }


async def send(vendor: Vendor, event: Document) -> None:
    """Keep an event, and put a webhook on its way to each endpoint that wants it."""
    await vendor.records.put("event", event["id"], event)
    hearing = [each for each in await vendor.endpoints() if each.wants(event["type"])]
    if hearing:
        body = json.dumps(event | {"pending_webhooks": len(hearing)}, indent=2)
        await vendor.announce(event["type"], event["id"], body)


def differences(before: Document, after: Document) -> Document:
    """What the changed keys had before; of a hash only the keys within that changed."""
    found: Document = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict) and old.get("object") != "list":
            found[key] = differences(old, new)
        else:
            found[key] = old
    return found
