"""What a payment settles: it is made, and an invoice that it pays hears of it."""

from sandboxes.kit.records import Document
from sandboxes.stripe import collecting, paying
from sandboxes.stripe.ledger import Ledger


async def pay(
    ledger: Ledger,
    intent: Document,
    method: Document,
    *,
    off_session: bool = False,
    return_url: str | None = None,
) -> Document:
    """The intent after the card was asked, as `paying.pay` has it."""
    intent = await paying.pay(
        ledger, intent, method, off_session=off_session, return_url=return_url
    )
    return await _settle(ledger, intent)


async def answer_challenge(ledger: Ledger, intent: Document, *, succeeds: bool) -> Document:
    """The intent after its card's holder said who they are, or failed to."""
    return await _settle(ledger, await paying.answer_challenge(ledger, intent, succeeds))


async def _settle(ledger: Ledger, intent: Document) -> Document:
    if intent["_invoice"]:
        await collecting.note(ledger, intent)
    return intent


async def cancel(ledger: Ledger, intent: Document, reason: str | None) -> Document:
    """The intent, given up; money that was held is let go."""
    if intent["status"] == "requires_capture":
        charge = await ledger.get("charge", intent["latest_charge"])
        back = {"amount_refunded": charge["amount"], "refunded": True}
        await ledger.change(charge, back, "charge.refunded")
    changes = {
        "amount_capturable": 0,
        "canceled_at": ledger.now,
        "cancellation_reason": reason,
        "next_action": None,
        "status": "canceled",
    }
    return await ledger.change(intent, changes, "payment_intent.canceled")
