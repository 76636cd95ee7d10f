"""Somebody tries to pay on a session's page: with a card, which pays, declines or challenges.

As in Stripe's API since 2025, the subscription comes after its payment: a declined card leaves
none behind.
"""

from dataclasses import dataclass

from sandboxes.kit.records import Document
from sandboxes.stripe import customers, settling, setup_intents
from sandboxes.stripe.checkout.completing import complete
from sandboxes.stripe.checkout.shape import KIND
from sandboxes.stripe.clocks import their_time
from sandboxes.stripe.fields import merged
from sandboxes.stripe.intents import new_intent
from sandboxes.stripe.invoicing import waiting_items
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.methods import MethodData, new_method


@dataclass(frozen=True)
class Payer:
    """Who pays, as they say on the page, and with which card."""

    email: str
    name: str
    card: MethodData


async def try_to_pay(ledger: Ledger, session: Document, payer: Payer) -> Document:
    """The session after an attempt: complete, or open still, with what its intent says.

    Raises CardError for a card that can not be, and keeps nothing of it.
    """
    method = await new_method(ledger, payer.card)
    session = await _with_customer(ledger, session, payer)
    if session["_customer"]:
        ledger = await their_time(ledger, session["_customer"])
    due = await _due(ledger, session)
    intent = await _intent(ledger, session, due)
    changes = {"_intent": intent["id"], "_email": payer.email, "_name": payer.name}
    if session["mode"] == "payment":
        changes["payment_intent"] = intent["id"]
    session = await ledger.change(session, changes)
    if intent["object"] == "payment_intent":
        intent = await settling.pay(ledger, intent, method, return_url=session["url"])
    else:
        intent = await setup_intents.set_up(ledger, intent, method, session["url"])
    return await go_on(ledger, session, intent)


async def go_on(ledger: Ledger, session: Document, intent: Document) -> Document:
    """The session after something became of its intent: complete where that succeeded."""
    if intent["status"] == "succeeded" and session["status"] == "open":
        return await complete(ledger, session, intent)
    return session


async def hear_of(ledger: Ledger, intent: Document) -> Document | None:
    """The session that an intent belongs to, after a challenge of its card was answered."""
    found = await ledger.find(KIND, 1, _intent=intent["id"])
    return await go_on(ledger, found[0], intent) if found else None


async def intent_of(ledger: Ledger, session: Document) -> Document | None:
    """The payment or setup intent of the latest attempt."""
    id_ = session["_intent"] or ""
    kind = "setup_intent" if id_.startswith("seti_") else "payment_intent"
    return await ledger.look_up(kind, id_)


async def _with_customer(ledger: Ledger, session: Document, payer: Payer) -> Document:
    """The session with its customer, who is made when somebody first pays, where one is made."""
    customer = session["_customer"] or session["customer"]
    if customer is None and session["customer_creation"] == "always":
        told = customers.Creation(email=payer.email, name=payer.name)
        customer = (await customers.create(ledger, told))["id"]
    return await ledger.change(session, {"_customer": customer})


async def _due(ledger: Ledger, session: Document) -> int:
    """What is to be paid now, in cents."""
    total = int(session["amount_total"] or 0)
    if session["mode"] != "subscription" or total == 0:
        return total
    # The first invoice takes up what the customer has left over, and what waited for an invoice.
    customer = await ledger.get("customer", session["_customer"])
    total += sum(each["amount"] for each in await waiting_items(ledger, customer["id"], None))
    return max(0, int(total) + int(customer["balance"]))


async def _intent(ledger: Ledger, session: Document, due: int) -> Document:
    """The intent of an earlier attempt, or a new one."""
    customer = session["_customer"]
    found = await intent_of(ledger, session)
    if found and found["status"] != "canceled":
        return found | {"customer": customer}
    if due == 0:
        data = session["_setup_data"]
        told = data | {"metadata": merged({}, data.get("metadata", {}))}
        setup = setup_intents.new_setup(ledger, customer, **told)
        return await ledger.keep(setup, "setup_intent.created")
    data = session["_payment_data"]
    told = data | {"metadata": merged({}, data.get("metadata", {}))}
    if session["mode"] == "subscription":
        told = {"description": "Subscription creation", "setup_future_usage": "off_session"}
    intent = new_intent(ledger, due, session["currency"], customer, **told)
    return await ledger.keep(intent, "payment_intent.created")
