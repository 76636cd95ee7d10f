"""What clients send: whole envelopes, or single events as older clients do."""

from uuid import uuid4

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.sentry.envelopes import EnvelopeIsBroken, Item, read_header, read_items
from sandboxes.sentry.errors import SentryError
from sandboxes.sentry.issues import keep_event
from sandboxes.sentry.reading import decoded, trace_id

KEPT = 500
PLAIN = frozenset({"session", "sessions", "check_in", "client_report", "feedback", "user_report"})
"""Items that are kept as they are."""
OTHER = "other_item"
"""All that are not named anywhere here, such as attachments; only header and size are kept."""


async def store_envelope(call: Call) -> Response:
    """Take an envelope and answer with its id, where it has one; raises SentryError."""
    body = decoded(call)
    if not body:
        raise SentryError(400, "empty request body")
    try:
        header, items = read_header(body), list(read_items(body))
        id_ = _id(header.get("event_id"))
        for item in items:
            id_ = await _keep(call, item, id_) or id_
    except EnvelopeIsBroken as broken:
        raise SentryError(400, "invalid event envelope", str(broken)) from broken
    return JSONResponse({"id": id_} if id_ else {})


async def store_event(call: Call) -> Response:
    """Take one event, and answer with its id; raises SentryError."""
    try:
        event = Item({"type": "event"}, decoded(call)).json()
    except EnvelopeIsBroken as broken:
        raise SentryError(400, "invalid event data", str(broken)) from broken
    return JSONResponse({"id": await _keep_event(call, event, None)})


async def _keep(call: Call, item: Item, id_: str | None) -> str | None:
    """Keep an item of an envelope; returns the id of an event or a transaction."""
    match item.type:
        case "event":
            return await _keep_event(call, item.json(), id_)
        case "transaction":
            return await _keep_transaction(call, item.json(), id_)
        case "log":
            logs = item.json().get("items")
            for log in logs if isinstance(logs, list) else ():
                await _put(call, "log", log if isinstance(log, dict) else {"body": log})
        case kind if kind in PLAIN:
            await _put(call, kind, item.json())
        case kind:
            told = {"event_id": id_, "type": kind[:40], "bytes": len(item.payload)}
            await _put(call, OTHER, item.header | told)
    return None


async def _keep_event(call: Call, event: Document, id_: str | None) -> str:
    named = _id(event.get("event_id")) or id_ or uuid4().hex
    await keep_event(call, event | {"event_id": named})
    return named


async def _keep_transaction(call: Call, event: Document, id_: str | None) -> str:
    named = _id(event.get("event_id")) or id_ or uuid4().hex
    names = ("transaction", "start_timestamp", "timestamp", "release", "environment")
    told = {name: event.get(name) for name in names}
    spans = event.get("spans")
    counted = {"trace_id": trace_id(event), "spans": len(spans) if isinstance(spans, list) else 0}
    await _put(call, "transaction", told | counted, named)
    return named


async def _put(call: Call, kind: str, data: Document, id_: str | None = None) -> None:
    named = id_ or uuid4().hex
    await call.records.put(kind, named, {"at": call.now.isoformat()} | data | {"id": named})
    await call.records.keep_newest(kind, KEPT)


def _id(given: object) -> str | None:
    """An event's id as Sentry writes it: without dashes."""
    return str(given).replace("-", "").lower()[:32] if given else None
