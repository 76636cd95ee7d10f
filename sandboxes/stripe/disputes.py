"""Disputes: a card's holder wants the money back, and the seller may answer with evidence."""

from sandboxes.kit.records import Document
from sandboxes.stripe.cards import Card
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import Metadata, Text, Truth, Unsettable, merged
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Created, page
from sandboxes.stripe.operations import route

DAY_S = 86_400
TO_ANSWER_S = 7 * DAY_S
WON, LOST = "winning_evidence", "losing_evidence"
"""The words in `uncategorized_text` by which a test decides how it ends, as documented."""


class Evidence(Hash):
    """What the seller has to say."""

    not_emulated = words("enhanced_evidence")
    access_activity_log: Unsettable = None
    billing_address: Unsettable = None
    cancellation_policy: Unsettable = None
    cancellation_policy_disclosure: Unsettable = None
    cancellation_rebuttal: Unsettable = None
    customer_communication: Unsettable = None
    customer_email_address: Unsettable = None
    customer_name: Unsettable = None
    customer_purchase_ip: Unsettable = None
    customer_signature: Unsettable = None
    duplicate_charge_documentation: Unsettable = None
    duplicate_charge_explanation: Unsettable = None
    duplicate_charge_id: Unsettable = None
    product_description: Unsettable = None
    receipt: Unsettable = None
    refund_policy: Unsettable = None
    refund_policy_disclosure: Unsettable = None
    refund_refusal_explanation: Unsettable = None
    service_date: Unsettable = None
    service_documentation: Unsettable = None
    shipping_address: Unsettable = None
    shipping_carrier: Unsettable = None
    shipping_date: Unsettable = None
    shipping_documentation: Unsettable = None
    shipping_tracking_number: Unsettable = None
    uncategorized_file: Unsettable = None
    uncategorized_text: Unsettable = None


class Update(Form):
    """An answer to a dispute."""

    not_emulated = words("intended_submission_method")
    evidence: Evidence = Evidence()
    metadata: Metadata = {}
    submit: Truth = True


class Listing(Created):
    """Which disputes."""

    charge: Text | None = None
    payment_intent: Text | None = None


async def dispute(ledger: Ledger, charge: Document, card: Card) -> None:
    """Dispute a charge, as the card's holder; of an inquiry no money moves yet."""
    found = {
        "id": new_id("du"),
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": ledger.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": Evidence().model_dump() | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": ledger.now + TO_ANSWER_S,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": card.is_inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card.brand,
                "case_type": "inquiry" if card.is_inquiry else "chargeback",
                "network": card.brand,
                "network_reason_code": "10.4" if card.disputed == "fraudulent" else "13.1",
            },
            "type": "card",
        },
        "reason": card.disputed,
        "status": "warning_needs_response" if card.is_inquiry else "needs_response",
    }
    await ledger.change(charge, {"disputed": True}, "charge.updated")
    await ledger.keep(found, "charge.dispute.created")
    if not card.is_inquiry:
        ledger.tell("charge.dispute.funds_withdrawn", found)


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The dispute."""
    return await ledger.get("dispute", id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The dispute, answered; what was submitted is judged at once where the words say how."""
    found = _open(await ledger.get("dispute", id_))
    evidence = found["evidence"] | form.evidence.given()
    details = found["evidence_details"] | {"has_evidence": any(evidence.values())}
    changes: Document = {"evidence": evidence, "evidence_details": details}
    changes["metadata"] = merged(found["metadata"], form.metadata)
    submits = form.submit and "evidence" in form.model_fields_set
    if submits:
        details["submission_count"] += 1
        is_inquiry = found["status"].startswith("warning")
        changes["status"] = "warning_under_review" if is_inquiry else "under_review"
    found = await ledger.change(found, changes, "charge.dispute.updated")
    if submits and evidence["uncategorized_text"] in {WON, LOST}:
        return await _end(ledger, found, won=evidence["uncategorized_text"] == WON)
    return found


async def close(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The dispute, given up."""
    return await _end(ledger, _open(await ledger.get("dispute", id_)), won=False)


async def _end(ledger: Ledger, found: Document, *, won: bool) -> Document:
    if found["status"].startswith("warning"):
        return await ledger.change(found, {"status": "warning_closed"}, "charge.dispute.closed")
    changes = {"status": "won" if won else "lost"}
    found = await ledger.change(found, changes, "charge.dispute.closed")
    if won:
        ledger.tell("charge.dispute.funds_reinstated", found)
    return found


def _open(found: Document) -> Document:
    if found["status"] in {"won", "lost", "warning_closed"}:
        raise StripeError("This dispute is already closed", code="dispute_already_closed")
    return found


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of disputes."""
    like = {"charge": form.charge, "payment_intent": form.payment_intent}
    return await page(ledger, "dispute", "/v1/disputes", form, like=like)


ROUTES = (
    route("GetDisputes", "/v1/disputes", Listing, listed),
    route("GetDisputesDispute", "/v1/disputes/{id}", Form, retrieve),
    route("PostDisputesDispute", "/v1/disputes/{id}", Update, update),
    route("PostDisputesDisputeClose", "/v1/disputes/{id}/close", Form, close),
)
