"""Changes in the middle of a period: prorated to the second, charged now or with what comes."""

from typing import Any

import pytest
import stripe

from sandboxes.stripe.proration import remaining
from tests.sandboxes.membership import Membership, a_membership
from tests.sandboxes.till import DAY_S, Till


@pytest.fixture
def club(till: Till) -> Membership:
    """The customer lives by a test clock, so that every second is known."""
    clock = till.stripe.v1.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000})
    return a_membership(till, clock=clock.id)


def clock_of(club: Membership) -> str:
    return str(club.till.stripe.v1.customers.retrieve(club.customer).test_clock)


def change(club: Membership, made: stripe.Subscription, **more: Any) -> stripe.Subscription:
    """Go over to premium, but for what is given."""
    item = {"id": made["items"].data[0].id, "price": club.premium}
    asked = {"items": [item], "expand": ["latest_invoice"]} | more
    return club.till.stripe.v1.subscriptions.update(made.id, asked)  # type: ignore[arg-type]


def period(subscription: stripe.Subscription) -> tuple[int, int]:
    item = subscription["items"].data[0]
    return item.current_period_start, item.current_period_end


def test_a_dearer_price_is_charged_with_the_next_invoice(club: Membership) -> None:
    made = club.subscribe()
    club.till.walk(clock_of(club), 100 * DAY_S)
    changed = change(club, made)
    assert changed.latest_invoice.id == made.latest_invoice  # type: ignore[union-attr]
    assert changed["items"].data[0].price.id == club.premium
    start, end = period(changed)
    now = made.created + 100 * DAY_S
    cost, credit = club.till.stripe.v1.invoice_items.list({"pending": True}).data
    assert credit.amount == -remaining(2900, start, end, now) < 0
    assert cost.amount == remaining(7900, start, end, now) > 0
    assert str(credit.description).startswith("Unused time on Basic after ")
    assert str(cost.description).startswith("Remaining time on Premium after ")
    preview: Any = {"subscription": made.id}
    upcoming = club.till.stripe.v1.invoices.create_preview(preview)
    assert upcoming.total == 7900 + cost.amount + credit.amount
    club.till.walk(clock_of(club), 266 * DAY_S)
    renewed = club.get(made.id, expand=["latest_invoice"]).latest_invoice
    assert isinstance(renewed, stripe.Invoice)
    assert (renewed.total, renewed.status) == (upcoming.total, "paid")
    assert [each.amount for each in renewed.lines.data] == [credit.amount, cost.amount, 7900]
    assert club.till.heard("invoiceitem") == ["invoiceitem.created"] * 2


def test_a_dearer_price_is_charged_at_once_where_that_is_wished_for(club: Membership) -> None:
    made = club.subscribe()
    club.till.walk(clock_of(club), 73 * DAY_S)
    asked: Any = {
        "subscription": made.id,
        "subscription_details": {
            "items": [{"id": made["items"].data[0].id, "price": club.premium}],
            "proration_behavior": "always_invoice",
        },
    }
    preview = club.till.stripe.v1.invoices.create_preview(asked)
    assert club.get(made.id)["items"].data[0].price.id == club.basic, "a preview changes nothing"
    assert club.till.stripe.v1.invoice_items.list().data == []
    changed = change(club, made, proration_behavior="always_invoice")
    invoice = changed.latest_invoice
    assert isinstance(invoice, stripe.Invoice)
    # 292 of 365 days are left: four fifths.
    assert [each.amount for each in invoice.lines.data] == [-2320, 6320]
    assert (invoice.status, invoice.total, preview.total) == ("paid", 4000, 4000)
    assert (invoice.billing_reason, period(changed)) == ("subscription_update", period(made))


def test_a_cheaper_price_gives_credit_that_is_used_up(club: Membership) -> None:
    made = club.subscribe(items=[{"price": club.premium}])
    club.till.walk(clock_of(club), 73 * DAY_S)
    item = {"id": made["items"].data[0].id, "price": club.basic}
    changed = change(club, made, items=[item], proration_behavior="always_invoice")
    invoice = changed.latest_invoice
    assert isinstance(invoice, stripe.Invoice)
    assert (invoice.total, invoice.amount_due, invoice.status) == (-4000, 0, "paid")
    customers = club.till.stripe.v1.customers
    assert customers.retrieve(club.customer).balance == -4000
    club.till.walk(clock_of(club), 293 * DAY_S)
    renewed = club.get(made.id, expand=["latest_invoice"]).latest_invoice
    assert isinstance(renewed, stripe.Invoice)
    assert (renewed.total, renewed.amount_due, renewed.status) == (2900, 0, "paid")
    assert (renewed.starting_balance, renewed.ending_balance) == (-4000, -1100)
    assert customers.retrieve(club.customer).balance == -1100


def test_nothing_is_prorated_where_that_is_wished_for(club: Membership) -> None:
    made = club.subscribe()
    club.till.walk(clock_of(club), 73 * DAY_S)
    changed = change(club, made, proration_behavior="none")
    assert changed["items"].data[0].price.id == club.premium
    assert club.till.stripe.v1.invoice_items.list().data == []
    assert changed.latest_invoice.id == made.latest_invoice  # type: ignore[union-attr]


def test_another_rhythm_begins_a_period_now(club: Membership) -> None:
    made = club.subscribe()
    club.till.walk(clock_of(club), 73 * DAY_S)
    item = {"id": made["items"].data[0].id, "price": club.monthly}
    changed = change(club, made, items=[item])
    invoice = changed.latest_invoice
    assert isinstance(invoice, stripe.Invoice)
    assert [each.amount for each in invoice.lines.data] == [-2320, 1000]
    now = made.created + 73 * DAY_S
    assert (changed.billing_cycle_anchor, period(changed)[0]) == (now, now)


def test_a_cycle_begins_anew_on_demand(club: Membership) -> None:
    made = club.subscribe()
    club.till.walk(clock_of(club), 73 * DAY_S)
    asked: Any = {"billing_cycle_anchor": "now", "expand": ["latest_invoice"]}
    changed = club.till.stripe.v1.subscriptions.update(made.id, asked)
    invoice = changed.latest_invoice
    assert isinstance(invoice, stripe.Invoice)
    assert [each.amount for each in invoice.lines.data] == [-2320, 2900]
    assert changed.billing_cycle_anchor == made.created + 73 * DAY_S


def test_a_trial_ends_now_or_later(club: Membership) -> None:
    made = club.subscribe(trial_period_days=14)
    update = club.till.stripe.v1.subscriptions.update
    longer = update(made.id, {"trial_end": made.created + 20 * DAY_S})
    assert (longer.status, period(longer)[1]) == ("trialing", made.created + 20 * DAY_S)
    ended = update(made.id, {"trial_end": "now", "expand": ["latest_invoice"]})
    invoice = ended.latest_invoice
    assert isinstance(invoice, stripe.Invoice)
    assert (ended.status, invoice.total, invoice.status) == ("active", 2900, "paid")
    assert (ended.trial_end, ended.billing_cycle_anchor) == (made.created, made.created)


def test_a_first_period_is_short_where_the_anchor_says_so(club: Membership) -> None:
    anchor = 1_800_000_000 + 73 * DAY_S
    made = club.subscribe(billing_cycle_anchor=anchor, expand=["latest_invoice"])
    invoice = made.latest_invoice
    assert isinstance(invoice, stripe.Invoice)
    assert (invoice.total, period(made)[1]) == (580, anchor)
    free = club.subscribe(
        billing_cycle_anchor=anchor, proration_behavior="none", expand=["latest_invoice"]
    )
    assert free.latest_invoice.total == 0  # type: ignore[union-attr]


def test_a_change_that_can_not_be_paid_is_undone_where_that_is_wished_for(
    club: Membership,
) -> None:
    made = club.subscribe()
    club.till.walk(clock_of(club), 73 * DAY_S)
    club.give_card("pm_card_chargeCustomerFail")
    how: Any = {"proration_behavior": "always_invoice"}
    with pytest.raises(stripe.CardError):
        change(club, made, payment_behavior="error_if_incomplete", **how)
    assert club.get(made.id)["items"].data[0].price.id == club.basic
    changed = change(club, made, **how)
    assert changed.status == "past_due"
    club.give_card("pm_card_visa")
    assert changed.latest_invoice
    club.till.stripe.v1.invoices.pay(changed.latest_invoice.id)  # type: ignore[union-attr]
    assert club.get(made.id).status == "active"


def test_items_are_added_changed_and_taken_away_one_by_one(club: Membership) -> None:
    made, items = club.subscribe(), club.till.stripe.v1.subscription_items
    more: Any = {"subscription": made.id, "price": club.premium, "quantity": 2}
    added = items.create(more)
    assert [each.id for each in items.list({"subscription": made.id}).data] == [
        *(made["items"].data[0].id, added.id)
    ]
    with pytest.raises(stripe.InvalidRequestError, match="same plan"):
        items.create(more)
    with pytest.raises(stripe.InvalidRequestError, match="must be the same here"):
        items.create({"subscription": made.id, "price": club.monthly})
    assert items.update(added.id, {"quantity": 3, "metadata": {"a": "b"}}).quantity == 3
    assert items.retrieve(added.id).metadata.to_dict() == {"a": "b"}
    amounts = [each.amount for each in club.till.stripe.v1.invoice_items.list().data]
    assert amounts == [23700, -15800, 15800]
    assert items.delete(made["items"].data[0].id, {"proration_behavior": "none"}).deleted
    with pytest.raises(stripe.InvalidRequestError, match="at least one active plan"):
        items.delete(added.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription_item"):
        items.retrieve("si_none")


def test_who_leaves_at_once_gets_the_rest_back_where_that_is_wished_for(club: Membership) -> None:
    made = club.subscribe()
    club.till.walk(clock_of(club), 73 * DAY_S)
    cancel: Any = {"prorate": True, "invoice_now": True}
    gone = club.till.stripe.v1.subscriptions.cancel(made.id, cancel)
    assert gone.status == "canceled"
    assert club.till.stripe.v1.customers.retrieve(club.customer).balance == -2320
    with pytest.raises(stripe.InvalidRequestError, match="No upcoming invoices"):
        club.till.stripe.v1.invoices.create_preview({"subscription": made.id})
