"""Webhooks: what BeeHiiv tells, and how it signs and repeats it, which is how Svix does.

See https://developers.beehiiv.com/webhooks and
https://docs.svix.com/receiving/verifying-payloads/how-manual.
"""

import base64
import binascii
import hmac
import json
from datetime import datetime, timedelta
from uuid import uuid4

from sandboxes.beehiiv.asking import epoch
from sandboxes.beehiiv.fields import fields_of, formatted, values
from sandboxes.kit.deliveries import Delivery, Webhooks
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor

EVENT_TYPES = (
    "post.sent",
    "post.updated",
    "post.scheduled",
    "subscription.confirmed",
    "subscription.created",
    "subscription.deleted",
    "subscription.upgraded",
    "subscription.downgraded",
    "subscription.paused",
    "subscription.resumed",
    "subscription.tier.paused",
    "subscription.tier.resumed",
    "subscription.tier.created",
    "subscription.tier.deleted",
    "newsletter_list_subscription.subscribed",
    "newsletter_list_subscription.unsubscribed",
    "newsletter_list_subscription.paused",
    "newsletter_list_subscription.resumed",
    "survey.response_submitted",
)
PREFIX = "whsec_"
RETRIES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
TOLD = (
    "created",
    "email",
    "id",
    "referral_code",
    "referring_site",
    "status",
    "subscription_tier",
    "subscription_premium_tier_names",
    "stripe_customer_id",
    "utm_campaign",
    "utm_channel",
    "utm_medium",
    "utm_source",
)
"""What is told of a subscription, with its custom fields and tags."""


def _sign(delivery: Delivery, now: datetime) -> dict[str, str]:
    sent = str(epoch(now))
    signed = f"{delivery.event_id}.{sent}.{delivery.body}".encode()
    mac = hmac.digest(_key(delivery.endpoint.secret), signed, "sha256")
    return {
        "svix-id": delivery.event_id,
        "svix-timestamp": sent,
        "svix-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        # Svix makes none such, but an environment may have been told one.
        return secret.encode()


WEBHOOKS = Webhooks(
    sign=_sign,
    retries=RETRIES,
    new_endpoint_id=lambda: f"ep_{uuid4()}",
    timeout_s=15,
)


async def tell(vendor: Vendor, event: str, publication_id: str, data: Document) -> None:
    """Announce an event to the webhooks of a publication."""
    id_ = uuid4()
    told = {
        "uid": f"evt_{id_}",
        "event_timestamp": epoch(vendor.clock.now()),
        "event_type": event,
        "data": data,
    }
    await vendor.announce(
        event,
        f"msg_{id_.hex}",
        json.dumps(told),
        lambda endpoint: endpoint.data.get("publication_id", publication_id) == publication_id,
    )


async def tell_of(vendor: Vendor, what: str, subscription: Document) -> None:
    """Announce what became of a subscription: `created`, `confirmed` and so on."""
    fields = await fields_of(vendor.records, subscription["publication_id"])
    data = {name: subscription[name] for name in TOLD} | {
        "custom_fields": list(map(formatted, values(subscription["custom_fields"], fields))),
        "tags": subscription["tags"],
    }
    await tell(vendor, f"subscription.{what}", subscription["publication_id"], data)
