"""Message streams: the three that a server is born with, and those that are made.

See https://postmarkapp.com/developer/api/message-streams-api.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call
from sandboxes.postmark.asking import body, query, timestamp
from sandboxes.postmark.errors import PostmarkError
from sandboxes.postmark.server import SERVER_ID

KIND = "stream"
OUTBOUND = "outbound"
MOST = 10
KEPT = timedelta(days=45)
TYPES = ("Transactional", "Broadcasts", "Inbound")
HANDLING = {"none": "None", "postmark": "Postmark", "custom": "Custom"}
UNFIT = {"Broadcasts": "None"}
ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,29}")
NO_TYPE = "The 'MessageStreamType' associated with this request was invalid."
HTML = re.compile(r"<[^>]+>")


def _born(id_: str, type_: str, name: str) -> Document:
    return _stream(id_, name, None, type_, "2026-01-01T00:00:00.0000000Z")


def _stream(id_: str, name: str, description: str | None, type_: str, created: str) -> Document:
    return {
        "ID": id_,
        "ServerID": SERVER_ID,
        "Name": name,
        "Description": description,
        "MessageStreamType": type_,
        "CreatedAt": created,
        "UpdatedAt": None,
        "ArchivedAt": None,
        "ExpectedPurgeDate": None,
        "SubscriptionManagementConfiguration": {
            "UnsubscribeHandlingType": "Postmark" if type_ == "Broadcasts" else "None"
        },
    }


BORN = {
    stream["ID"]: stream
    for stream in (
        _born(OUTBOUND, "Transactional", "Default Transactional Stream"),
        _born("inbound", "Inbound", "Default Inbound Stream"),
        _born("broadcast", "Broadcasts", "Default Broadcast Stream"),
    )
}


async def find_stream(records: Records, id_: str) -> Document | None:
    """A stream of the server, archived ones too."""
    return await records.get(KIND, id_) or BORN.get(id_)


async def the_stream(records: Records, id_: str) -> Document:
    """A stream of the server; raises PostmarkError where there is none."""
    stream = await find_stream(records, id_)
    if stream is None:
        raise PostmarkError(1226, "The message stream for the provided 'ID' was not found.")
    return stream


async def sending_stream(records: Records, id_: str) -> Document:
    """The stream to send on; raises PostmarkError where there is none, or none for sending."""
    stream = await find_stream(records, id_)
    if stream is None or stream["ArchivedAt"]:
        words = f"The stream provided: '{id_[:100]}' does not exist on this server."
        raise PostmarkError(1235, words)
    if stream["MessageStreamType"] == "Inbound":
        raise PostmarkError(1236, "Sending is not supported for this stream type.")
    return stream


def handling(stream: Document) -> str:
    """Who lets recipients of the stream unsubscribe: None, Postmark or Custom."""
    return str(stream["SubscriptionManagementConfiguration"]["UnsubscribeHandlingType"])


async def list_streams(call: Call) -> Response:
    """Of one type or all, archived ones only where they are asked for."""
    asked = query(call)
    wanted = asked.get("messagestreamtype", "all").title()
    if wanted not in {"All", *TYPES}:
        raise PostmarkError(1221, NO_TYPE)
    archived = asked.get("includearchivedstreams", "").lower() == "true"
    found = [
        stream
        for stream in await _all(call.records)
        if wanted in {"All", stream["MessageStreamType"]} and (archived or not stream["ArchivedAt"])
    ]
    return JSONResponse({"MessageStreams": found, "TotalCount": len(found)})


async def get_stream(call: Call) -> Response:
    """One stream."""
    return JSONResponse(await the_stream(call.records, call.parameters["id"]))


async def create_stream(call: Call) -> Response:
    """Make a stream for sending."""
    told = _told(body(call))
    id_, type_ = str(told.get("ID") or ""), str(told.get("MessageStreamType") or "").title()
    name = _name(told.get("Name"))
    description = _description(told.get("Description"))
    if type_ not in TYPES:
        raise PostmarkError(1221, NO_TYPE)
    if type_ == "Inbound":
        raise PostmarkError(1228, "A server can only have one inbound stream.")
    _check_id(id_)
    stream = _stream(id_, name, description, type_, timestamp(call.now))
    _set_handling(stream, told)
    async with call.records.exclusively(KIND) as records:
        if await find_stream(records, id_):
            raise PostmarkError(1230, "The 'ID' provided already exists for this server.")
        if len(await _all(records)) >= MOST:
            words = "You have reached the maximum number of message streams for this server."
            raise PostmarkError(1225, words)
        await records.put(KIND, id_, stream)
    return JSONResponse(stream)


async def edit_stream(call: Call) -> Response:
    """Change name, description or who handles unsubscribing; what is not told stays."""
    told = _told(body(call))
    async with call.records.exclusively(KIND) as records:
        stream = dict(await the_stream(records, call.parameters["id"]))
        if "Name" in told:
            stream["Name"] = _name(told["Name"])
        if "Description" in told:
            stream["Description"] = _description(told["Description"])
        _set_handling(stream, told)
        stream["UpdatedAt"] = timestamp(call.now)
        await records.put(KIND, stream["ID"], stream)
    return JSONResponse(stream)


async def archive_stream(call: Call) -> Response:
    """Close a stream; it can be opened again for 45 days."""
    async with call.records.exclusively(KIND) as records:
        stream = dict(await the_stream(records, call.parameters["id"]))
        if stream["ID"] in {OUTBOUND, "inbound"}:
            words = "You cannot archive the default transactional and inbound streams."
            raise PostmarkError(1229, words)
        stream["ArchivedAt"] = stream["ArchivedAt"] or timestamp(call.now)
        until = datetime.fromisoformat(stream["ArchivedAt"]) + KEPT
        stream["ExpectedPurgeDate"] = timestamp(until)
        await records.put(KIND, stream["ID"], stream)
    return JSONResponse({name: stream[name] for name in ("ID", "ServerID", "ExpectedPurgeDate")})


async def unarchive_stream(call: Call) -> Response:
    """Open a closed stream again."""
    async with call.records.exclusively(KIND) as records:
        stream = dict(await the_stream(records, call.parameters["id"]))
        purged = stream["ExpectedPurgeDate"]
        if purged and datetime.fromisoformat(purged) <= call.now:
            raise PostmarkError(1232, "You cannot unarchive this message stream anymore.")
        stream |= {"ArchivedAt": None, "ExpectedPurgeDate": None}
        await records.put(KIND, stream["ID"], stream)
    return JSONResponse(stream)


async def _all(records: Records) -> list[Document]:
    kept = {stream["ID"]: stream for stream in reversed(await records.find(KIND))}
    return list((BORN | kept).values())


def _told(told: Any) -> Document:
    if not isinstance(told, dict):
        raise PostmarkError(403, "Invalid request field(s): a message stream is an object.")
    return told


def _check_id(id_: str) -> None:
    if not id_:
        raise PostmarkError(1222, "A valid 'ID' must be provided.")
    if id_.lower().startswith("pm-"):
        raise PostmarkError(1233, "The 'ID' must not start with the 'pm-' prefix.")
    if not ID.fullmatch(id_):
        words = "The 'ID' must be a non-empty string starting with a letter, up to 30 characters."
        raise PostmarkError(1227, words)
    if id_.lower() == "all":
        raise PostmarkError(1237, "The 'ID' is reserved.")


def _name(name: Any) -> str:
    if not (isinstance(name, str) and name.strip()):
        raise PostmarkError(1223, "A valid 'Name' must be provided.")
    if len(name) > 100:
        raise PostmarkError(1224, "The 'Name' is too long.")
    return name


def _description(description: Any) -> str | None:
    if not isinstance(description, str | None):
        raise PostmarkError(403, "Invalid request field(s): 'Description'.")
    if description and len(description) > 1000:
        raise PostmarkError(1231, "The 'Description' is too long.")
    if description and HTML.search(description):
        raise PostmarkError(1234, "The 'Description' must not contain HTML tags.")
    return description


def _set_handling(stream: Document, told: Document) -> None:
    """Take over who handles unsubscribing; a broadcast must let people leave."""
    wanted = (told.get("SubscriptionManagementConfiguration") or {}).get("UnsubscribeHandlingType")
    if wanted is None:
        return
    type_ = HANDLING.get(str(wanted).lower())
    if type_ is None:
        words = "The 'UnsubscribeHandlingType' associated with this request is invalid."
        raise PostmarkError(1240, words)
    if type_ == UNFIT.get(stream["MessageStreamType"]):
        words = "The 'UnsubscribeHandlingType' provided is not supported for this stream type."
        raise PostmarkError(1239, words)
    stream["SubscriptionManagementConfiguration"] = {"UnsubscribeHandlingType": type_}
