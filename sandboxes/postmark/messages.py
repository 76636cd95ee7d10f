"""What was sent: searched, in detail, and as the raw message.

Where Postmark's contract and its documentation disagree, the documentation is followed, as it is
the newer: `Attachments` are names and not objects, `Name` may be null, and every message has
`MessageStream`, `Metadata` and `Sandboxed`.
"""

from typing import Any

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Refused
from sandboxes.kit.source import source
from sandboxes.postmark.errors import PostmarkError, as_status
from sandboxes.postmark.letter import letter

MOST_AT_ONCE = 500
MOST_IN_ALL = 10_000
SENT = frozenset({"sent", "processed"})
FILTERS = frozenset({"recipient", "fromemail", "tag", "subject", "status", "messagestream"})


async def search_messages(call: Call) -> Response:
    """Newest first. Parameters' names are folded: Postmark's own libraries spell them both ways."""
    asked = {name.lower(): value for name, value in call.request.query_params.items() if value}
    count, offset = _number(asked, "count"), _number(asked, "offset")
    if count > MOST_AT_ONCE or count + offset > MOST_IN_ALL:
        words = f"'count' may be {MOST_AT_ONCE} at most, and with 'offset' {MOST_IN_ALL}."
        raise PostmarkError(700, words)
    like = _like(asked)
    found = await call.records.find("mail", like, limit=count, offset=offset)
    total = await call.records.count("mail", like)
    return JSONResponse({"TotalCount": total, "Messages": [_outline(mail) for mail in found]})


async def message_details(call: Call) -> Response:
    """One message with its bodies and with what became of it: it was delivered, at once."""
    mail = await _mail(call)
    return JSONResponse(
        _outline(mail)
        | {
            "TextBody": mail["TextBody"] or "",
            "HtmlBody": mail["HtmlBody"] or "",
            "Body": source(letter(mail)),
            "MessageEvents": [_delivery(mail, recipient) for recipient in mail["Recipients"]],
        }
    )


async def message_dump(call: Call) -> Response:
    """One message as it would have gone over SMTP."""
    return JSONResponse({"Body": source(letter(await _mail(call)))})


async def _mail(call: Call) -> Document:
    mail = await call.records.get("mail", call.parameters["id"].lower())
    if mail is None:
        raise PostmarkError(701, "This message was not found.")
    return mail


def _number(asked: dict[str, str], name: str) -> int:
    value = asked.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise PostmarkError(700, f"Parameter '{name}' is required and must be a number from 0 up.")
    return int(value)


def _like(asked: dict[str, str]) -> Document:
    """What a message must contain to be found; raises Refused for a filter unknown here."""
    unknown = asked.keys() - FILTERS - {"count", "offset"}
    if unknown:
        words = f"postmark sandbox does not emulate the filter '{min(unknown)}' of this search"
        raise Refused(as_status(501, f"{words}; see docs/sandboxes.md"))
    like: dict[str, Any] = {"MessageStream": asked.get("messagestream", "outbound")}
    # Nothing waits here, so that nothing is found of a message that is still queued.
    like |= {} if asked.get("status", "sent").lower() in SENT else {"Status": asked["status"]}
    like |= {"Recipients": [asked["recipient"].lower()]} if "recipient" in asked else {}
    like |= {"Sender": asked["fromemail"].lower()} if "fromemail" in asked else {}
    return like | {name.title(): asked[name] for name in ("tag", "subject") if name in asked}


def _outline(mail: Document) -> Document:
    """A message as a search lists it."""
    return {
        "Tag": mail["Tag"] or "",
        "MessageID": mail["MessageID"],
        "MessageStream": mail["MessageStream"],
        "To": mail["To"],
        "Cc": mail["Cc"],
        "Bcc": mail["Bcc"],
        "Recipients": mail["Recipients"],
        "ReceivedAt": mail["ReceivedAt"],
        "From": mail["From"],
        "Subject": mail["Subject"] or "",
        "Attachments": [attachment["Name"] for attachment in mail["Attachments"]],
        "Status": "Sent",
        "TrackOpens": bool(mail["TrackOpens"] and mail["HtmlBody"]),
        "TrackLinks": mail["TrackLinks"] or "None",
        "Metadata": mail["Metadata"] or {},
        "Sandboxed": True,
    }


def _delivery(mail: Document, recipient: str) -> Document:
    return {
        "Recipient": recipient,
        "Type": "Delivered",
        "ReceivedAt": mail["ReceivedAt"],
        "Details": {
            "DeliveryMessage": "250 2.0.0 kept in the inbox of the sandbox",
            "DestinationServer": "sandbox",
            "DestinationIP": "127.0.0.1",
        },
    }
