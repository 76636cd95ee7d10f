"""Documents as text and back: validated on the way in and on the way out."""

import json

from pydantic import ValidationError

from backend.schema import Document
from backend.store import D, DocumentDoesNotFit, IsOnlyAddedTo
from backend.store.fields import can_be_kept


def write(document: Document) -> str:
    """The document as JSON, proven to be readable again. Raises `DocumentDoesNotFit`."""
    text = document.model_dump_json(warnings=False)
    read(type(document), text)
    if "\\u0000" in text and not can_be_kept(str(json.loads(text))):
        raise DocumentDoesNotFit(document.collection, document.id, "a text holds a NUL")
    return text


def read(kind: type[D], text: str) -> D:
    """The document that was kept as this JSON. Raises `DocumentDoesNotFit`."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        identifier = str(json.loads(text).get("id", "?"))
        raise DocumentDoesNotFit(kind.collection, identifier, _first(error)) from error


def require_changeable(kind: type[Document]) -> None:
    """See that documents of this kind may be changed. Raises `IsOnlyAddedTo`."""
    if kind.only_added:
        raise IsOnlyAddedTo(kind.collection)


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, and where; never the value, which may be somebody's own."""
    found = error.errors(include_url=False, include_input=False)[0]
    return ": ".join(filter(None, (".".join(map(str, found["loc"])), found["msg"])))
