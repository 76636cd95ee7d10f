"""Prices: what a product costs, once or each period."""

from typing import Any, Literal

from sandboxes.kit.records import Document
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import (
    Amount,
    Many,
    Metadata,
    Positive,
    Text,
    Truth,
    Unsettable,
    merged,
)
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Created, page
from sandboxes.stripe.operations import route

Interval = Literal["day", "week", "month", "year"]
MOST = {"day": 1095, "week": 156, "month": 36, "year": 3}
"""How many of its intervals a period may have: three years."""


class Recurring(Hash):
    """How often a price is due."""

    not_emulated = words("meter trial_period_days")
    interval: Interval
    interval_count: Positive = 1
    usage_type: Literal["licensed"] = "licensed"


class PriceData(Hash):
    """A price that is made on the way, for a product that stands elsewhere."""

    not_emulated = words("currency_options custom_unit_amount unit_amount_decimal")
    currency: Text
    unit_amount: Amount
    recurring: Recurring | None = None
    tax_behavior: Literal["exclusive", "inclusive", "unspecified"] = "unspecified"


class ProductData(Hash):
    """A product that is made on the way."""

    not_emulated = words("tax_code tax_details")
    name: Text
    id: Text | None = None
    active: Truth = True
    metadata: Metadata = {}
    statement_descriptor: Text | None = None
    unit_label: Text | None = None


class Creation(Form):
    """A new price."""

    not_emulated = words(
        "billing_scheme currency_options custom_unit_amount product_data tiers tiers_mode"
        " transform_quantity unit_amount_decimal"
    )
    currency: Text
    unit_amount: Amount
    product: Text
    active: Truth = True
    lookup_key: Text | None = None
    transfer_lookup_key: Truth = False
    metadata: Metadata = {}
    nickname: Text | None = None
    recurring: Recurring | None = None
    tax_behavior: Literal["exclusive", "inclusive", "unspecified"] = "unspecified"


class Update(Form):
    """A change of a price; what it costs never changes."""

    not_emulated = words("currency_options")
    active: Truth = True
    lookup_key: Unsettable = None
    transfer_lookup_key: Truth = False
    metadata: Metadata = {}
    nickname: Unsettable = None
    tax_behavior: Literal["exclusive", "inclusive", "unspecified"] = "unspecified"


class ListedRecurring(Hash):
    """Which recurring prices."""

    not_emulated = words("meter")
    interval: Interval | None = None
    usage_type: Literal["licensed", "metered"] | None = None


class Listing(Created):
    """Which prices."""

    active: Truth | None = None
    currency: Text | None = None
    lookup_keys: Many[Text] = []
    product: Text | None = None
    recurring: ListedRecurring | None = None
    type: Literal["one_time", "recurring"] | None = None


def new_price(
    ledger: Ledger, product: str, data: PriceData | Creation, id_: str | None = None
) -> Document:
    """A price in Stripe's shape."""
    return {
        "id": id_ or new_id("price"),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": ledger.now,
        "currency": currency(data.currency),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product,
        "recurring": _recurring(data.recurring),
        "tax_behavior": data.tax_behavior,
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if data.recurring else "one_time",
        "unit_amount": data.unit_amount,
        "unit_amount_decimal": str(data.unit_amount),
    }


def _recurring(given: Recurring | None) -> Document | None:
    if given is None:
        return None
    if given.interval_count > MOST[given.interval]:
        raise StripeError(
            "The maximum allowed interval is three years.", param="recurring[interval_count]"
        )
    return given.model_dump() | {"meter": None, "trial_period_days": None}


def currency(given: str) -> str:
    """A currency in lower case; raises StripeError for what is none."""
    if len(given) == 3 and given.isascii() and given.isalpha():
        return given.lower()
    raise StripeError(
        f"Invalid currency: {given}. Stripe currently supports these currencies: usd,"
        " eur, gbp and others",
        param="currency",
    )


async def create(ledger: Ledger, form: Creation) -> Document:
    """A price for a product."""
    await ledger.get("product", form.product, "product")
    chosen = form.given("transfer_lookup_key", "recurring", "currency", "unit_amount")
    price = new_price(ledger, form.product, form) | chosen
    price["metadata"] = merged({}, form.metadata)
    await _claim(ledger, price, form)
    return await ledger.keep(price, "price.created")


async def _claim(ledger: Ledger, price: Document, form: Creation | Update) -> None:
    """A lookup key is one price's alone; it can be taken from the other where that is wanted."""
    if not form.lookup_key:
        return
    for other in await ledger.find("price", lookup_key=form.lookup_key):
        if other["id"] == price["id"]:
            continue
        if not form.transfer_lookup_key:
            raise StripeError(
                f"A price (`{other['id']}`) already uses that lookup key.", param="lookup_key"
            )
        await ledger.change(other, {"lookup_key": None}, "price.updated")


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The price."""
    return await ledger.get("price", id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The price, changed."""
    price, changes = await ledger.get("price", id_), form.given("transfer_lookup_key")
    await _claim(ledger, price, form)
    if "metadata" in changes:
        changes["metadata"] = merged(price["metadata"], form.metadata)
    return await ledger.change(price, changes, "price.updated")


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of prices."""
    like: dict[str, Any] = form.given("limit", "starting_after", "ending_before", "created")
    keys = like.pop("lookup_keys", [])
    return await page(
        ledger,
        *("price", "/v1/prices", form),
        like=like,
        fits=lambda price: not keys or price["lookup_key"] in keys,
    )


ROUTES = (
    route("PostPrices", "/v1/prices", Creation, create),
    route("GetPrices", "/v1/prices", Listing, listed),
    route("GetPricesPrice", "/v1/prices/{id}", Form, retrieve),
    route("PostPricesPrice", "/v1/prices/{id}", Update, update),
)
