"""What was sent: searched, in detail, and as the raw message.

Where Postmark's contract and its documentation disagree, the documentation is followed, as it is
the newer: `Attachments` are names and not objects, `Name` may be null, and every message has
`MessageStream`, `Metadata` and `Sandboxed`.
"""

from typing import Any

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.kit.source import source
from sandboxes.postmark.asking import only, page, query
from sandboxes.postmark.errors import PostmarkError
from sandboxes.postmark.letter import letter

SENT = frozenset({"sent", "processed"})
FILTERS = frozenset({"recipient", "fromemail", "tag", "subject", "status", "messagestream"})


async def search_messages(call: Call) -> Response:
    """The newest first."""
    asked = query(call)
    asked_for = page(asked, 700)
    only(asked, FILTERS, "search")
    like = _like(asked)
    found = await call.records.find("mail", like, limit=asked_for.count, offset=asked_for.offset)
    total = await call.records.count("mail", like)
    return JSONResponse({"TotalCount": total, "Messages": [_outline(mail) for mail in found]})


async def message_details(call: Call) -> Response:
    """One message with its bodies and with what became of it."""
    mail = await _mail(call)
    return JSONResponse(
        _outline(mail)
        | {
            "TextBody": mail["TextBody"] or "",
            "HtmlBody": mail["HtmlBody"] or "",
            "Body": source(letter(mail)),
            "MessageEvents": mail["Events"],
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


def _like(asked: dict[str, str]) -> Document:
    """What a message must contain to be found."""
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
