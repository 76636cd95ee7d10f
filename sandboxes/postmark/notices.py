"""Webhooks: what Postmark tells of a mail, to whom, and how it sends it.

See https://postmarkapp.com/developer/webhooks/webhooks-overview. Postmark signs nothing: who
listens knows it by the user and password, or the headers, that the webhook was made with.
"""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import randbelow

from sandboxes.kit.deliveries import Delivery, Endpoint, Webhooks
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.postmark.server import SERVER_ID

TRIGGERS = ("Open", "Click", "Delivery", "Bounce", "SpamComplaint", "SubscriptionChange")
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 10, 10, 10, 15))
ASKED_AGAIN = frozenset({408, 429})
WITH_CONTENT = frozenset({"Bounce", "SpamComplaint"})


def headers(endpoint: Endpoint) -> dict[str, str]:
    """What a webhook sends along by which its listener knows it."""
    known = {each["Name"]: each["Value"] for each in endpoint.data.get("HttpHeaders", ())}
    if endpoint.secret:
        login = base64.b64encode(endpoint.secret.encode()).decode()
        known = {"Authorization": f"Basic {login}"} | known
    return known


def _sign(delivery: Delivery, _now: datetime) -> dict[str, str]:
    left = max(0, len(RETRIES) - len(delivery.attempts))
    own = {"X-PM-Retries-Remaining": str(left), "X-PM-Webhook-Trace-Id": delivery.id}
    return own | headers(delivery.endpoint)


def _is_final(status: int) -> bool:
    return 400 <= status < 500 and status not in ASKED_AGAIN


WEBHOOKS = Webhooks(
    sign=_sign,
    retries=RETRIES,
    is_final=_is_final,
    new_endpoint_id=lambda: str(1_000_000 + randbelow(9_000_000)),
)


async def tell(vendor: Vendor, payload: Document, content: str = "") -> None:
    """Announce something that became of a mail; `content` is for those who asked for it."""
    event = payload["RecordType"]

    def meant(endpoint: Endpoint) -> bool:
        if endpoint.data.get("MessageStream", payload["MessageStream"]) != payload["MessageStream"]:
            return False
        first_only = endpoint.data.get("PostFirstOpenOnly") and event == "Open"
        return _is_verified(endpoint) and (payload["FirstOpen"] if first_only else True)

    def curious(endpoint: Endpoint) -> bool:
        return event in endpoint.data.get("IncludeContent", ())

    whole = payload | {"Content": content}
    await _announce(vendor, payload, lambda each: meant(each) and not curious(each))
    if event in WITH_CONTENT:
        await _announce(vendor, whole, lambda each: meant(each) and curious(each))


async def _announce(vendor: Vendor, payload: Document, to: Callable[[Endpoint], bool]) -> None:
    id_ = payload.get("MessageID") or ""
    await vendor.announce(payload["RecordType"], id_, json.dumps(payload), to)


def _is_verified(endpoint: Endpoint) -> bool:
    return bool(endpoint.data.get("Status", "verified") == "verified")


def about(mail: Document, record: str) -> Document:
    """What every notice about a mail says."""
    return {
        "RecordType": record,
        "MessageStream": mail["MessageStream"],
        "MessageID": mail["MessageID"],
        "Tag": mail["Tag"] or "",
        "Metadata": mail["Metadata"] or {},
    }


def delivery(mail: Document, recipient: str, at: str, details: str) -> Document:
    """The mail was taken by the recipient's server."""
    own = {"ServerID": SERVER_ID, "Recipient": recipient, "DeliveredAt": at, "Details": details}
    return about(mail, "Delivery") | own


def subscription_change(suppression: Document, mail: Document | None, at: str) -> Document:
    """An address went on a stream's suppression list, or off it where the reason is null."""
    return {
        "RecordType": "SubscriptionChange",
        "MessageID": mail["MessageID"] if mail else None,
        "ServerID": SERVER_ID,
        "MessageStream": suppression["MessageStream"],
        "ChangedAt": at,
        "Recipient": suppression["EmailAddress"],
        "Origin": suppression["Origin"],
        "SuppressSending": suppression["SuppressionReason"] is not None,
        "SuppressionReason": suppression["SuppressionReason"],
        "Tag": mail["Tag"] if mail else None,
        "Metadata": (mail["Metadata"] or {}) if mail else {},
    }
