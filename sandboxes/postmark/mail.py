"""What Postmark takes for a mail: the fields of `POST /email` and the rules they must keep.

Names are those of the wire. The contract knows neither Metadata nor MessageStream; the
documentation does, and is followed.
"""

import base64
import binascii
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from sandboxes.postmark.addresses import Address, read_addresses
from sandboxes.postmark.errors import PostmarkError

MOST_RECIPIENTS = 50
LONGEST = {"From": 255, "Subject": 2000, "Tag": 1000}
FORBIDDEN = re.compile(
    r".*\.(bat|bin|chm|com|cpl|crt|exe|hlp|hta|inf|ins|isp|jse|lnk|mdb|msc|msi|msp|mst|pcd|pif|reg"
    r"|scr|sct|shs|vba|vbe|vbs|wsf|wsh|wsl)",
    re.IGNORECASE | re.DOTALL,
)
HEADER_NAME = re.compile(r"[!-9;-~]{1,100}")


def _base64(value: str) -> str:
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    return value


class Strict(BaseModel):
    """Types as they are written: "true" is no boolean here."""

    model_config = ConfigDict(strict=True)


class Header(Strict):
    """A header that the sender adds."""

    Name: str
    Value: str


class Attachment(Strict):
    """A file that goes along; its content is in base64."""

    Name: str
    Content: Annotated[str, AfterValidator(_base64)]
    ContentType: str
    ContentID: str | None = None


class Mail(Strict):
    """A mail as it was handed in, of the right types; unknown fields are ignored, as there."""

    From: str | None = None
    To: str | None = None
    Cc: str | None = None
    Bcc: str | None = None
    ReplyTo: str | None = None
    Subject: str | None = None
    HtmlBody: str | None = None
    TextBody: str | None = None
    Tag: str | None = None
    Metadata: dict[str, str] | None = None
    Headers: list[Header] | None = None
    Attachments: list[Attachment] | None = None
    MessageStream: str | None = None
    TrackOpens: bool | None = None
    TrackLinks: Literal["None", "HtmlAndText", "HtmlOnly", "TextOnly", ""] | None = None


Field = Literal["From", "To", "Cc", "Bcc", "ReplyTo"]


def addresses(mail: Mail, field: Field) -> list[Address]:
    """The addresses in a field; raises PostmarkError for what is none."""
    value: str = getattr(mail, field) or ""
    try:
        return read_addresses(value)
    except ValueError as error:
        raise PostmarkError(300, f"Invalid '{field}' address: '{value[:200]}'.") from error


def recipients(mail: Mail) -> list[str]:
    """Everybody who shall get the mail, once, in lower case, as Postmark compares addresses."""
    everybody = addresses(mail, "To") + addresses(mail, "Cc") + addresses(mail, "Bcc")
    return list(dict.fromkeys(address.Email.lower() for address in everybody))


def _has_one_sender(mail: Mail) -> None:
    if len(addresses(mail, "From")) != 1:
        raise PostmarkError(300, f"Invalid 'From' address: '{(mail.From or '')[:200]}'.")


def _has_recipients(mail: Mail) -> None:
    # Postmark was seen to send to Cc alone; its documentation requires To, and so do we.
    if not addresses(mail, "To"):
        raise PostmarkError(300, "Zero recipients specified")
    if sum(len(addresses(mail, field)) for field in ("To", "Cc", "Bcc")) > MOST_RECIPIENTS:
        raise PostmarkError(300, f"A message may have {MOST_RECIPIENTS} recipients at most.")
    addresses(mail, "ReplyTo")


def _has_a_body(mail: Mail) -> None:
    if not (mail.TextBody or mail.HtmlBody):
        raise PostmarkError(300, "Provide either email TextBody or HtmlBody or both.")


def _is_not_too_long(mail: Mail) -> None:
    for field, most in LONGEST.items():
        if len(getattr(mail, field) or "") > most:
            raise PostmarkError(300, f"'{field}' may have {most} characters at most.")


def _has_small_metadata(mail: Mail) -> None:
    metadata = mail.Metadata or {}
    if len(metadata) > 10:
        raise PostmarkError(300, "Metadata may have 10 fields at most.")
    if any(len(key) > 20 or len(value) > 80 for key, value in metadata.items()):
        raise PostmarkError(300, "Metadata may have names of 20 and values of 80 characters.")


def _has_real_headers(mail: Mail) -> None:
    for header in mail.Headers or ():
        if not HEADER_NAME.fullmatch(header.Name) or set("\r\n\0") & set(header.Value):
            raise PostmarkError(300, f"Invalid header: '{header.Name[:100]}'.")


def _has_allowed_attachments(mail: Mail) -> None:
    for attachment in mail.Attachments or ():
        if FORBIDDEN.fullmatch(attachment.Name):
            raise PostmarkError(411, "Attachment file type not allowed.")


RULES = (
    _has_one_sender,
    _has_recipients,
    _has_a_body,
    _is_not_too_long,
    _has_small_metadata,
    _has_real_headers,
    _has_allowed_attachments,
)


def read_mail(data: object) -> Mail:
    """A mail that keeps every rule; raises PostmarkError for the first that it breaks."""
    try:
        mail = Mail.model_validate(data)
    except ValidationError as error:
        fields = dict.fromkeys(f"'{each['loc'][0]}'" for each in error.errors() if each["loc"])
        raise PostmarkError(403, f"Invalid request field(s): {', '.join(fields)}.") from error
    for rule in RULES:
        rule(mail)
    return mail
