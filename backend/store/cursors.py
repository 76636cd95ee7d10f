"""Cursors: a place in an order of documents, as text that means nothing to those who carry it."""

from base64 import b64decode, urlsafe_b64encode
from hashlib import blake2s
from json import dumps, loads
from typing import Any, NamedTuple

from backend.schema import Document
from backend.store import CursorIsInvalid
from backend.store.fields import LEAST, MOST, FieldType, Value, can_be_kept, field_type, written

_MARK = 6


class Place(NamedTuple):
    """A document's place: what it holds in the field that orders, and its id."""

    value: Value
    identifier: str


def cursor(order: str, document: Document) -> str:
    """The cursor that asks for the documents after this one in the order."""
    field = order.removeprefix("-")
    place = [written(type(document), field, getattr(document, field)), document.id]
    payload = dumps(place, ensure_ascii=False, separators=(",", ":")).encode()
    marked = _mark(type(document), order, payload) + payload
    return urlsafe_b64encode(marked).decode().rstrip("=")


def place(kind: type[Document], order: str, text: str) -> Place:
    """The place that a cursor names. Raises `CursorIsInvalid` unless it is of this order."""
    refusal = CursorIsInvalid(f"{text[:40]!r} is no cursor of {kind.collection} by {order}")
    try:
        marked = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        mark, payload = marked[:_MARK], marked[_MARK:]
        found = Place(*loads(payload))
    except (ValueError, TypeError) as error:
        raise refusal from error
    known = field_type(kind, order.removeprefix("-"))
    identified = isinstance(found.identifier, str) and can_be_kept(found.identifier)
    if mark != _mark(kind, order, payload) or not (identified and _fits(known, found.value)):
        raise refusal
    return found


def _mark(kind: type[Document], order: str, payload: bytes) -> bytes:
    # Not a signature: whoever forges a cursor names a place, and sees no more than from any other.
    listing = f"{kind.collection} {order}\n".encode()
    return blake2s(listing + payload, digest_size=_MARK).digest()


def _fits(known: FieldType, value: Any) -> bool:
    """Whether a forged cursor, too, names something that compares with the field."""
    if value is None:
        return True
    if known is FieldType.number:
        return type(value) is int and LEAST <= value <= MOST
    if known is FieldType.truth:
        return type(value) is bool
    return isinstance(value, str) and can_be_kept(value)
