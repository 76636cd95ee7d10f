"""How a subscription changes in the middle of a period: prorated, to the second."""

from dataclasses import dataclass

from sandboxes.kit.records import Document
from sandboxes.stripe.collecting import finalize_and_collect
from sandboxes.stripe.errors import StripeError, missing
from sandboxes.stripe.fields import merged
from sandboxes.stripe.invoicing import draft, new_invoice, pending_lines
from sandboxes.stripe.items import (
    ItemChange,
    check_rhythm,
    new_item,
    period_of,
    plan,
    price_of,
)
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.lines import proration_item
from sandboxes.stripe.renewing import UPDATED

LIKE = ("price", "quantity")


@dataclass(frozen=True)
class Exchange:
    """What a change of items comes to: all items after it, and those that went and came."""

    items: list[Document]
    gone: list[Document]
    come: list[Document]

    @property
    def is_new_rhythm(self) -> bool:
        """Whether the subscription is due otherwise than before."""
        before, after = ({_every(each) for each in some} for some in (self.gone, self.items))
        return bool(before) and before != after


def _every(item: Document) -> tuple[str, int]:
    recurring = item["price"]["recurring"]
    return recurring["interval"], recurring["interval_count"]


async def exchange(ledger: Ledger, subscription: Document, asked: list[ItemChange]) -> Exchange:
    """The items after a change; raises StripeError for what can not be."""
    items = {each["id"]: each for each in subscription["items"]["data"]}
    gone, come = [], []
    for number, change in enumerate(asked):
        if change.id is None:
            price = await price_of(ledger, change, f"items[{number}]")
            after = new_item(ledger, subscription["id"], price, change, period_of(subscription))
            _check_twice(items, price, number)
            come.append(after)
            items[after["id"]] = after
            continue
        before = items.get(change.id)
        if before is None:
            raise missing("subscription_item", change.id, f"items[{number}][id]", 400)
        if change.deleted:
            gone.append(items.pop(change.id))
            continue
        after = await _after(ledger, before, change, f"items[{number}]")
        items[change.id] = after
        if any(before[name] != after[name] for name in LIKE):
            gone.append(before)
            come.append(after)
    if not items:
        words = "A subscription must have at least one active plan."
        raise StripeError(words, param="items")
    check_rhythm(list(items.values()))
    return Exchange(list(items.values()), gone, come)


def _check_twice(items: dict[str, Document], price: Document, number: int) -> None:
    if any(each["price"]["id"] == price["id"] for each in items.values()):
        sentence = (
            "Cannot add multiple subscription items with the same plan:"
            f" {price['id']}. Consider modifying the quantity of the existing item instead."
        )
        raise StripeError(sentence, param=f"items[{number}][price]")


async def _after(ledger: Ledger, before: Document, change: ItemChange, param: str) -> Document:
    told, after = change.model_fields_set, dict(before)
    if {"price", "price_data"} & told:
        after["price"] = await price_of(ledger, change, param)
        after["plan"] = plan(after["price"])
    if "quantity" in told:
        after["quantity"] = change.quantity
    if "metadata" in told:
        after["metadata"] = merged(before["metadata"], change.metadata)
    return after


async def prorate(
    ledger: Ledger, customer: Document, subscription: Document, swap: Exchange, at: int
) -> list[Document]:
    """The invoice items for the rest of the period: credit for what went, cost of what came.

    What comes with another rhythm begins a period of its own, and is charged in full there.
    """
    if subscription["status"] in {"trialing", "incomplete"}:
        return []
    made = [await proration_item(ledger, customer, each, at, is_credit=True) for each in swap.gone]
    if not swap.is_new_rhythm:
        made += [
            await proration_item(ledger, customer, each, at, is_credit=False) for each in swap.come
        ]
    return made


async def bill_change(ledger: Ledger, subscription: Document, *, off_session: bool) -> Document:
    """Charge at once for what waits for an invoice of a subscription; the invoice, if any."""
    customer = await ledger.get("customer", subscription["customer"])
    invoice = new_invoice(ledger, customer, "subscription_update", subscription)
    lines = await pending_lines(ledger, customer["id"], subscription["id"], invoice["id"])
    if not lines:
        return subscription
    invoice = await draft(ledger, invoice, lines)
    await ledger.change(subscription, {"latest_invoice": invoice["id"]}, UPDATED)
    await finalize_and_collect(ledger, invoice, off_session=off_session)
    return await ledger.get("subscription", subscription["id"])
