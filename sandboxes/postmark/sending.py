"""Sending: one mail, or a batch of which each mail is accepted or refused by itself."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.postmark.access import only_validates
from sandboxes.postmark.errors import PostmarkError
from sandboxes.postmark.mail import Attachment, Mail, addresses, read_mail, recipients

MOST_IN_A_BATCH = 500
JSON_TYPES = frozenset({"application/json", "text/json", "text/x-json"})
# Postmark's own address for trying a bounce: the first mail to it bounces, and from then on it is
# inactive. The other kinds of bounce that this domain offers there do nothing here.
BOUNCING = re.compile(r"hard_?bounce@bounce-testing\.postmarkapp\.com")
ALL_INACTIVE = (
    "You tried to send to recipient(s) that have been marked as inactive. Found inactive"
    " addresses: {}. Inactive recipients are ones that have generated a hard bounce, a spam"
    " complaint, or a manual suppression."
)
SOME_INACTIVE = "Message OK, but will not deliver to these inactive addresses: {}."


async def send_email(call: Call) -> Response:
    """Take one mail and answer with a receipt."""
    return JSONResponse(await _send(call, _json(call)))


async def send_batch(call: Call) -> Response:
    """Take up to 500 mails and answer 200 with a receipt or a refusal for each, in their order."""
    batch = _json(call)
    if not isinstance(batch, list):
        raise PostmarkError(403, "Invalid request field(s): a batch is an array of messages.")
    if len(batch) > MOST_IN_A_BATCH:
        words = f"You may only send up to {MOST_IN_A_BATCH} messages in a single batched request."
        raise PostmarkError(410, words)
    return JSONResponse([await _send_or_say_no(call, data) for data in batch])


def _json(call: Call) -> Any:
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in JSON_TYPES:
        words = f"The Content-Type header must be one of {', '.join(sorted(JSON_TYPES))}."
        raise PostmarkError(409, words, 415)
    try:
        return call.json()
    except ValueError as error:
        raise PostmarkError(402, "Invalid JSON.") from error


async def _send_or_say_no(call: Call, data: object) -> Document:
    try:
        return await _send(call, data)
    except PostmarkError as error:
        return error.body


async def _send(call: Call, data: object) -> Document:
    mail, message_id = read_mail(data), str(uuid4())
    if only_validates(call):
        return _receipt(call, mail, message_id, "Test job accepted")
    inactive = await _inactive(call, mail)
    active = [address for address in recipients(mail) if address not in inactive]
    if not active:
        raise PostmarkError(406, ALL_INACTIVE.format(", ".join(inactive)))
    await call.records.put("mail", message_id, _kept(call, mail, message_id, active))
    await _bounce(call, mail, active)
    words = SOME_INACTIVE.format(", ".join(inactive)) if inactive else "OK"
    return _receipt(call, mail, message_id, words)


def _receipt(call: Call, mail: Mail, message_id: str, words: str) -> Document:
    return {
        "To": mail.To,
        "SubmittedAt": timestamp(call.now),
        "MessageID": message_id,
        "ErrorCode": 0,
        "Message": words,
    }


def _kept(call: Call, mail: Mail, message_id: str, active: list[str]) -> Document:
    """The mail as it is remembered; of an attachment its size, since nobody is ever sent it."""
    return mail.model_dump() | {
        "MessageID": message_id,
        "ReceivedAt": timestamp(call.now),
        "MessageStream": _stream(mail),
        "Sender": addresses(mail, "From")[0].Email.lower(),
        "To": [address.model_dump() for address in addresses(mail, "To")],
        "Cc": [address.model_dump() for address in addresses(mail, "Cc")],
        "Bcc": [address.model_dump() for address in addresses(mail, "Bcc")],
        "Recipients": active,
        "Attachments": [_outline(attachment) for attachment in mail.Attachments or ()],
    }


def _outline(attachment: Attachment) -> Document:
    size = len(attachment.Content) * 3 // 4 - attachment.Content[-2:].count("=")
    return attachment.model_dump(exclude={"Content"}) | {"ContentLength": size}


async def _inactive(call: Call, mail: Mail) -> list[str]:
    """The recipients that the stream does not deliver to any more."""
    like = {"MessageStream": _stream(mail)}
    suppressed = await call.records.find("suppression", like, limit=10_000)
    addresses_off = {each["EmailAddress"] for each in suppressed}
    return [address for address in recipients(mail) if address in addresses_off]


async def _bounce(call: Call, mail: Mail, active: list[str]) -> None:
    for address in filter(BOUNCING.fullmatch, active):
        suppression = {
            "EmailAddress": address,
            "MessageStream": _stream(mail),
            "SuppressionReason": "HardBounce",
            "Origin": "Recipient",
            "CreatedAt": timestamp(call.now),
        }
        await call.records.put("suppression", f"{_stream(mail)} {address}", suppression)


def _stream(mail: Mail) -> str:
    return mail.MessageStream or "outbound"


def timestamp(moment: datetime) -> str:
    """A moment as Postmark writes it: seven digits of a second."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0Z"
