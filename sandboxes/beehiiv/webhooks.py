"""The webhooks API: where BeeHiiv tells of what happens at a publication, and of what.

See https://developers.beehiiv.com/api-reference/webhooks. A webhook is kept as the kit's endpoint;
one made by the control plane hears of every publication. Its secret is not in the API: people find
it in BeeHiiv's dashboard, and here at /_sandbox/beehiiv/webhooks/{id}/secret.
"""

import base64
import secrets
from dataclasses import replace
from typing import Annotated

from pydantic import AfterValidator, Field
from starlette.responses import JSONResponse, Response

from sandboxes.beehiiv.asking import Told, epoch, number, read
from sandboxes.beehiiv.errors import BeehiivError
from sandboxes.beehiiv.notices import EVENT_TYPES, PREFIX, WEBHOOKS
from sandboxes.beehiiv.publications import the_publication
from sandboxes.kit.deliveries import ENDPOINT, Endpoint
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call

SECRET_BYTES = 24


def _known(event: str) -> str:
    if event not in EVENT_TYPES:
        raise ValueError(f"must be one of {', '.join(EVENT_TYPES)}")
    return event


EventType = Annotated[str, AfterValidator(_known)]


class NewWebhook(Told):
    """Where to tell, and of what."""

    url: str = Field(pattern=r"^https?://[^\s/?#]+")
    event_types: list[EventType] = Field(min_length=1)
    description: str = ""


class Change(Told):
    """What shall change of a webhook; it keeps its URL."""

    event_types: list[EventType] | None = Field(default=None, min_length=1)
    description: str | None = None


async def create_webhook(call: Call) -> Response:
    """Make one; it is signed with a secret of its own."""
    publication, told = await the_publication(call), read(call, NewWebhook)
    data = {
        "publication_id": publication["id"],
        "description": told.description,
        "created": epoch(call.now),
        "updated": epoch(call.now),
    }
    secret = PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    id_ = WEBHOOKS.new_endpoint_id()
    endpoint = Endpoint(id_, told.url, secret, tuple(told.event_types), data=data)
    await call.records.put(ENDPOINT, id_, endpoint.document())
    return JSONResponse({"data": _described(endpoint)})


async def list_webhooks(call: Call) -> Response:
    """Those of a publication, the newest first."""
    publication, limit = await the_publication(call), number(call, "limit", 10)
    found = [each for each in await call.vendor.endpoints() if _is_of(each, publication)]
    return JSONResponse({"data": [_described(each) for each in found[:limit]]})


async def get_webhook(call: Call) -> Response:
    """One webhook."""
    return JSONResponse({"data": _described(await _webhook(call))})


async def update_webhook(call: Call) -> Response:
    """Change of what it hears, or how it is described."""
    told, endpoint = read(call, Change), await _webhook(call)
    data = endpoint.data | {"updated": epoch(call.now)}
    if told.description is not None:
        data["description"] = told.description
    events = endpoint.events if told.event_types is None else tuple(told.event_types)
    changed = replace(endpoint, events=events, data=data)
    await call.records.put(ENDPOINT, changed.id, changed.document())
    return JSONResponse({"data": _described(changed)})


async def delete_webhook(call: Call) -> Response:
    """Tell there no more."""
    endpoint = await _webhook(call)
    await call.records.remove(ENDPOINT, endpoint.id)
    return Response(status_code=204)


async def _webhook(call: Call) -> Endpoint:
    publication = await the_publication(call)
    found = await call.records.get(ENDPOINT, call.parameters["id"])
    if found is None or not _is_of(Endpoint.of(found), publication):
        raise BeehiivError(404, "Webhook not found.")
    return Endpoint.of(found)


def _is_of(endpoint: Endpoint, publication: Document) -> bool:
    return bool(endpoint.data.get("publication_id", publication["id"]) == publication["id"])


def _described(endpoint: Endpoint) -> Document:
    every = EVENT_TYPES if "*" in endpoint.events else endpoint.events
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "created": endpoint.data.get("created", 0),
        "updated": endpoint.data.get("updated", 0),
        "event_types": list(every),
        "description": endpoint.data.get("description", ""),
    }
