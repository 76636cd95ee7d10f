"""How a subscription ends: canceled now, at the end of its period, or because nobody pays."""

from sandboxes.kit.records import Document
from sandboxes.stripe.due import withdraw
from sandboxes.stripe.ledger import Ledger

EXPIRE, TO_PAY_S = "expire_subscription", 23 * 3600
"""What is due for a subscription whose first payment is awaited: 23 hours later it expires."""
LIVING = frozenset({"incomplete", "trialing", "active", "past_due", "unpaid", "paused"})


async def end(ledger: Ledger, subscription: Document, reason: str, **said: str | None) -> Document:
    """The subscription, canceled; its drafts advance no more, and nothing is due any more."""
    await withdraw(ledger, subscription["id"])
    for invoice in await ledger.find("invoice", _subscription=subscription["id"]):
        if invoice["status"] in {"draft", "open"} and invoice["auto_advance"]:
            await withdraw(ledger, invoice["id"])
            stopped = {"auto_advance": False, "next_payment_attempt": None}
            stopped["automatically_finalizes_at"] = None
            await ledger.change(invoice, stopped, "invoice.updated")
    details = subscription["cancellation_details"] | {"reason": reason} | said
    changes = {
        "canceled_at": subscription["canceled_at"] or ledger.now,
        "cancellation_details": details,
        "ended_at": ledger.now,
        "status": "canceled",
    }
    return await ledger.change(subscription, changes, "customer.subscription.deleted")


async def expire(ledger: Ledger, subscription_id: str) -> None:
    """Nobody paid the first invoice: it is void, and the subscription never was."""
    subscription = await ledger.get("subscription", subscription_id)
    if subscription["status"] != "incomplete":
        return
    changes = {"status": "incomplete_expired", "ended_at": ledger.now}
    await withdraw(ledger, subscription_id)
    await ledger.change(subscription, changes, "customer.subscription.updated")
    invoice = await ledger.look_up("invoice", subscription["latest_invoice"])
    if invoice and invoice["status"] == "open":
        await void(ledger, invoice)


async def void(ledger: Ledger, invoice: Document) -> Document:
    """The invoice, void: nobody pays it any more."""
    await withdraw(ledger, invoice["id"])
    changes = {
        "auto_advance": False,
        "next_payment_attempt": None,
        "status": "void",
        "status_transitions": invoice["status_transitions"] | {"voided_at": ledger.now},
    }
    for payment in await ledger.find("invoice_payment", invoice=invoice["id"]):
        moments = payment["status_transitions"] | {"canceled_at": ledger.now}
        await ledger.change(payment, {"status": "canceled", "status_transitions": moments})
        intent = await ledger.get("payment_intent", payment["payment"]["payment_intent"])
        if intent["status"] not in {"succeeded", "canceled"}:
            gone = {"status": "canceled", "canceled_at": ledger.now, "next_action": None}
            gone["cancellation_reason"] = "void_invoice"
            await ledger.change(intent, gone, "payment_intent.canceled")
    return await ledger.change(invoice, changes, "invoice.voided")


async def give_up(ledger: Ledger, invoice: Document) -> Document:
    """The invoice, which nobody expects to be paid any more."""
    await withdraw(ledger, invoice["id"])
    moments = invoice["status_transitions"] | {"marked_uncollectible_at": ledger.now}
    changes = {"auto_advance": False, "next_payment_attempt": None, "status": "uncollectible"}
    changes["status_transitions"] = moments
    return await ledger.change(invoice, changes, "invoice.marked_uncollectible")
