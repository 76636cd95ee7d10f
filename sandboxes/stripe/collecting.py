"""How an invoice is paid: tried, tried again on a schedule, and what its subscription learns."""

from sandboxes.kit.records import Document
from sandboxes.stripe import dunning, paying
from sandboxes.stripe.due import promise, withdraw
from sandboxes.stripe.ending import EXPIRE, end
from sandboxes.stripe.invoicing import FINALIZE, HOUR_S, finalize, payment_of
from sandboxes.stripe.ledger import Ledger

COLLECT, OVERDUE, DAY_S = "collect_invoice", "find_invoice_overdue", 86_400
"""What is due for an invoice: to try again after a payment failed, and to be paid at last."""


async def advance(ledger: Ledger, invoice_id: str) -> None:
    """A draft's hour is over: it is finalized, and paid or sent."""
    invoice = await ledger.get("invoice", invoice_id)
    if invoice["status"] == "draft":
        await finalize_and_collect(ledger, invoice, off_session=True)


async def retry(ledger: Ledger, invoice_id: str) -> None:
    """Another attempt is due."""
    invoice = await ledger.get("invoice", invoice_id)
    if invoice["status"] == "open":
        await collect(ledger, invoice, off_session=True)


async def finalize_and_collect(ledger: Ledger, invoice: Document, *, off_session: bool) -> Document:
    """The invoice after it was finalized, and tried where it is charged by itself."""
    invoice = await finalize(ledger, invoice)
    if invoice["amount_due"] == 0:
        return await mark_paid(ledger, invoice)
    if invoice["collection_method"] == "charge_automatically" and invoice["auto_advance"]:
        return await collect(ledger, invoice, off_session=off_session)
    if invoice["collection_method"] == "send_invoice":
        ledger.tell("invoice.sent", invoice)
        if invoice["due_date"]:
            due, clock = invoice["due_date"], invoice["test_clock"]
            await promise(ledger, OVERDUE, invoice["id"], due, clock)
    return invoice


async def note_overdue(ledger: Ledger, invoice_id: str) -> None:
    """The day is over on which an invoice that was sent should have been paid."""
    invoice = await ledger.get("invoice", invoice_id)
    if invoice["status"] != "open":
        return
    ledger.tell("invoice.overdue", invoice)
    if invoice["_subscription"]:
        subscription = await ledger.look_up("subscription", invoice["_subscription"])
        if subscription and subscription["status"] == "active":
            late = {"status": "past_due"}
            await ledger.change(subscription, late, "customer.subscription.updated")


async def await_hour(ledger: Ledger, invoice: Document) -> Document:
    """The invoice: a draft that advances by itself is finalized in an hour."""
    at = ledger.now + HOUR_S
    await promise(ledger, FINALIZE, invoice["id"], at, invoice["test_clock"])
    return await ledger.change(invoice, {"automatically_finalizes_at": at})


async def await_attempt(ledger: Ledger, invoice: Document) -> None:
    """An invoice that was finalized by hand is charged in an hour."""
    await promise(ledger, COLLECT, invoice["id"], ledger.now + HOUR_S, invoice["test_clock"])


async def intent_of(ledger: Ledger, invoice: Document) -> Document:
    """The payment intent of an invoice that is open, or was."""
    payment = await payment_of(ledger, invoice)
    assert payment, f"{invoice['id']} has no payment"  # noqa: S101
    return await ledger.get("payment_intent", payment["payment"]["payment_intent"])


async def collect(
    ledger: Ledger, invoice: Document, *, off_session: bool, method: Document | None = None
) -> Document:
    """The invoice after an attempt to have it paid; raises nothing for a decline."""
    intent = await intent_of(ledger, invoice)
    method = method or await default_method(ledger, invoice)
    if method is None:
        return await _failed(ledger, invoice)
    intent = await paying.pay(ledger, intent, method, off_session=off_session, waits=True)
    return await note(ledger, intent)


async def default_method(ledger: Ledger, invoice: Document) -> Document | None:
    """With what an invoice is paid: its own card, the subscription's, or the customer's."""
    ids = [invoice["default_payment_method"]]
    if invoice["_subscription"]:
        subscription = await ledger.look_up("subscription", invoice["_subscription"])
        ids.append(subscription and subscription["default_payment_method"])
    customer = await ledger.get("customer", invoice["customer"])
    ids.append(customer["invoice_settings"]["default_payment_method"])
    chosen = next(filter(None, ids), None)
    return await ledger.look_up("payment_method", chosen) if chosen else None


async def note(ledger: Ledger, intent: Document) -> Document:
    """The invoice, after what became of its payment intent."""
    invoice = await ledger.get("invoice", intent["_invoice"])
    if invoice["status"] not in {"open", "uncollectible"}:
        return invoice
    if intent["status"] == "succeeded":
        await _save_method(ledger, invoice, intent)
        return await mark_paid(ledger, invoice)
    if intent["status"] == "requires_action":
        return await _failed(ledger, invoice, waits=True)
    return await _failed(ledger, invoice)


async def mark_paid(ledger: Ledger, invoice: Document, *, out_of_band: bool = False) -> Document:
    """The invoice, paid, and its subscription in good standing again."""
    await withdraw(ledger, invoice["id"], COLLECT, FINALIZE)
    tried = invoice["amount_due"] > 0 and not out_of_band
    changes = {
        "amount_paid": invoice["amount_due"],
        "amount_paid_off_stripe": invoice["amount_due"] if out_of_band else 0,
        "amount_remaining": 0,
        "attempt_count": invoice["attempt_count"] + tried,
        "attempted": True,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status": "paid",
        "status_transitions": invoice["status_transitions"] | {"paid_at": ledger.now},
    }
    invoice = await ledger.change(invoice, changes, "invoice.paid")
    ledger.tell("invoice.payment_succeeded", invoice)
    if not out_of_band:
        await _pay_payment(ledger, invoice)
    await _restore(ledger, invoice)
    return invoice


async def _pay_payment(ledger: Ledger, invoice: Document) -> None:
    payment = await payment_of(ledger, invoice)
    if payment:
        moments = payment["status_transitions"] | {"paid_at": ledger.now}
        changes = {"amount_paid": payment["amount_requested"], "status": "paid"}
        await ledger.change(
            payment, changes | {"status_transitions": moments}, "invoice_payment.paid"
        )


async def _save_method(ledger: Ledger, invoice: Document, intent: Document) -> None:
    """A subscription that wishes so pays with the card that paid first from then on."""
    if not invoice["_subscription"]:
        return
    subscription = await ledger.look_up("subscription", invoice["_subscription"])
    if subscription and subscription["payment_settings"]["save_default_payment_method"] == (
        "on_subscription"
    ):
        chosen = {"default_payment_method": intent["payment_method"]}
        await ledger.change(subscription, chosen, "customer.subscription.updated")


async def _restore(ledger: Ledger, invoice: Document) -> None:
    customer = await ledger.look_up("customer", invoice["customer"])
    if customer and customer["delinquent"] and not await _owes(ledger, customer["id"]):
        await ledger.change(customer, {"delinquent": False}, "customer.updated")
    if not invoice["_subscription"]:
        return
    subscription = await ledger.look_up("subscription", invoice["_subscription"])
    if subscription is None or subscription["latest_invoice"] != invoice["id"]:
        return
    if subscription["status"] in {"incomplete", "past_due", "unpaid", "paused"}:
        await withdraw(ledger, subscription["id"], EXPIRE)
        changes = {"status": "active", "status_details": None}
        await ledger.change(subscription, changes, "customer.subscription.updated")


async def _owes(ledger: Ledger, customer: str) -> bool:
    unpaid = await ledger.find("invoice", customer=customer, status="open")
    return any(each["attempted"] and each["_subscription"] for each in unpaid)


async def _failed(ledger: Ledger, invoice: Document, *, waits: bool = False) -> Document:
    """The invoice after an attempt that failed, or that waits for the card's holder."""
    subscription = None
    if invoice["_subscription"]:
        subscription = await ledger.look_up("subscription", invoice["_subscription"])
    first = subscription is not None and subscription["status"] == "incomplete"
    pauses = (
        [] if first or not invoice["auto_advance"] else (await dunning.rules(ledger)).retry_days
    )
    made = invoice["attempt_count"]
    again = ledger.now + pauses[made] * DAY_S if made < len(pauses) else None
    changes = {"attempt_count": made + 1, "attempted": True, "next_payment_attempt": again}
    if again is None and not first:
        changes["auto_advance"] = False
    invoice = await ledger.change(invoice, changes, "invoice.updated")
    if waits:
        ledger.tell("invoice.payment_action_required", invoice)
    ledger.tell("invoice.payment_failed", invoice)
    if again is not None:
        await promise(ledger, COLLECT, invoice["id"], again, invoice["test_clock"])
    if subscription and not first:
        await _fall_behind(ledger, subscription, is_last=bool(pauses) and again is None)
    return invoice


async def _fall_behind(ledger: Ledger, subscription: Document, *, is_last: bool) -> None:
    """What a failed renewal means: past due, and after the last attempt what the rules say."""
    customer = await ledger.get("customer", subscription["customer"])
    await ledger.change(customer, {"delinquent": True}, "customer.updated")
    if subscription["status"] in {"active", "trialing"}:
        late = {"status": "past_due"}
        subscription = await ledger.change(subscription, late, "customer.subscription.updated")
    if not is_last or subscription["status"] != "past_due":
        return
    after = (await dunning.rules(ledger)).after
    if after == "cancel":
        await end(ledger, subscription, "payment_failed")
    elif after == "unpaid":
        changes = {"status": "unpaid"}
        await ledger.change(subscription, changes, "customer.subscription.updated")
