"""Subscriptions to a publication: made, found, changed, tagged and deleted.

See https://developers.beehiiv.com/api-reference/subscriptions.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from pydantic import Field
from starlette.responses import JSONResponse, Response

from sandboxes.beehiiv import notices
from sandboxes.beehiiv.asking import Told, expanded, read
from sandboxes.beehiiv.errors import BeehiivError, not_emulated
from sandboxes.beehiiv.fields import FieldValue, changed, fields_of, values
from sandboxes.beehiiv.publications import the_publication
from sandboxes.beehiiv.subscribing import (
    EMAIL,
    KIND,
    SOURCES,
    NewSubscription,
    Tier,
    by_email,
    change_tier,
    leave,
    subscribe,
)
from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call, Vendor

SHOWN = (
    *("id", "email", "status", "created", "subscription_tier", "subscription_premium_tier_names"),
    *SOURCES,
    *("utm_channel", "referral_code"),
)
LISTED_WITH = frozenset(
    {"stats", "custom_fields", "referrals", "newsletter_lists", "subscription_premium_tiers"}
)
SHOWN_WITH = LISTED_WITH | {"tags"}


class Change(Told):
    """What shall change of a subscription."""

    email: str | None = Field(default=None, pattern=EMAIL, max_length=254)
    tier: Tier | None = None
    stripe_customer_id: str | None = None
    unsubscribe: bool = False
    custom_fields: list[FieldValue] = []
    premium_tiers: list[str] = []
    premium_tier_ids: list[str] = []
    complimentary_gift_id: str = ""

    def check(self) -> None:
        """Raises BeehiivError for what is not emulated."""
        if self.premium_tiers or self.premium_tier_ids or self.complimentary_gift_id:
            raise not_emulated("premium tiers and complimentary access")


class Tags(Told):
    """What a subscription shall be tagged with."""

    tags: list[str]


class Bulk(Told):
    """Many who subscribe at once."""

    subscriptions: list[NewSubscription] = Field(min_length=1, max_length=1000)


async def create_subscription(call: Call) -> Response:
    """Subscribe an address; one that is there already is given back as it is. The contract has
    200 for it."""
    publication, told = await the_publication(call), read(call, NewSubscription)
    told.check()
    async with call.vendor.exclusively(publication["id"]) as vendor:
        made = await subscribe(vendor, publication, told, str(call.request.base_url))
    return JSONResponse({"data": await described(call.records, made, set())})


async def create_many(call: Call) -> Response:
    """Subscribe many addresses; they are all there when this is answered."""
    publication, told = await the_publication(call), read(call, Bulk)
    for each in told.subscriptions:
        each.check()
    async with call.vendor.exclusively(publication["id"]) as vendor:
        for each in told.subscriptions:
            await subscribe(vendor, publication, each, str(call.request.base_url))
    words = f"{len(told.subscriptions)} subscriptions are being imported."
    return JSONResponse({"message": words, "import_id": str(uuid4())})


async def get_subscription(call: Call) -> Response:
    """One subscription, by its id or its address."""
    expand = expanded(call, SHOWN_WITH)
    subscription = await _the_subscription(call, call.records)
    return JSONResponse({"data": await described(call.records, subscription, expand)})


async def update_subscription(call: Call) -> Response:
    """Change what is told, and leave the rest; fields that there are none of are passed over."""
    told = read(call, Change)
    told.check()
    async with _held(call) as (vendor, subscription):
        if told.email and told.email.lower() != subscription["email"]:
            if await by_email(vendor.records, subscription["publication_id"], told.email):
                raise BeehiivError(400, "email has already been taken.")
            subscription["email"] = told.email.lower()
        if told.stripe_customer_id is not None:
            subscription["stripe_customer_id"] = told.stripe_customer_id
        fields = await fields_of(vendor.records, subscription["publication_id"])
        held = changed(subscription["custom_fields"], told.custom_fields, fields)
        subscription["custom_fields"] = held
        if told.tier:
            await change_tier(vendor, subscription, told.tier)
        await vendor.records.put(KIND, subscription["id"], subscription)
        if told.unsubscribe:
            await leave(vendor, subscription)
    return JSONResponse({"data": await described(call.records, subscription, set())})


async def delete_subscription(call: Call) -> Response:
    """Forget a subscription, and all that was kept of it."""
    async with _held(call) as (vendor, subscription):
        await notices.tell_of(vendor, "deleted", subscription)
        await vendor.records.remove(KIND, subscription["id"])
    return Response(status_code=204)


async def add_tags(call: Call) -> Response:
    """Add tags to those that a subscription has."""
    told = read(call, Tags)
    async with _held(call) as (vendor, subscription):
        subscription["tags"] = list(dict.fromkeys([*subscription["tags"], *told.tags]))
        await vendor.records.put(KIND, subscription["id"], subscription)
    return JSONResponse({"data": await described(call.records, subscription, {"tags"})})


async def described(records: Records, subscription: Document, expand: set[str]) -> Document:
    """A subscription as the API has it, with what it shall be expanded by."""
    shown = {name: subscription[name] for name in SHOWN}
    if "custom_fields" in expand:
        fields = await fields_of(records, subscription["publication_id"])
        shown["custom_fields"] = values(subscription["custom_fields"], fields)
    if "tags" in expand:
        shown["tags"] = subscription["tags"]
    if "stats" in expand:
        got = {"subscription_id": subscription["id"], "about": "post"}
        rates = {"open_rate": 0.0, "click_through_rate": 0.0}
        shown["stats"] = {"emails_received": await records.count("mail", got)} | rates
    if "referrals" in expand:
        referred = await records.find(KIND, {"referred_by": subscription["id"]})
        shown["referrals"] = [{k: each[k] for k in ("id", "email", "status")} for each in referred]
    if "subscription_premium_tiers" in expand:
        shown["subscription_premium_tiers"] = []
    if "newsletter_lists" in expand:
        shown["newsletter_list_ids"] = []
    return shown


async def _the_subscription(call: Call, records: Records) -> Document:
    publication, asked = await the_publication(call), call.parameters
    if "email" in asked:
        found = await by_email(records, publication["id"], asked["email"])
    else:
        found = await records.get(KIND, asked["id"])
    if found is None or found["publication_id"] != publication["id"]:
        raise BeehiivError(404, "Subscription not found.")
    return found


@asynccontextmanager
async def _held(call: Call) -> AsyncIterator[tuple[Vendor, Document]]:
    """The subscription in the path, which nobody else changes meanwhile, nor takes an address."""
    async with call.vendor.exclusively(call.parameters["publication"]) as vendor:
        found = await _the_subscription(call, vendor.records)
        async with vendor.exclusively(found["id"]) as inside:
            yield inside, await _the_subscription(call, inside.records)
