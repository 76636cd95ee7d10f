"""Invoices by hand, and what becomes of payments that fail."""

from typing import Any

import pytest
import stripe

from tests.sandboxes.membership import Membership, a_membership
from tests.sandboxes.till import DAY_S, Till


@pytest.fixture
def club(till: Till) -> Membership:
    return a_membership(till)


def seminar(club: Membership, **more: Any) -> stripe.Invoice:
    """A draft for a seminar of 35 dollars."""
    items, invoices = club.till.stripe.v1.invoice_items, club.till.stripe.v1.invoices
    items.create(
        {
            "customer": club.customer,
            "amount": 3500,
            "currency": "usd",
            "description": "Spring seminar",
        }
    )
    asked = {"customer": club.customer, "pending_invoice_items_behavior": "include"}
    return invoices.create(asked | more)  # type: ignore[arg-type]


def test_an_invoice_is_drafted_finalized_and_paid_by_hand(club: Membership) -> None:
    club.till.heard()
    club.till.ear.bodies.clear()
    invoices = club.till.stripe.v1.invoices
    draft = seminar(club, description="For spring", metadata={"a": "b"})
    assert (draft.status, draft.total, draft.number) == ("draft", 3500, None)
    (line,) = draft.lines.data
    assert (line.description, line.invoice) == ("Spring seminar", draft.id)
    opened = invoices.finalize_invoice(draft.id, {"expand": ["payments", "confirmation_secret"]})
    assert (opened.status, opened.amount_remaining) == ("open", 3500)
    assert str(opened.number).endswith("-0001")
    assert opened.payments
    assert opened.payments.data[0].amount_requested == 3500
    paid = invoices.pay(opened.id)
    assert (paid.status, paid.amount_remaining, paid.attempt_count) == ("paid", 0, 1)
    with pytest.raises(stripe.InvalidRequestError, match="already paid"):
        invoices.pay(opened.id)
    asked: Any = {"invoice": draft.id}
    (payment,) = club.till.stripe.v1.invoice_payments.list(asked).data
    assert (payment.status, payment.amount_paid) == ("paid", 3500)
    assert [each.id for each in invoices.list({"customer": club.customer}).data] == [draft.id]
    assert invoices.line_items.list(draft.id).data[0].amount == 3500
    assert club.till.heard() == [
        *("invoiceitem.created", "invoice.created", "invoice.finalized", "payment_intent.created"),
        *("charge.succeeded", "payment_intent.succeeded", "invoice.paid"),
        *("invoice.payment_succeeded", "invoice_payment.paid"),
    ]


def test_a_draft_is_changed_or_thrown_away(club: Membership) -> None:
    invoices, items = club.till.stripe.v1.invoices, club.till.stripe.v1.invoice_items
    draft = seminar(club)
    assert invoices.update(draft.id, {"description": "New", "footer": "Oss"}).footer == "Oss"
    more = items.create({"customer": club.customer, "invoice": draft.id, "amount": 500})
    assert invoices.retrieve(draft.id).total == 4000
    items.update(more.id, {"amount": 700})
    assert invoices.retrieve(draft.id).total == 4200
    assert items.delete(more.id).deleted
    assert invoices.retrieve(draft.id).total == 3500
    assert invoices.delete(draft.id).deleted
    assert [each.amount for each in items.list({"pending": True}).data] == [3500]
    opened = invoices.finalize_invoice(seminar(club).id)
    assert opened.total == 7000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        items.create({"customer": club.customer, "invoice": opened.id, "amount": 500})
    assert refused.value.code == "invoice_not_editable"
    with pytest.raises(stripe.InvalidRequestError, match="only delete draft invoices"):
        invoices.delete(opened.id)


def test_an_invoice_is_void_or_given_up(club: Membership) -> None:
    invoices = club.till.stripe.v1.invoices
    first, second = (invoices.finalize_invoice(seminar(club).id) for _ in range(2))
    assert invoices.void_invoice(first.id).status == "void"
    assert invoices.mark_uncollectible(second.id).status == "uncollectible"
    with pytest.raises(stripe.InvalidRequestError, match="it is void"):
        invoices.pay(first.id)
    assert invoices.pay(second.id).status == "paid", "what was given up can still be paid"
    intents = {each.status for each in club.till.stripe.v1.payment_intents.list().data}
    assert intents == {"canceled", "succeeded"}
    assert {"invoice.voided", "invoice.marked_uncollectible"} <= set(club.till.heard())


def test_an_invoice_advances_by_itself_after_an_hour(club: Membership) -> None:
    draft = seminar(club, auto_advance=True)
    assert draft.automatically_finalizes_at == draft.created + 3600
    club.till.advance(3601)
    assert club.till.stripe.v1.invoices.retrieve(draft.id).status == "paid"


def test_an_invoice_that_the_card_declines_stays_open(till: Till) -> None:
    club = a_membership(till, card="pm_card_chargeCustomerFail")
    draft = seminar(club)
    with pytest.raises(stripe.CardError):
        till.stripe.v1.invoices.pay(draft.id)
    failed = till.stripe.v1.invoices.retrieve(draft.id)
    assert (failed.status, failed.attempted, failed.attempt_count) == ("open", True, 1)
    card = till.stripe.v1.payment_methods.attach("pm_card_visa", {"customer": club.customer})
    paid = till.stripe.v1.invoices.pay(draft.id, {"payment_method": card.id})
    assert paid.status == "paid"
    nobody = a_membership(till, card=None)
    with pytest.raises(stripe.InvalidRequestError, match="no `default_payment_method`"):
        till.stripe.v1.invoices.pay(seminar(nobody).id)


def test_a_renewal_that_fails_is_tried_after_three_five_and_seven_days(club: Membership) -> None:
    made = club.subscribe(items=[{"price": club.monthly}])
    club.give_card("pm_card_chargeCustomerFail")
    club.till.advance(31 * DAY_S + 3700)
    invoice = str(club.get(made.id).latest_invoice)
    failed = []
    for days in (0, 3, 5, 7):
        club.till.advance(days * DAY_S)
        found = club.till.stripe.v1.invoices.retrieve(invoice)
        failed.append((found.attempt_count, club.get(made.id).status))
    assert failed == [(1, "past_due"), (2, "past_due"), (3, "past_due"), (4, "canceled")]
    assert (found.status, found.next_payment_attempt) == ("open", None)
    details = club.get(made.id).cancellation_details
    assert details
    assert details.reason == "payment_failed"
    assert club.till.stripe.v1.customers.retrieve(club.customer).delinquent
    assert club.till.heard("invoice.payment_failed") == ["invoice.payment_failed"] * 4
    assert club.till.heard("customer.subscription.deleted")


def test_a_card_that_is_replaced_in_time_pays_at_the_next_attempt(club: Membership) -> None:
    made = club.subscribe(items=[{"price": club.monthly}])
    club.give_card("pm_card_chargeCustomerFail")
    club.till.advance(31 * DAY_S + 3700)
    assert club.get(made.id).status == "past_due"
    club.give_card("pm_card_visa")
    club.till.advance(3 * DAY_S)
    assert club.get(made.id).status == "active"
    assert not club.till.stripe.v1.customers.retrieve(club.customer).delinquent


def test_a_renewal_waits_for_a_holder_who_is_wanted(club: Membership) -> None:
    made = club.subscribe(items=[{"price": club.monthly}])
    club.give_card("pm_card_authenticationRequired")
    club.till.advance(31 * DAY_S + 3700)
    late = club.get(made.id, expand=["latest_invoice.payments"])
    assert late.status == "past_due"
    assert isinstance(late.latest_invoice, stripe.Invoice)
    assert late.latest_invoice.payments
    intent = late.latest_invoice.payments.data[0].payment.payment_intent
    club.till.control.post(f"/_sandbox/stripe/challenges/{intent}", json={}).raise_for_status()
    assert club.get(made.id).status == "active"
    assert "invoice.payment_action_required" in club.till.heard()


def test_the_rules_for_failed_payments_can_be_others(club: Membership) -> None:
    rules = {"retry_days": [1], "after": "unpaid"}
    club.till.control.put("/_sandbox/stripe/dunning", json=rules).raise_for_status()
    assert club.till.control.get("/_sandbox/stripe/dunning").json() == rules
    made = club.subscribe(items=[{"price": club.monthly}])
    club.give_card("pm_card_chargeCustomerFail")
    club.till.advance(31 * DAY_S + 3700)
    club.till.advance(DAY_S)
    assert club.get(made.id).status == "unpaid"
    club.till.advance(31 * DAY_S)
    draft = club.get(made.id, expand=["latest_invoice"]).latest_invoice
    assert isinstance(draft, stripe.Invoice)
    assert (draft.status, draft.auto_advance) == ("draft", False)
