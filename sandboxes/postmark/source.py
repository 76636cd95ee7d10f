"""A kept mail as the raw message that would have gone over SMTP, readable as it stands."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, quote

from sandboxes.kit.records import Document

PARTS = (("plain", "TextBody"), ("html", "HtmlBody"))
STRUCTURE = ("content-", "mime-")


def source(mail: Document) -> str:
    """Headers and bodies as they were handed in, in UTF-8 (RFC 6532 allows that of headers too)."""
    bodies = [(kind, mail[field]) for kind, field in PARTS if mail[field]]
    boundary = f"=_{mail['MessageID']}"
    if len(bodies) == 1:
        return "\r\n".join([*_headers(mail), *_part(*bodies[0])])
    lines = [*_headers(mail), f'Content-Type: multipart/alternative; boundary="{boundary}"', ""]
    for kind, body in bodies:
        lines += [f"--{boundary}", *_part(kind, body)]
    return "\r\n".join([*lines, f"--{boundary}--", ""])


def _headers(mail: Document) -> list[str]:
    """What Postmark writes, then what the sender asked for; a name given by both is the sender's,
    but for those that say how the message is built."""
    headers = {name.lower(): (name, value) for name, value in _own_headers(mail) if value}
    for header in mail["Headers"] or ():
        if not header["Name"].lower().startswith(STRUCTURE):
            headers[header["Name"].lower()] = (header["Name"], header["Value"])
    return [f"{name}: {' '.join(value.split())}" for name, value in headers.values()]


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
    yield "MIME-Version", "1.0"


def _mailbox(address: Document) -> str:
    name, email = address["Name"], address["Email"]
    return f'"{quote(name)}" <{email}>' if name else str(email)


def _part(kind: str, body: str) -> list[str]:
    coding = "Content-Transfer-Encoding: 8bit"
    return [f"Content-Type: text/{kind}; charset=utf-8", coding, "", body]
