"""Sentry's envelope: a header, then items, each with a header of its own and a payload."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sandboxes.kit.records import Document


class EnvelopeIsBroken(Exception):
    """What came is no envelope; the sentence says where it ends to be one."""


@dataclass(frozen=True)
class Item:
    """One thing in an envelope."""

    header: Document
    payload: bytes

    @property
    def type(self) -> str:
        """Its kind, such as `event`."""
        return str(self.header["type"])

    def json(self) -> Document:
        """The payload as an object; raises EnvelopeIsBroken."""
        return _object(self.payload, f"the payload of the item '{self.type[:40]}'")


def read_header(body: bytes) -> Document:
    """The envelope's header; raises EnvelopeIsBroken."""
    return _object(body.partition(b"\n")[0], "the envelope's header")


def read_items(body: bytes) -> Iterator[Item]:
    """The items, in their order; raises EnvelopeIsBroken.

    A payload is as long as its header says, or ends with its line where the header says nothing.
    """
    rest = body.partition(b"\n")[2]
    while rest.strip():
        line, _, rest = rest.lstrip(b"\n").partition(b"\n")
        header = _object(line, "an item's header")
        if not isinstance(header.get("type"), str):
            raise EnvelopeIsBroken("an item's header has no type")
        length = header.get("length")
        if length is None:
            payload, _, rest = rest.partition(b"\n")
        elif type(length) is not int or not 0 <= length <= len(rest):
            raise EnvelopeIsBroken("an item's payload is shorter than its length")
        else:
            payload, rest = rest[:length], rest[length:]
            if rest and not rest.startswith(b"\n"):
                raise EnvelopeIsBroken("an item's payload is longer than its length")
        yield Item(header, payload)


def _object(text: bytes, what: str) -> Document:
    try:
        # Python's clients send NaN and Infinity, which JSON does not have; the relay drops them.
        found = json.loads(text, parse_constant=lambda _name: None)
    except (ValueError, RecursionError) as error:
        raise EnvelopeIsBroken(f"{what} is no JSON") from error
    if not isinstance(found, dict):
        raise EnvelopeIsBroken(f"{what} is no object")
    return found
