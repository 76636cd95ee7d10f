"""Money that goes back: refunds by the seller, disputes by the card's holder."""

import pytest
import stripe

from tests.sandboxes.test_stripe_payments import pay
from tests.sandboxes.till import Till


def test_a_payment_is_refunded_in_parts_and_no_further(till: Till) -> None:
    intent, refunds = pay(till), till.stripe.v1.refunds
    part = refunds.create({"payment_intent": intent.id, "amount": 900, "metadata": {"a": "b"}})
    assert (part.status, part.amount, part.charge) == ("succeeded", 900, intent.latest_charge)
    charge = till.stripe.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.refunded, charge.amount_refunded) == (False, 900)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        refunds.create({"charge": charge.id, "amount": 2001})
    rest = refunds.create({"charge": charge.id, "reason": "requested_by_customer"})
    assert rest.amount == 2000
    charge = till.stripe.v1.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert charge.refunds
    assert (charge.refunded, [each.id for each in charge.refunds.data]) == (
        True,
        [rest.id, part.id],
    )
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_already_refunded"
    assert refunds.update(part.id, {"metadata": {"a": "c"}}).to_dict()["metadata"] == {"a": "c"}
    assert [each.id for each in refunds.list({"charge": charge.id}).data] == [rest.id, part.id]
    with pytest.raises(stripe.InvalidRequestError, match="cannot cancel"):
        refunds.cancel(part.id)
    assert till.heard("charge.refunded") == ["charge.refunded"] * 2
    assert till.heard("refund") == ["refund.created", "refund.created", "refund.updated"]


def test_a_slow_refund_arrives_and_a_doomed_one_fails(till: Till) -> None:
    slow, doomed = pay(till, "pm_card_pendingRefund"), pay(till, "pm_card_refundFail")
    refunds = till.stripe.v1.refunds
    first = refunds.create({"payment_intent": slow.id})
    second = refunds.create({"payment_intent": doomed.id})
    assert (first.status, second.status) == ("pending", "succeeded")
    till.advance(61)
    assert (refunds.retrieve(first.id).status, refunds.retrieve(second.id).status) == (
        *("succeeded", "failed"),
    )
    assert not till.stripe.v1.charges.retrieve(str(doomed.latest_charge)).refunded
    assert {"refund.updated", "refund.failed"} <= set(till.heard())


def test_what_was_not_paid_can_not_be_refunded(till: Till) -> None:
    intent = till.stripe.v1.payment_intents.create({"amount": 100, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        till.stripe.v1.refunds.create({"payment_intent": intent.id})
    held = pay(till, capture_method="manual")
    with pytest.raises(stripe.InvalidRequestError, match="has not been captured"):
        till.stripe.v1.refunds.create({"payment_intent": held.id})
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent or charge"):
        till.stripe.v1.refunds.create({})


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ("winning_evidence", "won", ["updated", "closed", "funds_reinstated"]),
        ("losing_evidence", "lost", ["updated", "closed"]),
        ("They were at the seminar.", "under_review", ["updated"]),
    ],
)
def test_a_dispute_is_answered(till: Till, words: str, status: str, told: list[str]) -> None:
    intent, disputes = pay(till, "pm_card_createDispute"), till.stripe.v1.disputes
    (dispute,) = disputes.list({"payment_intent": intent.id}).data
    assert (dispute.status, dispute.reason, dispute.amount) == (
        "needs_response",
        "fraudulent",
        2900,
    )
    assert till.stripe.v1.charges.retrieve(str(intent.latest_charge)).disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        till.stripe.v1.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"
    staged = disputes.update(dispute.id, {"evidence": {"receipt": "file_1"}, "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    answered = disputes.update(dispute.id, {"evidence": {"uncategorized_text": words}})
    assert (answered.status, answered.evidence_details.submission_count) == (status, 1)
    heard = till.heard("charge.dispute")
    assert heard[:3] == [
        f"charge.dispute.{each}" for each in ("created", "funds_withdrawn", "updated")
    ]
    assert heard[3:] == [f"charge.dispute.{each}" for each in told]


def test_a_dispute_is_given_up_and_an_inquiry_closed(till: Till) -> None:
    pay(till, "pm_card_createDisputeProductNotReceived")
    pay(till, "pm_card_createDisputeInquiry")
    disputes = till.stripe.v1.disputes
    inquiry, dispute = disputes.list().data
    assert (dispute.reason, inquiry.status) == ("product_not_received", "warning_needs_response")
    assert disputes.close(dispute.id).status == "lost"
    assert disputes.close(inquiry.id).status == "warning_closed"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        disputes.close(dispute.id)
    assert disputes.retrieve(dispute.id).status == "lost"
