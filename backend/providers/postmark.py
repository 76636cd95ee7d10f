"""Postmark sends our mails (https://postmarkapp.com/developer/api/email-api)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
from pydantic import BaseModel, Field, ValidationError

from backend.providers import VendorIsUnavailable, VendorRefused
from backend.providers.calls import Call
from backend.providers.http import VendorClient
from backend.settings import Mail

KEY: Final = "key"
"""The metadata of a mail by which the same mail is known again."""


@dataclass(frozen=True)
class Message:
    """A mail to one person, as text and as HTML that says the same."""

    to: str
    subject: str
    text: str
    html: str
    tag: str
    """What the mail is for, such as `verify-email`; Postmark's statistics go by it."""
    key: str
    """By what the same mail is known again."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Header fields besides, such as List-Unsubscribe."""
    reply_to: str = ""
    """Whom an answer goes to; empty for the sender."""


class _Sent(BaseModel):
    message_id: str = Field(validation_alias="MessageID")


class _Kept(BaseModel):
    metadata: dict[str, str] = Field({}, validation_alias="Metadata")


class _Search(BaseModel):
    messages: list[_Kept] = Field(validation_alias="Messages")


class _Suppression(BaseModel):
    address: str = Field(validation_alias="EmailAddress")
    reason: str = Field(validation_alias="SuppressionReason")


class _Suppressions(BaseModel):
    suppressions: list[_Suppression] = Field(validation_alias="Suppressions")


class _Refusal(BaseModel):
    code: int = Field(validation_alias="ErrorCode")
    sentence: str = Field(validation_alias="Message")


INACTIVE_RECIPIENT: Final = 406
"""Postmark's code for an address that it does not deliver to any more."""


class MailIsRefused(Exception):
    """Postmark will not deliver this mail, however often it is sent."""


class MailboxIsClosed(MailIsRefused):
    """Mail to this address came back, or its owner complained: Postmark delivers none any more."""


class Postmark:
    """The provider `postmark`."""

    def __init__(
        self, settings: Mail, sender: str, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        token = settings.postmark_api_key
        headers = {"X-Postmark-Server-Token": token.get_secret_value()}
        self._http = VendorClient(
            "postmark",
            settings.postmark_base_url,
            {"POSTMARK_API_KEY": token},
            {**headers, "Accept": "application/json"},
            transport,
        )
        self._sender = sender

    async def send(self, message: Message) -> str:
        """Hand a mail over; Postmark's id of it. Raises `MailIsRefused`, `MailboxIsClosed`."""
        body: dict[str, Any] = {
            "From": self._sender,
            "To": message.to,
            "Subject": message.subject,
            "TextBody": message.text,
            "HtmlBody": message.html,
            "Tag": message.tag,
            "MessageStream": "outbound",
            "Metadata": {KEY: message.key},
        }
        if message.reply_to:
            body["ReplyTo"] = message.reply_to
        if message.headers:
            body["Headers"] = [{"Name": k, "Value": v} for k, v in message.headers.items()]
        try:
            sent = await self._http.read(_Sent, Call("send", "POST", "/email", json=body))
        except VendorRefused as refusal:
            raise _explained(refusal) from refusal
        return sent.message_id

    async def has(self, message: Message) -> bool:
        """Whether Postmark was handed this mail before, as far as its search knows already."""
        asked = {"recipient": message.to, "tag": message.tag, "count": 50, "offset": 0}
        call = Call("search", "GET", "/messages/outbound", params=asked)
        found = await self._http.read(_Search, call)
        return any(each.metadata.get(KEY) == message.key for each in found.messages)

    async def suppressions(self) -> dict[str, str]:
        """The addresses that are delivered to no more, and why: `HardBounce`, `SpamComplaint`…"""
        call = Call("suppressions", "GET", "/message-streams/outbound/suppressions/dump")
        found = await self._http.read(_Suppressions, call)
        return {each.address.lower(): each.reason for each in found.suppressions}

    async def ping(self) -> None:
        """Ask for our server's own description."""
        await self._http.require("ID", Call("ping", "GET", "/server", attempts=1))

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()


def _explained(refusal: VendorRefused) -> Exception:
    """A refusal of this mail (422), told apart from one of all our mails."""
    if refusal.status != 422:
        return refusal
    try:
        told = _Refusal.model_validate(refusal.told)
    except ValidationError:
        return VendorIsUnavailable("postmark", "its answer makes no sense", kind="schema")
    kind = MailboxIsClosed if told.code == INACTIVE_RECIPIENT else MailIsRefused
    return kind(f"error {told.code}: {told.sentence}")
