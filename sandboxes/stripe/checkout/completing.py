"""What a paid Checkout Session brings about: a subscription, and the word that it is complete."""

from sandboxes.kit.records import Document
from sandboxes.stripe import collecting, subscribing
from sandboxes.stripe.checkout.expiring import EXPIRE
from sandboxes.stripe.checkout.shape import KIND, details
from sandboxes.stripe.due import withdraw
from sandboxes.stripe.invoicing import payment_of
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.subscription_forms import Creation


async def complete(ledger: Ledger, session: Document, intent: Document) -> Document:
    """The session, complete: its payment or its setup has succeeded."""
    await withdraw(ledger, session["id"], EXPIRE)
    changes: Document = {
        "customer": session["_customer"],
        "customer_details": details(session["_email"], session["_name"]),
        "status": "complete",
        "url": None,
    }
    paid = intent["object"] == "payment_intent"
    changes["payment_status"] = "paid" if paid else "no_payment_required"
    if session["mode"] == "subscription":
        subscription = await _subscribe(ledger, session, intent)
        changes["subscription"] = subscription["id"]
        changes["invoice"] = subscription["latest_invoice"]
    elif session["mode"] == "setup":
        changes["setup_intent"] = intent["id"]
    return await ledger.change(session, changes, f"{KIND}.completed")


async def _subscribe(ledger: Ledger, session: Document, intent: Document) -> Document:
    """A subscription whose first invoice was paid before it was made."""
    paid = intent["object"] == "payment_intent"
    form = Creation(
        customer=session["_customer"],
        default_payment_method=intent["payment_method"],
        items=[
            {"price": each["price"]["id"], "quantity": each["quantity"]}
            for each in session["_lines"]
        ],
        payment_behavior="default_incomplete" if paid else "allow_incomplete",
        **session["_subscription_data"],
    )
    place = len(ledger.told)
    subscription = await subscribing.subscribe(ledger, form)
    if not paid:
        return subscription
    await _take(ledger, subscription["latest_invoice"], intent)
    return await _tell_as_it_is(ledger, subscription["id"], place)


async def _take(ledger: Ledger, invoice_id: str, intent: Document) -> None:
    """Pay an invoice with an intent that has succeeded, in place of the one that it came with."""
    payment = await payment_of(ledger, await ledger.get("invoice", invoice_id))
    assert payment, f"{invoice_id} waits for no payment"  # noqa: S101
    needless = payment["payment"]["payment_intent"]
    await ledger.vendor.records.remove("payment_intent", needless)
    _untell(ledger, needless, 0)
    taken = {"payment_intent": intent["id"], "type": "payment_intent"}
    await ledger.change(payment, {"payment": taken})
    await collecting.note(ledger, await ledger.change(intent, {"_invoice": invoice_id}))


async def _tell_as_it_is(ledger: Ledger, id_: str, place: int) -> Document:
    """The subscription, active; its creation is told first, and as it is when all is done."""
    subscription = await ledger.get("subscription", id_)
    _untell(ledger, id_, place)
    ledger.tell("customer.subscription.created", subscription, place=place)
    return subscription


def _untell(ledger: Ledger, id_: str, place: int) -> None:
    """Tell nothing of an object in what came since."""
    ledger.told[place:] = [each for each in ledger.told[place:] if each.object["id"] != id_]
