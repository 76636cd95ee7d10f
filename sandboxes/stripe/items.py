"""Subscription items: what is subscribed to, how many of it, and for which period."""

from datetime import UTC, datetime

from sandboxes.kit.records import Document
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import Metadata, Natural, Text, Truth, merged
from sandboxes.stripe.forms import Hash, words
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import a_list
from sandboxes.stripe.prices import PriceData, new_price

NOT_EMULATED = words("billing_thresholds current_trial discounts plan tax_rates trial")


class ItemPriceData(PriceData):
    """A price that is made for one subscription."""

    product: Text


class NewItem(Hash):
    """What is subscribed to."""

    not_emulated = NOT_EMULATED
    metadata: Metadata = {}
    price: Text | None = None
    price_data: ItemPriceData | None = None
    quantity: Natural = 1


class ItemChange(NewItem):
    """A change of an item, or one more item where no id is given."""

    not_emulated = NOT_EMULATED | words("clear_usage")
    id: Text | None = None
    deleted: Truth = False


async def price_of(ledger: Ledger, asked: NewItem, param: str) -> Document:
    """The recurring price that an item asks for; raises StripeError."""
    if asked.price_data:
        await ledger.get("product", asked.price_data.product, f"{param}[price_data][product]")
        made = new_price(ledger, asked.price_data.product, asked.price_data)
        price = await ledger.keep(made | {"active": False}, "price.created") | {"active": True}
    elif asked.price:
        price = await ledger.get("price", asked.price, f"{param}[price]")
    else:
        words = f"Missing required param: {param}[price]."
        raise StripeError(words, param=f"{param}[price]", code="parameter_missing")
    if not price["active"]:
        words = (
            f"The price specified is inactive. This field only accepts active prices: {price['id']}"
        )
        raise StripeError(words, param=f"{param}[price]")
    if not price["recurring"]:
        sentence = (
            "The price specified is set to `type=one_time` but this field only accepts prices with"
            " `type=recurring`."
        )
        raise StripeError(sentence, param=f"{param}[price]")
    return price


def new_item(
    ledger: Ledger, subscription: str, price: Document, asked: NewItem, period: tuple[int, int]
) -> Document:
    """An item in Stripe's shape."""
    return {
        "id": new_id("si", 14),
        "object": "subscription_item",
        "billed_until": None,
        "billing_thresholds": None,
        "created": ledger.now,
        "current_period_end": period[1],
        "current_period_start": period[0],
        "current_trial": None,
        "discounts": [],
        "metadata": merged({}, asked.metadata),
        "plan": plan(price),
        "price": price,
        "quantity": asked.quantity,
        "subscription": subscription,
        "tax_rates": [],
    }


def plan(price: Document) -> Document:
    """The price as a plan, which is how Stripe called it once and still shows it beside."""
    same = ("id", "active", "billing_scheme", "created", "currency", "livemode", "metadata")
    recurring = price["recurring"]
    return {
        **{name: price[name] for name in (*same, "nickname", "product", "tiers_mode")},
        "object": "plan",
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "meter": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": recurring["usage_type"],
    }


def item_list(subscription: str, items: list[Document]) -> Document:
    """The items within a subscription."""
    url = f"/v1/subscription_items?subscription={subscription}"
    return a_list(url, items) | {"total_count": len(items)}


def with_period(subscription: Document, start: int, end: int) -> Document:
    """The items of a subscription, in another period."""
    period = {"current_period_start": start, "current_period_end": end}
    items = [each | period for each in subscription["items"]["data"]]
    return item_list(subscription["id"], items)


def period_of(subscription: Document) -> tuple[int, int]:
    """The period that a subscription is in."""
    first = subscription["items"]["data"][0]
    return first["current_period_start"], first["current_period_end"]


def rhythm(subscription: Document) -> tuple[str, int]:
    """How often a subscription is due: an interval, and how many of it."""
    recurring = subscription["items"]["data"][0]["price"]["recurring"]
    return recurring["interval"], recurring["interval_count"]


def check_rhythm(items: list[Document]) -> None:
    """All items are due together and in one currency; raises StripeError."""
    rhythms = {
        (
            each["price"]["currency"],
            each["price"]["recurring"]["interval"],
            each["price"]["recurring"]["interval_count"],
        )
        for each in items
    }
    if len(rhythms) > 1:
        sentence = (
            "Currencies and intervals of all the prices of a subscription must be the same here;"
            " Stripe's flexible billing lets intervals differ, which the sandbox does not emulate."
        )
        raise StripeError(sentence, param="items")


def amount_of(item: Document) -> int:
    """What an item costs for a whole period, in cents."""
    return int(item["price"]["unit_amount"]) * int(item["quantity"])


def day(moment: int) -> str:
    """A day as Stripe writes it in descriptions."""
    return f"{datetime.fromtimestamp(moment, UTC):%d %b %Y}"
