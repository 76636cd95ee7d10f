"""What a subscription does by itself: it renews, its trial ends, it tells of that beforehand."""

from sandboxes.kit.records import Document
from sandboxes.stripe.collecting import default_method, finalize_and_collect
from sandboxes.stripe.ending import end, give_up, void
from sandboxes.stripe.invoicing import draft, finalize, new_invoice, pending_lines
from sandboxes.stripe.items import period_of, rhythm, with_period
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.lines import period_line
from sandboxes.stripe.periods import period_at
from sandboxes.stripe.subscribing import schedule

CANCEL_AT = "cancel_subscription"
"""What is due for a subscription that ends within a period."""
UPDATED = "customer.subscription.updated"


async def renew(ledger: Ledger, id_: str) -> None:
    """A period is over: the subscription ends here, or the next one begins with an invoice."""
    subscription = await ledger.get("subscription", id_)
    if _is_over(ledger, subscription):
        await end(ledger, subscription, _why(subscription))
        return
    if subscription["status"] == "trialing" and await _trial_ends_otherwise(ledger, subscription):
        return
    await bill_period(ledger, subscription, next_period(ledger, subscription), "subscription_cycle")


async def cancel(ledger: Ledger, id_: str) -> None:
    """The moment has come for which its end was set."""
    subscription = await ledger.get("subscription", id_)
    await end(ledger, subscription, _why(subscription))


def _is_over(ledger: Ledger, subscription: Document) -> bool:
    cancel_at = subscription["cancel_at"]
    return subscription["cancel_at_period_end"] or (
        cancel_at is not None and cancel_at <= ledger.now
    )


def _why(subscription: Document) -> str:
    return str(subscription["cancellation_details"]["reason"] or "cancellation_requested")


async def _trial_ends_otherwise(ledger: Ledger, subscription: Document) -> bool:
    """Whether a trial without a card ended in a cancellation or a pause, as it was settled."""
    how = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if how == "create_invoice" or await has_card(ledger, subscription):
        return False
    if how == "cancel":
        await end(ledger, subscription, "cancellation_requested")
    else:
        changes = {"status": "paused"}
        paused = await ledger.change(subscription, changes, UPDATED)
        ledger.tell("customer.subscription.paused", paused)
    return True


async def has_card(ledger: Ledger, subscription: Document) -> bool:
    """Whether there is a card to pay a subscription with."""
    asked = {"default_payment_method": None, "_subscription": subscription["id"]}
    asked["customer"] = subscription["customer"]
    return await default_method(ledger, asked) is not None


def next_period(ledger: Ledger, subscription: Document) -> Document:
    """What changes when a period begins now; a trial becomes a subscription."""
    anchor, every = subscription["billing_cycle_anchor"], rhythm(subscription)
    changes: Document = {"items": with_period(subscription, *period_at(anchor, *every, ledger.now))}
    if subscription["status"] == "trialing":
        changes["status"] = "active"
    return changes


async def bill_period(
    ledger: Ledger, before: Document, changes: Document, reason: str, *, at_once: bool = False
) -> Document:
    """The subscription in a period that begins, with its invoice: a draft for an hour, or charged
    at once."""
    customer = await ledger.get("customer", before["customer"])
    invoice = new_invoice(ledger, customer, reason, before | changes)
    changes |= {"latest_invoice": invoice["id"]}
    subscription = await ledger.change(before, changes, UPDATED)
    await schedule(ledger, subscription)
    pause = subscription["pause_collection"]
    if subscription["status"] == "unpaid" or (pause and pause["behavior"] == "keep_as_draft"):
        invoice["auto_advance"] = False
    invoice = await draft(ledger, invoice, await period_lines(ledger, subscription, invoice["id"]))
    if pause and pause["behavior"] != "keep_as_draft":
        await _set_aside(ledger, invoice, pause["behavior"])
    elif at_once:
        await finalize_and_collect(ledger, invoice, off_session=False)
    return await ledger.get("subscription", subscription["id"])


async def period_lines(ledger: Ledger, subscription: Document, invoice: str) -> list[Document]:
    """The lines of a period: what has waited for an invoice, and each item."""
    id_, (start, until) = subscription["id"], period_of(subscription)
    lines = await pending_lines(ledger, subscription["customer"], id_, invoice)
    for item in subscription["items"]["data"]:
        lines.append(await period_line(ledger, item, start, until))
    return lines


async def _set_aside(ledger: Ledger, invoice: Document, how: str) -> None:
    """What a paused collection does with an invoice that would have been charged."""
    invoice = await finalize(ledger, invoice)
    await (void(ledger, invoice) if how == "void" else give_up(ledger, invoice))


async def warn(ledger: Ledger, id_: str) -> None:
    """A trial ends in three days."""
    subscription = await ledger.get("subscription", id_)
    if subscription["status"] == "trialing":
        ledger.tell("customer.subscription.trial_will_end", subscription)
