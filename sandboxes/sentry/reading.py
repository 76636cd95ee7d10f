"""An event as people read it: what its many historical forms have in common."""

from collections.abc import Mapping
from typing import Any

from sandboxes.kit.compression import BrokenBody, UnknownEncoding, whole
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import MIB, Call
from sandboxes.sentry.errors import SentryError

LARGEST = 20 * MIB


def decoded(call: Call) -> bytes:
    """The body of a call as it was before it was compressed; raises SentryError."""
    encoding = call.request.headers.get("content-encoding", "")
    try:
        return whole(call.body, encoding, LARGEST)
    except UnknownEncoding as unknown:
        words = f"sentry sandbox does not emulate {unknown}; send gzip, deflate or plain"
        raise SentryError(415, words) from unknown
    except BrokenBody as broken:
        raise SentryError(400, "failed to read request body", str(broken)) from broken


def exceptions(event: Document) -> list[Document]:
    """The exceptions of an event, the one that was raised last at the end."""
    return _values(event.get("exception"))


def frames(exception: Document) -> list[Document]:
    """The frames of an exception, the innermost at the end."""
    return _values(_mapping(exception.get("stacktrace")).get("frames"))


def breadcrumbs(event: Document) -> list[Document]:
    """What happened before, the latest at the end."""
    return _values(event.get("breadcrumbs"))


def message(event: Document) -> str:
    """What was said, with its parameters in it."""
    entry = event.get("logentry") or event.get("message") or ""
    if isinstance(entry, dict):
        entry = entry.get("formatted") or entry.get("message") or ""
    return str(entry)


def template(event: Document) -> str:
    """What was said, before its parameters were put in."""
    entry = event.get("logentry")
    said = entry.get("message") if isinstance(entry, dict) else None
    return str(said or message(event))


def title(event: Document) -> str:
    """The event in one line."""
    if raised := exceptions(event):
        value = str(raised[-1].get("value") or "").strip().partition("\n")[0]
        name = str(raised[-1].get("type") or "Error")
        return f"{name}: {value}" if value else name
    return message(event).strip().partition("\n")[0] or "(no message)"


def culprit(event: Document) -> str:
    """Where it happened: the transaction, or the innermost frame of the application's own."""
    if event.get("transaction"):
        return str(event["transaction"])
    all_ = [frame for each in exceptions(event)[-1:] for frame in frames(each)]
    own = [frame for frame in all_ if frame.get("in_app")] or all_
    if not own:
        return str(event.get("logger") or "")
    place = own[-1].get("module") or own[-1].get("filename") or "?"
    return f"{place} in {own[-1].get('function') or '?'}"


def level(event: Document) -> str:
    """How bad it is."""
    return str(event.get("level") or "error")


def tags(event: Document) -> dict[str, str]:
    """The tags, which clients send as an object or as pairs."""
    given = event.get("tags")
    pairs = [each for each in given if _is_pair(each)] if isinstance(given, list) else ()
    all_ = [*_mapping(given).items(), *pairs]
    return {str(name): str(value) for name, value in all_ if value is not None}


def trace_id(event: Document) -> str:
    """The trace that it belongs to; empty where it belongs to none."""
    trace = _mapping(_mapping(event.get("contexts")).get("trace"))
    return str(trace.get("trace_id") or "")


def described(event: Document, received_at: str) -> Document:
    """The event as it is listed for tests and shown to people."""
    return {
        "id": event.get("event_id"),
        "at": received_at,
        "title": title(event),
        "level": level(event),
        "message": message(event),
        "release": event.get("release"),
        "environment": event.get("environment"),
        "server": event.get("server_name"),
        "trace_id": trace_id(event),
        "tags": tags(event),
        "user": _mapping(event.get("user")),
        "request": _mapping(event.get("request")),
        "exceptions": [_exception(each) for each in exceptions(event)],
        "breadcrumbs": breadcrumbs(event),
        "contexts": _mapping(event.get("contexts")),
        "extra": _mapping(event.get("extra")),
    }


def _exception(exception: Document) -> Document:
    names = ("type", "value", "module", "mechanism")
    told = {name: exception.get(name) for name in names}
    return told | {"frames": [_frame(frame) for frame in frames(exception)]}


def _frame(frame: Document) -> Document:
    names = ("module", "function", "filename", "lineno", "in_app")
    told = {name: frame.get(name) for name in names}
    if frame.get("context_line") is None:
        return told | {"vars": _mapping(frame.get("vars"))}
    around = {name: _lines(frame.get(name)) for name in ("pre_context", "post_context")}
    line = {"context_line": str(frame["context_line"]), "vars": _mapping(frame.get("vars"))}
    return told | around | line


def _lines(given: Any) -> list[str]:
    return [str(line) for line in given] if isinstance(given, list) else []


def _mapping(given: Any) -> Document:
    """An object, or an empty one in the place of what is none; the relay drops that too."""
    return given if isinstance(given, dict) else {}


def _values(given: Any) -> list[Document]:
    """The objects in a list, or in the `values` of an object, or the object itself."""
    if isinstance(given, Mapping):
        given = given.get("values", [given])
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _is_pair(given: Any) -> bool:
    return isinstance(given, list) and len(given) == 2
