"""Checkout in subscription mode: the subscription comes after its payment."""

import pytest
import stripe

from tests.sandboxes.membership import Membership, a_membership
from tests.sandboxes.shop import CHALLENGED, DECLINED, a_subscribing_session, now, pay, visit
from tests.sandboxes.till import DAY_S, Till

FIRST = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "payment_method.attached",
    "customer.subscription.created",
    "invoice.created",
    "invoice.finalized",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice_payment.paid",
    "checkout.session.completed",
]


@pytest.fixture
def club(till: Till) -> Membership:
    found = a_membership(till, None)
    till.heard()
    till.ear.bodies.clear()
    return found


def test_somebody_subscribes_and_all_of_it_is_told_in_order(club: Membership) -> None:
    session = a_subscribing_session(
        club.till,
        club.basic,
        customer=club.customer,
        subscription_data={"metadata": {"member": "7"}},
    )
    tab = visit(club.till, session)
    assert "$29.00" in tab.says()
    assert "per year until you cancel" in tab.says()
    pay(club.till, session)
    done = now(club.till, session, expand=["subscription", "invoice.payments"])
    assert (done.status, done.payment_status, done.payment_intent) == ("complete", "paid", None)
    subscription, invoice = done.subscription, done.invoice
    assert isinstance(subscription, stripe.Subscription)
    assert (subscription.status, subscription.metadata.to_dict()) == ("active", {"member": "7"})
    assert subscription.default_payment_method
    assert isinstance(invoice, stripe.Invoice)
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == (
        *("paid", 2900, "subscription_create"),
    )
    assert invoice.payments
    (intent,) = club.till.stripe.v1.payment_intents.list().data
    assert invoice.payments.data[0].payment.payment_intent == intent.id
    assert club.till.heard() == FIRST
    created = club.till.ear.events()[FIRST.index("customer.subscription.created")]
    assert created["data"]["object"]["status"] == "active"


def test_a_declined_card_leaves_no_subscription_behind(club: Membership) -> None:
    session = a_subscribing_session(club.till, club.basic, customer=club.customer)
    tab = pay(club.till, session, DECLINED)
    assert tab.wrong() == {"number": "Your card was declined."}
    assert club.listed(status="all") == []
    assert club.till.heard() == [
        *("payment_intent.created", "charge.failed", "payment_intent.payment_failed")
    ]
    tab.submit(number="4242424242424242")
    assert [each.status for each in club.listed()] == ["active"]
    assert len(club.till.stripe.v1.invoices.list().data) == 1


@pytest.mark.parametrize(("answer", "status"), [("me", "complete"), ("not_me", "open")])
def test_a_challenge_comes_before_the_subscription(
    club: Membership, answer: str, status: str
) -> None:
    session = a_subscribing_session(club.till, club.basic, customer=club.customer)
    tab = pay(club.till, session, CHALLENGED)
    assert club.listed(status="all") == []
    tab.submit(**{"is": answer})
    assert now(club.till, session).status == status
    assert len(club.listed(status="all")) == (status == "complete")


def test_somebody_new_becomes_a_customer(club: Membership) -> None:
    session = a_subscribing_session(club.till, club.monthly)
    pay(club.till, session)
    done = now(club.till, session, expand=["customer"])
    assert isinstance(done.customer, stripe.Customer)
    assert done.customer.email == "zoe@wwmaa.example"
    assert club.till.heard()[0] == "customer.created"


def test_a_trial_begins_with_a_card_and_without_a_payment(club: Membership) -> None:
    session = a_subscribing_session(
        club.till,
        club.basic,
        customer=club.customer,
        subscription_data={"trial_period_days": 14},
    )
    assert session.amount_total == 0
    assert "14 days free" in visit(club.till, session).says()
    pay(club.till, session)
    done = now(club.till, session, expand=["subscription"])
    assert done.payment_status == "no_payment_required"
    assert isinstance(done.subscription, stripe.Subscription)
    assert done.subscription.status == "trialing"
    assert club.till.heard("charge") == []
    club.till.advance(14 * DAY_S + 3700)
    assert club.get(done.subscription.id).status == "active"
    assert club.till.heard("charge") == ["charge.succeeded"]


def test_the_subscription_renews_with_the_card_that_paid(club: Membership) -> None:
    session = a_subscribing_session(club.till, club.monthly, customer=club.customer)
    pay(club.till, session)
    club.till.advance(32 * DAY_S)
    assert club.till.heard("invoice.paid") == ["invoice.paid"] * 2
    (subscription,) = club.listed()
    assert subscription.status == "active"


def test_what_the_customer_has_left_over_is_used_first(club: Membership) -> None:
    club.till.stripe.v1.customers.update(club.customer, {"balance": -900})
    session = a_subscribing_session(club.till, club.basic, customer=club.customer)
    pay(club.till, session)
    (invoice,) = club.till.stripe.v1.invoices.list().data
    (charge,) = club.till.stripe.v1.charges.list().data
    assert (invoice.amount_paid, charge.amount) == (2000, 2000)
    assert club.till.stripe.v1.customers.retrieve(club.customer).balance == 0


def test_a_customer_of_a_test_clock_subscribes_at_its_time(till: Till) -> None:
    clock = till.stripe.v1.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000})
    club = a_membership(till, None, clock.id)
    pay(till, a_subscribing_session(till, club.monthly, customer=club.customer))
    (subscription,) = club.listed()
    assert subscription.start_date == 1_800_000_000


def test_a_price_made_for_one_session_is_subscribed_to(club: Membership) -> None:
    price = {"currency": "usd", "unit_amount": 700, "product_data": {"name": "Patron"}}
    line = {"price_data": price | {"recurring": {"interval": "month"}}, "quantity": 3}
    session = a_subscribing_session(
        club.till, club.basic, customer=club.customer, line_items=[line]
    )
    pay(club.till, session)
    (subscription,) = club.listed()
    assert subscription["items"].data[0].quantity == 3
    assert now(club.till, session).amount_total == 2100
