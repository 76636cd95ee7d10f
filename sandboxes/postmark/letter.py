"""A kept mail as the letter that its reader gets: its headers, and what became of it."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, quote

from sandboxes.kit.letters import Event, Letter
from sandboxes.kit.records import Document

STRUCTURE = ("content-", "mime-")


def letter(mail: Document) -> Letter:
    """The mail as the inbox shows it."""
    return Letter(
        id=mail["MessageID"],
        at=mail["ReceivedAt"],
        sender=mail["From"],
        to=_bare(mail["To"]),
        cc=_bare(mail["Cc"]),
        bcc=_bare(mail["Bcc"]),
        subject=mail["Subject"] or "",
        text=mail["TextBody"] or "",
        html=mail["HtmlBody"] or "",
        headers=_headers(mail),
        stream=mail["MessageStream"],
        tag=mail["Tag"] or "",
        metadata=mail["Metadata"] or {},
        attachments=tuple(mail["Attachments"]),
        events=tuple(map(_event, mail["Events"])),
    )


def _event(kept: Document) -> Event:
    details = kept["Details"]
    said = details.get("Link") or details.get("DeliveryMessage") or details.get("Summary", "")
    return Event(kept["ReceivedAt"], kept["Type"], kept["Recipient"], said)


def _bare(addresses: list[Document]) -> tuple[str, ...]:
    return tuple(address["Email"] for address in addresses)


def _headers(mail: Document) -> tuple[tuple[str, str], ...]:
    """What Postmark writes, then what the sender asked for; a name given by both is the sender's,
    but for those that say how the message is built."""
    headers = {name.lower(): (name, value) for name, value in _own_headers(mail) if value}
    for header in mail["Headers"] or ():
        if not header["Name"].lower().startswith(STRUCTURE):
            headers[header["Name"].lower()] = (header["Name"], header["Value"])
    return tuple(headers.values())


def _own_headers(mail: Document) -> Iterator[tuple[str, str]]:
    yield "From", mail["From"]
    for field in ("To", "Cc"):
        yield field, ", ".join(_mailbox(each) for each in mail[field])
    yield "Reply-To", mail["ReplyTo"]
    yield "Subject", mail["Subject"]
    yield "Date", format_datetime(datetime.fromisoformat(mail["ReceivedAt"]))
    yield "Message-ID", f"<{mail['MessageID']}@mtasv.net>"
    yield "X-PM-Message-Id", mail["MessageID"]
    yield "X-PM-Tag", mail["Tag"]


def _mailbox(address: Document) -> str:
    name, email = address["Name"], address["Email"]
    return f'"{quote(name)}" <{email}>' if name else str(email)
