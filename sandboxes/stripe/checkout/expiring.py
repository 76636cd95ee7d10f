"""How a Checkout Session ends without a payment: its time is up, or it is called off."""

from sandboxes.kit.records import Document
from sandboxes.stripe import settling
from sandboxes.stripe.checkout.shape import KIND
from sandboxes.stripe.due import withdraw
from sandboxes.stripe.ledger import Ledger

EXPIRE = "expire_checkout_session"
"""What is due for a session that is open."""


async def expire(ledger: Ledger, id_: str) -> Document:
    """The session, over, and the payment that was tried on it given up."""
    session = await ledger.get(KIND, id_)
    if session["status"] != "open":
        return session
    await withdraw(ledger, id_, EXPIRE)
    if intent := await ledger.look_up("payment_intent", session["_intent"] or ""):
        await settling.cancel(ledger, intent, "expired")
    changes = {"status": "expired", "url": None}
    return await ledger.change(session, changes, f"{KIND}.expired")
