"""The life of a subscription: validating, then invalid, pending or active, at last inactive.

An address is looked at in the background, a moment after it was told. What ends in `.invalid` is
invalid; who must confirm gets a mail with a link, and is pending until they say yes.
"""

from secrets import token_hex
from typing import Literal
from uuid import uuid4

from pydantic import Field

from sandboxes.beehiiv import mailing, notices
from sandboxes.beehiiv.asking import Told, epoch
from sandboxes.beehiiv.errors import not_emulated
from sandboxes.beehiiv.fields import FieldValue, changed, fields_of
from sandboxes.beehiiv.publications import find_publication
from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Vendor

KIND = "subscription"
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"
SOURCES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "referring_site")
HEARING = frozenset({"validating", "pending", "active"})
AT_ONCE = 100
Tier = Literal["free", "premium"]


class NewSubscription(Told):
    """Who subscribes, whence they come, and how they are received."""

    email: str = Field(pattern=EMAIL, max_length=254)
    reactivate_existing: bool = False
    send_welcome_email: bool = False
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    referring_site: str = ""
    referral_code: str = ""
    custom_fields: list[FieldValue] = []
    double_opt_override: Literal["on", "off", "not_set", ""] = "not_set"
    tier: Tier = "free"
    stripe_customer_id: str = ""
    premium_tiers: list[str] = []
    premium_tier_ids: list[str] = []
    automation_ids: list[str] = []
    newsletter_list_ids: list[str] = []

    def check(self) -> None:
        """Raises BeehiivError for what is not emulated."""
        if self.premium_tiers or self.premium_tier_ids:
            raise not_emulated("premium tiers")
        if self.automation_ids or self.newsletter_list_ids:
            raise not_emulated("automations and newsletter lists")


async def by_email(records: Records, publication_id: str, email: str) -> Document | None:
    """The subscription of an address to a publication; case does not count."""
    like = {"publication_id": publication_id, "email": email.lower()}
    found = await records.find(KIND, like, limit=1)
    return found[0] if found else None


async def subscribe(
    vendor: Vendor, publication: Document, told: NewSubscription, origin: str
) -> Document:
    """The subscription of an address: the one that there is, which is let begin again where that
    is wanted, or a new one. `origin` is where this sandbox is reached.

    Nobody else may subscribe to this publication meanwhile.
    """
    there = await by_email(vendor.records, publication["id"], told.email)
    if there and not (told.reactivate_existing and there["status"] == "inactive"):
        return there
    opt_in = {"on": True, "off": False}.get(told.double_opt_override, publication["double_opt_in"])
    begun = {
        "status": "validating",
        "must_confirm": opt_in,
        "welcome": told.send_welcome_email,
        "origin": origin,
    }
    subscription = there | begun if there else await _new(vendor, publication, told) | begun
    await vendor.records.put(KIND, subscription["id"], subscription)
    if not there:
        await notices.tell_of(vendor, "created", subscription)
    return subscription


async def look_at_new(vendor: Vendor) -> None:
    """Decide on every address that was not looked at yet."""
    for found in await vendor.records.find(KIND, {"status": "validating"}, limit=AT_ONCE):
        async with vendor.exclusively(found["id"]) as inside:
            subscription = await inside.records.get(KIND, found["id"])
            if subscription and subscription["status"] == "validating":
                await _look_at(inside, subscription)


async def confirm(vendor: Vendor, subscription: Document) -> None:
    """Make a subscription active, and welcome whoever it was promised."""
    subscription["status"] = "active"
    await vendor.records.put(KIND, subscription["id"], subscription)
    await notices.tell_of(vendor, "confirmed", subscription)
    publication = await find_publication(vendor.records.database, subscription["publication_id"])
    if subscription["welcome"] and publication:
        subject = f"Welcome to {publication['name']}"
        await mailing.send(vendor, "welcome", publication, subscription, subject=subject)


async def leave(vendor: Vendor, subscription: Document) -> None:
    """Make a subscription inactive, where it is not over yet."""
    if subscription["status"] in HEARING:
        subscription["status"] = "inactive"
        await vendor.records.put(KIND, subscription["id"], subscription)
        await notices.tell_of(vendor, "deleted", subscription)


async def change_tier(vendor: Vendor, subscription: Document, tier: Tier) -> None:
    """Move a subscription to another tier; it is kept by the caller."""
    if subscription["subscription_tier"] != tier:
        subscription["subscription_tier"] = tier
        what = "upgraded" if tier == "premium" else "downgraded"
        await notices.tell_of(vendor, what, subscription)


async def _new(vendor: Vendor, publication: Document, told: NewSubscription) -> Document:
    now = vendor.clock.now()
    fields = await fields_of(vendor.records, publication["id"])
    referrers = await vendor.records.find(
        KIND, {"publication_id": publication["id"], "referral_code": told.referral_code}, limit=1
    )
    return {name: getattr(told, name) for name in SOURCES} | {
        "id": f"sub_{uuid4()}",
        "publication_id": publication["id"],
        "email": told.email.lower(),
        "created": epoch(now),
        "created_on": f"{now:%Y/%m/%d}",
        "subscription_tier": told.tier,
        "subscription_premium_tier_names": [],
        "stripe_customer_id": told.stripe_customer_id,
        "utm_channel": "api",
        "referral_code": token_hex(5),
        "referred_by": referrers[0]["id"] if referrers else None,
        "custom_fields": changed({}, told.custom_fields, fields),
        "tags": [],
    }


async def _look_at(vendor: Vendor, subscription: Document) -> None:
    if subscription["email"].endswith(".invalid"):
        subscription["status"] = "invalid"
    elif not subscription["must_confirm"]:
        await confirm(vendor, subscription)
        return
    else:
        subscription["status"] = "pending"
        await _ask_to_confirm(vendor, subscription)
    await vendor.records.put(KIND, subscription["id"], subscription)


async def _ask_to_confirm(vendor: Vendor, subscription: Document) -> None:
    publication = await find_publication(vendor.records.database, subscription["publication_id"])
    if publication:
        subject = f"Confirm your subscription to {publication['name']}"
        await mailing.send(vendor, "confirmation", publication, subscription, subject=subject)
