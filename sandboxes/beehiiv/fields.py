"""Custom fields: what a publication keeps of its subscribers besides their address.

See https://developers.beehiiv.com/api-reference/custom-fields.
"""

from datetime import date, datetime
from typing import Any, Literal
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from sandboxes.beehiiv.asking import Told, epoch, page_of, read
from sandboxes.beehiiv.errors import BeehiivError
from sandboxes.beehiiv.publications import the_publication
from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call

KIND = "custom_field"
MOST = 10_000
Kind = Literal["string", "integer", "boolean", "date", "datetime", "list", "double"]
Value = str | int | float | bool | list[str]


class NewField(Told):
    """A field to make."""

    kind: Kind
    display: str


class NewName(Told):
    """What a field shall be called."""

    display: str


class FieldValue(Told):
    """What a field shall hold for a subscription, or that it shall hold nothing any more."""

    name: str
    value: Value | None = None
    delete: bool = False


async def create_field(call: Call) -> Response:
    """Make a field."""
    publication, told = await the_publication(call), read(call, NewField)
    field: Document = {
        "id": str(uuid4()),
        "publication_id": publication["id"],
        "kind": told.kind,
        "display": told.display,
        "created": epoch(call.now),
    }
    async with call.records.exclusively(KIND) as records:
        await _check_name(records, field)
        await records.put(KIND, field["id"], field)
    return JSONResponse({"data": _described(field)})


async def list_fields(call: Call) -> Response:
    """All fields, in the order in which they were made."""
    publication = await the_publication(call)
    found = await fields_of(call.records, publication["id"])
    page, extent = page_of(call, list(found.values()))
    return JSONResponse({"data": [_described(field) for field in page]} | extent)


async def get_field(call: Call) -> Response:
    """One field."""
    return JSONResponse({"data": _described(await _field(call, call.records))})


async def update_field(call: Call) -> Response:
    """Call a field something else; what it holds stays."""
    told = read(call, NewName)
    async with call.records.exclusively(KIND) as records:
        field = await _field(call, records) | {"display": told.display}
        await _check_name(records, field)
        await records.put(KIND, field["id"], field)
    return JSONResponse({"data": _described(field)})


async def delete_field(call: Call) -> Response:
    """Forget a field, and with it what it held."""
    field = await _field(call, call.records)
    await call.records.remove(KIND, field["id"])
    return Response(status_code=204)


async def fields_of(records: Records, publication_id: str) -> dict[str, Document]:
    """The fields of a publication by their ids, the oldest first."""
    found = await records.find(KIND, {"publication_id": publication_id}, limit=MOST)
    return {field["id"]: field for field in reversed(found)}


def changed(held: Document, told: list[FieldValue], fields: dict[str, Document]) -> Document:
    """What a subscription holds, by the ids of fields, when it was told so; values for fields
    that there are none of are discarded."""
    by_name = {field["display"]: id_ for id_, field in fields.items()}
    after = dict(held)
    for each in told:
        id_ = by_name.get(each.name)
        if id_ and (each.delete or each.value is None):
            after.pop(id_, None)
        elif id_:
            after[id_] = each.value
    return after


def values(held: Document, fields: dict[str, Document]) -> list[Document]:
    """What a subscription holds, as the API lists it."""
    return [
        {"name": field["display"], "kind": field["kind"], "value": held[id_]}
        for id_, field in fields.items()
        if id_ in held
    ]


def formatted(value: Document) -> Document:
    """A value as webhooks tell it: days and moments in words, lists in one string."""
    return value | {"value": _formatted(value["kind"], value["value"])}


def _formatted(kind: str, value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(value)
    try:
        if kind == "date":
            day = date.fromisoformat(value)
            return f"{day:%b} {day.day}, {day.year}"
        if kind == "datetime":
            at = datetime.fromisoformat(value)
            return f"{at:%b} {at.day}, {at.year} {at.hour % 12 or 12}:{at:%M %p}"
    except (TypeError, ValueError):
        return value
    return value


async def _field(call: Call, records: Records) -> Document:
    publication = await the_publication(call)
    field = await records.get(KIND, call.parameters["id"])
    if field is None or field["publication_id"] != publication["id"]:
        raise BeehiivError(404, "Custom field not found.")
    return field


async def _check_name(records: Records, field: Document) -> None:
    if not field["display"].strip():
        raise BeehiivError(400, "display must not be empty.")
    there = await fields_of(records, field["publication_id"])
    if any(
        each["display"] == field["display"] for id_, each in there.items() if id_ != field["id"]
    ):
        raise BeehiivError(400, "display has already been taken.")


def _described(field: Document) -> Document:
    shown = {name: field[name] for name in ("id", "kind", "display", "created")}
    return shown | ({"options": []} if field["kind"] == "list" else {})
