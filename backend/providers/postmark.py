"""Postmark sends our mails (https://postmarkapp.com/developer/api/email-api)."""

from dataclasses import dataclass

import httpx2
from pydantic import BaseModel, ValidationError

from backend.providers import VendorIsUnavailable
from backend.providers.http import VendorClient
from backend.settings import Mail


@dataclass(frozen=True)
class Message:
    """A mail to one person, as text and as HTML that says the same."""

    to: str
    subject: str
    text: str
    html: str
    tag: str
    """What the mail is for, such as `verify-email`; Postmark's statistics go by it."""


class _Told(BaseModel):
    """What Postmark answers, in its own names."""

    ErrorCode: int
    Message: str
    MessageID: str = ""


class MailIsRefused(Exception):
    """Postmark will not deliver this mail, however often it is sent."""


class Postmark:
    """The provider `postmark`."""

    def __init__(
        self, settings: Mail, sender: str, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        token = settings.postmark_api_key.get_secret_value()
        headers = {"X-Postmark-Server-Token": token, "Accept": "application/json"}
        self._http = VendorClient("postmark", settings.postmark_base_url, headers, transport)
        self._sender = sender

    async def send(self, message: Message) -> str:
        """Hand a mail over; Postmark's id of it. Raises `VendorIsUnavailable`, `MailIsRefused`."""
        body = {
            "From": self._sender,
            "To": message.to,
            "Subject": message.subject,
            "TextBody": message.text,
            "HtmlBody": message.html,
            "Tag": message.tag,
            "MessageStream": "outbound",
        }
        answer = await self._http.call("send", "POST", "/email", json=body)
        try:
            told = _Told.model_validate_json(answer.content)
        except ValidationError as error:
            raise VendorIsUnavailable("postmark", "its answer makes no sense") from error
        if answer.status_code == 422:
            raise MailIsRefused(f"error {told.ErrorCode}: {told.Message}")
        if answer.status_code != 200:
            raise VendorIsUnavailable("postmark", f"it answered {answer.status_code}")
        return told.MessageID

    async def ping(self) -> None:
        """Ask for our server's own description."""
        answer = await self._http.call("ping", "GET", "/server")
        if answer.status_code != 200:
            raise VendorIsUnavailable("postmark", f"it answered {answer.status_code}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()
