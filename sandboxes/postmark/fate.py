"""What becomes of a mail at its recipients' end: delivered, bounced, complained of, opened,
clicked, left. Each is written into the mail, kept where the API finds it, and told by webhook.

These change the mail that they are given; who calls them keeps it, in the same transaction.
"""

from secrets import randbelow

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.kit.source import source
from sandboxes.postmark import notices
from sandboxes.postmark.asking import timestamp
from sandboxes.postmark.bounce_types import COMPLAINT, KIND, BounceType
from sandboxes.postmark.letter import letter
from sandboxes.postmark.server import SERVER_ID
from sandboxes.postmark.suppressions import suppress

OPENS, CLICKS = "open", "click"
TAKEN = "250 2.0.0 kept in the inbox of the sandbox"
REFUSED = "smtp;550 5.1.1 refused in the sandbox, as it was told to be"
READER = {
    "Client": {"Name": "Inbox of the sandbox", "Company": "Sandbox", "Family": "Sandbox"},
    "OS": {"Name": "Sandbox", "Company": "Sandbox", "Family": "Sandbox"},
    "Platform": "Desktop",
    "UserAgent": "Mozilla/5.0 (compatible; sandbox)",
    "Geo": {"IP": "127.0.0.1"},
}


async def deliver(vendor: Vendor, mail: Document, recipient: str) -> None:
    """The recipient's server takes the mail."""
    server = {"DestinationServer": "sandbox", "DestinationIP": "127.0.0.1"}
    at = _happen(vendor, mail, recipient, "Delivered", {"DeliveryMessage": TAKEN} | server)
    await notices.tell(vendor, notices.delivery(mail, recipient, at, TAKEN))


async def bounce(vendor: Vendor, mail: Document, recipient: str, kind: BounceType) -> Document:
    """The mail comes back, or somebody complains of it; the bounce as the API has it."""
    is_complaint = kind == COMPLAINT
    id_ = 100_000_000 + randbelow(900_000_000)
    details = {"Summary": REFUSED, "BounceID": str(id_)}
    at = _happen(vendor, mail, recipient, "Bounced", details)
    kept = notices.about(mail, "SpamComplaint" if is_complaint else "Bounce") | {
        "ID": id_,
        "Type": kind.type,
        "TypeCode": kind.code,
        "Name": kind.name,
        "ServerID": SERVER_ID,
        "Description": kind.description,
        "Details": "" if is_complaint else REFUSED,
        "Email": recipient,
        "From": mail["Sender"],
        "BouncedAt": at,
        "DumpAvailable": True,
        "Inactive": kind.deactivates,
        "CanActivate": kind.deactivates and not is_complaint,
        "Subject": mail["Subject"] or "",
    }
    await vendor.records.put(KIND, str(id_), kept)
    await notices.tell(vendor, kept, source(letter(mail)))
    if kind.deactivates:
        reason = "SpamComplaint" if is_complaint else "HardBounce"
        await suppress(vendor, mail["MessageStream"], recipient, reason, mail)
    return kept


async def open_(vendor: Vendor, mail: Document, recipient: str) -> Document:
    """The recipient opens the mail, whose opening is tracked; only the first is kept."""
    like = {"MessageID": mail["MessageID"], "Recipient": recipient}
    is_first = not await vendor.records.count(OPENS, like)
    at = _happen(vendor, mail, recipient, "Opened", {"Summary": "Email opened in the sandbox"})
    own = {"FirstOpen": is_first, "ReadSeconds": 5, "ReceivedAt": at, "Recipient": recipient}
    opened = notices.about(mail, "Open") | own | READER
    if is_first:
        await vendor.records.put(OPENS, f"{mail['MessageID']} {recipient}", opened)
    await notices.tell(vendor, opened)
    return opened


async def click(vendor: Vendor, mail: Document, recipient: str, link: str) -> Document:
    """The recipient follows a link that is tracked; the first time on each counts."""
    where = "HTML" if link in (mail["HtmlBody"] or "").replace("&amp;", "&") else "Text"
    id_ = f"{mail['MessageID']} {recipient} {link}"
    kept = await vendor.records.get(CLICKS, id_)
    if kept:
        return kept
    told = {"Summary": "Link clicked in the sandbox", "Link": link, "ClickLocation": where}
    at = _happen(vendor, mail, recipient, "LinkClicked", told)
    own = {"ClickLocation": where, "OriginalLink": link, "ReceivedAt": at, "Recipient": recipient}
    clicked = notices.about(mail, "Click") | own | READER
    await vendor.records.put(CLICKS, id_, clicked)
    await notices.tell(vendor, clicked)
    return clicked


async def leave(vendor: Vendor, mail: Document, recipient: str) -> None:
    """The recipient unsubscribes from the stream of the mail."""
    told = {"Summary": "Unsubscribed", "Origin": "Recipient", "SuppressSending": "True"}
    _happen(vendor, mail, recipient, "SubscriptionChanged", told)
    await suppress(vendor, mail["MessageStream"], recipient, "ManualSuppression", mail)


def _happen(vendor: Vendor, mail: Document, recipient: str, what: str, details: Document) -> str:
    at = timestamp(vendor.clock.now())
    event = {"Recipient": recipient, "Type": what, "ReceivedAt": at, "Details": details}
    mail["Events"].append(event)
    return at
