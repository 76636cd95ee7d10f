"""The invoice that a subscription's next period will bring, as far as it is known today."""

from sandboxes.kit.records import Document
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.invoicing import new_invoice, waiting_items, with_lines
from sandboxes.stripe.items import period_of, rhythm, with_period
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.lines import item_line, period_line
from sandboxes.stripe.periods import period_at


async def tell_of_upcoming(ledger: Ledger, id_: str) -> None:
    """A subscription renews in a week."""
    subscription = await ledger.get("subscription", id_)
    if invoice := await next_invoice(ledger, subscription):
        ledger.tell("invoice.upcoming", {key: invoice[key] for key in invoice if key != "id"})


async def next_invoice(ledger: Ledger, subscription: Document) -> Document | None:
    """The next invoice as a draft that is not kept; None where the subscription ends before."""
    start, end = period_of(subscription)
    cancel_at = subscription["cancel_at"]
    if subscription["ended_at"] or subscription["cancel_at_period_end"]:
        return None
    if cancel_at is not None and cancel_at <= end:
        return None
    customer = await ledger.get("customer", subscription["customer"])
    invoice = new_invoice(ledger.at(end), customer, "upcoming", subscription)
    invoice |= {"id": new_id("upcoming_in"), "period_start": start, "period_end": end}
    invoice["next_payment_attempt"] = end + 3600
    following = period_at(subscription["billing_cycle_anchor"], *rhythm(subscription), end)
    items = with_period(subscription, *following)["data"]
    waiting = await waiting_items(ledger, customer["id"], subscription["id"])
    lines = [item_line(each) for each in waiting]
    lines += [await period_line(ledger, each, *following) for each in items]
    return with_lines(invoice, lines)
