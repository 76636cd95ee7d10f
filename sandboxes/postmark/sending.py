"""Sending: one mail, or a batch of which each mail is accepted or refused by itself."""

import re
from collections.abc import Awaitable, Callable
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Vendor
from sandboxes.postmark import fate, leaving
from sandboxes.postmark.access import only_validates
from sandboxes.postmark.asking import body, timestamp
from sandboxes.postmark.bounce_types import BY_NAME, COMPLAINT, HARD, BounceType
from sandboxes.postmark.errors import PostmarkError
from sandboxes.postmark.mail import Attachment, Mail, addresses, read_mail, recipients
from sandboxes.postmark.streams import OUTBOUND, handling, sending_stream
from sandboxes.postmark.suppressions import inactive

MOST_IN_A_BATCH = 500
# Postmark's own addresses for trying a bounce, one for each kind: what is sent there bounces at
# once. A complaint can not be tried so, and comes as a hard bounce.
BOUNCING = re.compile(r"(\w+)@bounce-testing\.postmarkapp\.com")
BOUNCE_HEADER = "x-pm-bounce-type"
ALL_INACTIVE = (
    "You tried to send to recipient(s) that have been marked as inactive. Found inactive"
    " addresses: {}. Inactive recipients are ones that have generated a hard bounce, a spam"
    " complaint, or a manual suppression."
)
SOME_INACTIVE = "Message OK, but will not deliver to these inactive addresses: {}."
Send = Callable[[Call, object], Awaitable[Document]]


async def send_email(call: Call) -> Response:
    """Take one mail and answer with a receipt."""
    return JSONResponse(await send(call, body(call)))


async def send_batch(call: Call) -> Response:
    """Take up to 500 mails and answer 200 with a receipt or a refusal for each, in their order."""
    return await send_each(call, body(call), send)


async def send_each(call: Call, batch: object, send_one: Send) -> Response:
    """Send each mail of a batch by itself; raises PostmarkError for what is no batch."""
    if not isinstance(batch, list):
        raise PostmarkError(403, "Invalid request field(s): a batch is an array of messages.")
    if len(batch) > MOST_IN_A_BATCH:
        words = f"You may only send up to {MOST_IN_A_BATCH} messages in a single batched request."
        raise PostmarkError(410, words)
    return JSONResponse([await _send_or_say_no(call, data, send_one) for data in batch])


async def _send_or_say_no(call: Call, data: object, send_one: Send) -> Document:
    try:
        return await send_one(call, data)
    except PostmarkError as error:
        return error.body


async def send(call: Call, data: object, fails: BounceType | None = None) -> Document:
    """Take one mail; its receipt. Raises PostmarkError for one that is refused; one that `fails`
    is taken, and bounces."""
    mail, message_id = read_mail(data), str(uuid4())
    stream = await sending_stream(call.records, mail.MessageStream or OUTBOUND)
    if only_validates(call):
        return _receipt(call, mail, message_id, "Test job accepted")
    off = await inactive(call.records, stream["ID"], recipients(mail))
    active = [address for address in recipients(mail) if address not in off]
    if not active:
        raise PostmarkError(406, ALL_INACTIVE.format(", ".join(off)))
    kept = _kept(call, mail, message_id, active) | {"MessageStream": stream["ID"]}
    if handling(stream) == "Postmark":
        leaving.offer(call, kept)
    async with call.vendor.exclusively(message_id) as vendor:
        for recipient in active:
            await _arrive(vendor, kept, recipient, fails or _bounces(kept, recipient))
        await vendor.records.put("mail", message_id, kept)
    words = SOME_INACTIVE.format(", ".join(off)) if off else "OK"
    return _receipt(call, mail, message_id, words)


async def _arrive(vendor: Vendor, mail: Document, recipient: str, as_: BounceType | None) -> None:
    if as_:
        await fate.bounce(vendor, mail, recipient, as_)
    else:
        await fate.deliver(vendor, mail, recipient)


def _bounces(mail: Document, recipient: str) -> BounceType | None:
    """The kind of bounce that a mail to Postmark's testing domain asks for."""
    trial = BOUNCING.fullmatch(recipient)
    if not trial:
        return None
    headers = {each["Name"].lower(): each["Value"] for each in mail["Headers"] or ()}
    wanted = str(headers.get(BOUNCE_HEADER, trial[1])).replace("_", "").lower()
    kind = BY_NAME.get(wanted, HARD)
    return HARD if kind == COMPLAINT else kind


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
        "Sender": addresses(mail, "From")[0].Email.lower(),
        "To": [address.model_dump() for address in addresses(mail, "To")],
        "Cc": [address.model_dump() for address in addresses(mail, "Cc")],
        "Bcc": [address.model_dump() for address in addresses(mail, "Bcc")],
        "Recipients": active,
        "Attachments": [_outline(attachment) for attachment in mail.Attachments or ()],
        "Events": [],
    }


def _outline(attachment: Attachment) -> Document:
    size = len(attachment.Content) * 3 // 4 - attachment.Content[-2:].count("=")
    return attachment.model_dump(exclude={"Content"}) | {"ContentLength": size}
