"""Subscriptions: how they begin, change and end, and what is told of it."""

from typing import Any

import pytest
import stripe

from tests.sandboxes.membership import Membership, a_membership
from tests.sandboxes.till import DAY_S, Till

FIRST = [
    "customer.subscription.created",
    "invoice.created",
    "invoice.finalized",
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice_payment.paid",
]


@pytest.fixture
def club(till: Till) -> Membership:
    return a_membership(till)


def invoice_of(subscription: stripe.Subscription) -> stripe.Invoice:
    """The latest invoice, where it was expanded."""
    assert isinstance(subscription.latest_invoice, stripe.Invoice)
    return subscription.latest_invoice


def test_a_subscription_begins_with_an_invoice_that_is_paid(club: Membership) -> None:
    club.till.heard()
    club.till.ear.bodies.clear()
    made = club.subscribe(expand=["latest_invoice.payments", "default_payment_method"])
    assert (made.status, made.currency, made.collection_method) == (
        *("active", "usd", "charge_automatically"),
    )
    item = made["items"].data[0]
    assert item.current_period_start == made.created == made.billing_cycle_anchor
    assert 365 * DAY_S <= item.current_period_end - item.current_period_start <= 366 * DAY_S
    invoice = invoice_of(made)
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == (
        *("paid", 2900, "subscription_create"),
    )
    assert invoice.parent
    assert invoice.parent.subscription_details
    assert invoice.parent.subscription_details.subscription == made.id
    (line,) = invoice.lines.data
    assert (line.amount, line.description) == (
        2900,
        "1 \N{MULTIPLICATION SIGN} Basic (at $29.00 / year)",
    )
    assert line.period.end == item.current_period_end
    assert invoice.payments
    assert invoice.payments.data[0].status == "paid"
    assert club.till.heard() == FIRST
    assert club.till.ear.events()[0]["data"]["object"]["status"] == "active"


def test_a_trial_costs_nothing_until_it_ends(club: Membership) -> None:
    made = club.subscribe(trial_period_days=14, expand=["latest_invoice"])
    assert (made.status, invoice_of(made).total) == ("trialing", 0)
    assert invoice_of(made).status == "paid"
    assert made.trial_end == made.created + 14 * DAY_S
    club.till.advance(11 * DAY_S + 60)
    assert club.till.heard("customer.subscription") == [
        *("customer.subscription.created", "customer.subscription.trial_will_end")
    ]
    club.till.advance(3 * DAY_S)
    renewed = club.get(made.id, expand=["latest_invoice"])
    assert (renewed.status, invoice_of(renewed).status) == ("active", "draft")
    club.till.advance(3600)
    renewed = club.get(made.id, expand=["latest_invoice"])
    assert (invoice_of(renewed).status, invoice_of(renewed).amount_paid) == ("paid", 2900)


@pytest.mark.parametrize(("how", "status"), [("cancel", "canceled"), ("pause", "paused")])
def test_a_trial_without_a_card_ends_as_it_was_settled(till: Till, how: Any, status: str) -> None:
    club = a_membership(till, card=None)
    settings = {"end_behavior": {"missing_payment_method": how}}
    made = club.subscribe(trial_period_days=2, trial_settings=settings)
    till.advance(2 * DAY_S + 60)
    assert club.get(made.id).status == status
    if status == "paused":
        club.give_card("pm_card_visa")
        assert till.stripe.v1.subscriptions.resume(made.id).status == "active"
        assert "customer.subscription.resumed" in till.heard()


def test_a_card_that_declines_leaves_a_subscription_incomplete_until_it_expires(
    till: Till,
) -> None:
    club = a_membership(till, card="pm_card_chargeCustomerFail")
    made = club.subscribe(expand=["latest_invoice"])
    assert (made.status, invoice_of(made).status) == ("incomplete", "open")
    assert invoice_of(made).attempt_count == 1
    with pytest.raises(stripe.CardError) as declined:
        club.subscribe(payment_behavior="error_if_incomplete")
    assert (declined.value.http_status, declined.value.code) == (402, "card_declined")
    assert [each.id for each in club.listed()] == [made.id], "nothing is kept of the other"
    till.advance(23 * 3600 + 60)
    assert club.get(made.id).status == "incomplete_expired"
    assert till.stripe.v1.invoices.retrieve(invoice_of(made).id).status == "void"


def test_a_first_payment_is_confirmed_by_a_browser(till: Till) -> None:
    club = a_membership(till, card=None)
    made = club.subscribe(
        payment_behavior="default_incomplete",
        payment_settings={"save_default_payment_method": "on_subscription"},
        expand=["latest_invoice.confirmation_secret", "latest_invoice.payments"],
    )
    assert made.status == "incomplete"
    secret = invoice_of(made).confirmation_secret
    assert secret
    intent = secret.client_secret.partition("_secret_")[0]
    till.stripe.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    paid = club.get(made.id, expand=["latest_invoice"])
    assert (paid.status, invoice_of(paid).status) == ("active", "paid")
    assert paid.default_payment_method
    cards = till.stripe.v1.payment_methods.list({"customer": club.customer})
    assert [each.id for each in cards.data] == [paid.default_payment_method]
    assert "customer.subscription.updated" in till.heard()


def test_a_first_payment_that_wants_its_holder_waits_for_them(till: Till) -> None:
    club = a_membership(till, card="pm_card_authenticationRequiredOnSetup")
    made = club.subscribe(expand=["latest_invoice.payments"])
    assert made.status == "incomplete"
    payments = invoice_of(made).payments
    assert payments
    intent = payments.data[0].payment.payment_intent
    till.control.post(f"/_sandbox/stripe/challenges/{intent}", json={}).raise_for_status()
    assert club.get(made.id).status == "active"
    assert "invoice.payment_action_required" in till.heard()


def test_without_a_card_nothing_begins(till: Till) -> None:
    club = a_membership(till, card=None)
    with pytest.raises(stripe.InvalidRequestError, match="no attached payment source"):
        club.subscribe()
    assert club.listed() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"items": [{"price": "price_none"}]}, "No such price: 'price_none'"),
        ({"items": []}, "Missing required param: items"),
        ({"trial_end": 1}, "in the future"),
        ({"default_payment_method": "pm_none"}, "No such payment_method"),
        ({"collection_method": "send_invoice"}, "`days_until_due` must be set"),
        ({"customer": "cus_none"}, "No such customer"),
        ({"billing_cycle_anchor": 4_000_000_000}, "next natural billing date"),
    ],
)
def test_what_can_not_be_subscribed_to_is_refused(
    club: Membership, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words):
        club.subscribe(**change)


def test_an_invoice_is_sent_where_that_is_wished_for(club: Membership) -> None:
    made = club.subscribe(
        collection_method="send_invoice", days_until_due=14, expand=["latest_invoice"]
    )
    assert (made.status, invoice_of(made).status) == ("active", "draft")
    club.till.advance(3601)
    sent = club.till.stripe.v1.invoices.retrieve(invoice_of(made).id)
    assert (sent.status, sent.attempted) == ("open", False)
    assert sent.due_date
    assert sent.due_date - int(sent.effective_at or 0) == 14 * DAY_S
    assert "invoice.sent" in club.till.heard()
    club.till.advance(14 * DAY_S)
    assert (club.get(made.id).status, club.till.heard("invoice.overdue")) == (
        *("past_due", ["invoice.overdue"]),
    )
    paid = club.till.stripe.v1.invoices.pay(sent.id, {"paid_out_of_band": True})
    assert (paid.status, paid.amount_paid_off_stripe) == ("paid", 2900)
    assert club.get(made.id).status == "active"


def test_it_ends_with_its_period_unless_somebody_thinks_again(club: Membership) -> None:
    made, subscriptions = club.subscribe(), club.till.stripe.v1.subscriptions
    leaving = subscriptions.update(
        made.id,
        {"cancel_at_period_end": True, "cancellation_details": {"feedback": "too_expensive"}},
    )
    assert leaving.cancellation_details
    assert (leaving.status, leaving.cancellation_details.feedback) == ("active", "too_expensive")
    assert leaving.cancel_at == leaving["items"].data[0].current_period_end
    stays = subscriptions.update(made.id, {"cancel_at_period_end": False})
    assert (stays.cancel_at, stays.canceled_at) == (None, None)
    subscriptions.update(made.id, {"cancel_at_period_end": True})
    club.till.advance(366 * DAY_S)
    gone = club.get(made.id)
    assert (gone.status, gone.ended_at) == ("canceled", leaving.cancel_at)
    assert len(club.till.stripe.v1.invoices.list().data) == 1
    told = [
        each for each in club.till.ear.events() if each["type"].endswith("subscription.deleted")
    ]
    assert [each["created"] for each in told] == [leaving.cancel_at]
    with pytest.raises(stripe.InvalidRequestError, match="canceled subscription"):
        subscriptions.update(made.id, {"cancel_at_period_end": False})


def test_it_ends_at_once_or_on_a_day(club: Membership) -> None:
    subscriptions = club.till.stripe.v1.subscriptions
    first, second = club.subscribe(), club.subscribe()
    assert subscriptions.cancel(first.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        subscriptions.cancel(first.id)
    day = second.created + 10 * DAY_S
    assert subscriptions.update(second.id, {"cancel_at": day}).cancel_at == day
    club.till.advance(10 * DAY_S + 60)
    assert club.get(second.id).ended_at == day
    assert club.listed() == []
    assert {each.id for each in club.listed(status="all")} == {first.id, second.id}


def test_who_is_forgotten_subscribes_to_nothing(club: Membership) -> None:
    made = club.subscribe()
    club.till.stripe.v1.customers.delete(club.customer)
    assert club.get(made.id).status == "canceled"
    club.till.advance(400 * DAY_S)
    assert club.till.heard("customer.")[-2:] == [
        *("customer.subscription.deleted", "customer.deleted")
    ]


def test_collection_pauses_and_goes_on(club: Membership) -> None:
    made = club.subscribe(items=[{"price": club.monthly}])
    pause: Any = {"behavior": "void", "resumes_at": made.created + 40 * DAY_S}
    club.till.stripe.v1.subscriptions.update(made.id, {"pause_collection": pause})
    club.till.advance(41 * DAY_S)
    assert club.get(made.id).pause_collection is None
    statuses = [each.status for each in club.till.stripe.v1.invoices.list().data]
    assert statuses == ["void", "paid"]
    club.till.advance(31 * DAY_S)
    assert club.till.stripe.v1.invoices.list().data[0].status == "paid"
