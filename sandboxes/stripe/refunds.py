"""Refunds: money that goes back, all of a charge's or a part."""

from typing import Literal

from sandboxes.kit.records import Document
from sandboxes.stripe.due import promise
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import Amount, Metadata, Text, merged
from sandboxes.stripe.forms import Form, words
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Created, a_list, page
from sandboxes.stripe.methods import card_of
from sandboxes.stripe.operations import route

SETTLE, SETTLING_S = "settle_refund", 60
"""What is due for a refund that is slow or fails, and how much later: Stripe says "some time"."""


class Creation(Form):
    """A new refund."""

    not_emulated = words(
        "currency customer instructions_email origin refund_application_fee reverse_transfer"
    )
    amount: Amount | None = None
    charge: Text | None = None
    payment_intent: Text | None = None
    metadata: Metadata = {}
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None


class Update(Form):
    """A change of a refund."""

    metadata: Metadata = {}


class Listing(Created):
    """Which refunds."""

    charge: Text | None = None
    payment_intent: Text | None = None


async def create(ledger: Ledger, form: Creation) -> Document:
    """A refund; raises StripeError where there is nothing left to give back."""
    charge = await _charge(ledger, form)
    amount = _amount(charge, form.amount)
    method = await ledger.get("payment_method", charge["payment_method"])
    fate = card_of(method).refunds
    refund = await ledger.keep(
        {
            "id": new_id("re"),
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "created": ledger.now,
            "currency": charge["currency"],
            "customer": charge["customer"],
            "customer_account": None,
            "destination_details": {"card": {"type": "refund"}, "type": "card"},
            "metadata": merged({}, form.metadata),
            "payment_intent": charge["payment_intent"],
            "payment_method": charge["payment_method"],
            "reason": form.reason,
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "pending" if fate == "pending" else "succeeded",
            "transfer_reversal": None,
        },
        "refund.created",
    )
    await _give_back(ledger, charge, refund)
    if fate != "succeeded":
        await promise(ledger, SETTLE, refund["id"], ledger.now + SETTLING_S)
    return refund


async def _charge(ledger: Ledger, form: Creation) -> Document:
    if form.charge:
        return await ledger.get("charge", form.charge, "charge")
    if not form.payment_intent:
        words = "One of the following params should be provided: payment_intent or charge."
        raise StripeError(words, code="parameter_missing")
    intent = await ledger.get("payment_intent", form.payment_intent, "payment_intent")
    if intent["status"] not in {"succeeded", "requires_capture"}:
        words = "This PaymentIntent does not have a successful charge to refund."
        raise StripeError(words, param="payment_intent")
    return await ledger.get("charge", intent["latest_charge"])


def _amount(charge: Document, asked: int | None) -> int:
    """How much goes back; raises StripeError for more than there is."""
    if charge["refunded"]:
        sentence = f"Charge {charge['id']} has already been refunded."
        raise StripeError(sentence, code="charge_already_refunded")
    if charge["disputed"]:
        sentence = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise StripeError(sentence, code="charge_disputed")
    if not charge["captured"]:
        sentence = f"Charge {charge['id']} has not been captured; cancel its PaymentIntent instead."
        raise StripeError(sentence, code="charge_not_refundable")
    left = charge["amount_captured"] - charge["amount_refunded"]
    if asked is not None and asked > left:
        sentence = (
            f"Refund amount (${asked / 100:.2f}) is greater than unrefunded amount on charge"
            f" (${left / 100:.2f})"
        )
        raise StripeError(sentence, param="amount", code="amount_too_large")
    if asked == 0:
        raise StripeError("Invalid positive integer", param="amount")
    return left if asked is None else asked


async def _give_back(ledger: Ledger, charge: Document, refund: Document) -> None:
    total = charge["amount_refunded"] + refund["amount"]
    changes = {"amount_refunded": total, "refunded": total == charge["amount_captured"]}
    await ledger.change(charge, changes, "charge.refunded")


async def settle(ledger: Ledger, id_: str) -> None:
    """A slow refund arrives, and one that was doomed fails."""
    refund = await ledger.get("refund", id_)
    if refund["status"] == "pending":
        refund = await ledger.change(refund, {"status": "succeeded"}, "refund.updated")
        ledger.tell("charge.refund.updated", refund)
        return
    failed = {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    await ledger.change(refund, failed, "refund.failed")
    charge = await ledger.get("charge", refund["charge"])
    left = {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False}
    await ledger.change(charge, left, "charge.updated")


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The refund."""
    return await ledger.get("refund", id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The refund, with other metadata."""
    refund = await ledger.get("refund", id_)
    changes = {"metadata": merged(refund["metadata"], form.metadata)}
    return await ledger.change(refund, changes, "refund.updated")


async def cancel(ledger: Ledger, _form: Form, id_: str) -> Document:
    """Refused: only a refund that waits for its receiver can be taken back, and a card's never."""
    refund = await ledger.get("refund", id_)
    raise StripeError(f"You cannot cancel a refund with status {refund['status']}.")


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of refunds."""
    like = {"charge": form.charge, "payment_intent": form.payment_intent}
    return await page(ledger, "refund", "/v1/refunds", form, like=like)


async def of_charge(ledger: Ledger, charge: Document) -> Document:
    """The refunds within a charge, ten of them."""
    found = await ledger.find("refund", 11, charge=charge["id"])
    return a_list(f"/v1/charges/{charge['id']}/refunds", found[:10], len(found) > 10)


ROUTES = (
    route("PostRefunds", "/v1/refunds", Creation, create),
    route("GetRefunds", "/v1/refunds", Listing, listed),
    route("GetRefundsRefund", "/v1/refunds/{id}", Form, retrieve),
    route("PostRefundsRefund", "/v1/refunds/{id}", Update, update),
    route("PostRefundsRefundCancel", "/v1/refunds/{id}/cancel", Form, cancel),
)
