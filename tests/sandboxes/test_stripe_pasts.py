"""Customers with a past: what Stripe would have made of it, quietly, as often as it is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from tests.sandboxes.till import DAY_S, Till

PRICE: dict[str, Any] = {"id": "price_past", "product": "prod_past", "name": "A year"}
NOW = datetime.now(UTC).replace(microsecond=0)


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def second(days: float) -> int:
    return int((NOW - timedelta(days=days)).timestamp())


def customer(name: str, *subscriptions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Somebody, whose subscriptions are numbered."""
    told = [
        {"id": f"sub_seed{name}{number:08}", "price": "price_past", **each}
        for number, each in enumerate(subscriptions)
    ]
    about = {"email": f"{name}@members.wwmaa.example", "name": name.title()}
    return {"id": f"cus_seed{name}000000", **about, "subscriptions": told, **more}


ADA = customer("ada", {"began": ago(100), "metadata": {"profile_id": "ada"}})
BEA = customer("bea", {"began": ago(370), "pays": "once"})
CLEO = customer(
    "cleo",
    {"began": ago(900), "canceled_at": ago(700)},
    {"began": ago(9), "trial_end": ago(-5), "cancel_at_period_end": True},
)
EVERYBODY = [ADA, BEA, CLEO]


@pytest.fixture
def past(till: Till) -> Till:
    """A till where a year has a price, and nobody has heard of anything yet."""
    price = PRICE | {"unit_amount": 2900}
    till.control.put("/_sandbox/stripe/prices", json=[price]).raise_for_status()
    till.heard()
    till.ear.bodies.clear()
    return till


def have(till: Till, *told: dict[str, Any]) -> list[str]:
    answer = till.control.post("/_sandbox/stripe/pasts", json=told)
    assert answer.status_code == 200, answer.text
    made: list[str] = answer.json()["made"]
    return made


def only(till: Till, *told: dict[str, Any]) -> list[str]:
    ids = [each["id"] for each in told]
    gone: list[str] = till.control.put("/_sandbox/stripe/pasts", json=ids).json()["forgotten"]
    return gone


def subscription(till: Till, told: dict[str, Any], number: int = 0) -> stripe.Subscription:
    return till.stripe.v1.subscriptions.retrieve(told["subscriptions"][number]["id"])


def invoices(till: Till, told: dict[str, Any]) -> list[tuple[str | None, int]]:
    found = till.stripe.v1.invoices.list({"customer": told["id"]}).data
    return [(each.status, each.amount_due) for each in found]


def remembered(till: Till) -> dict[str, int]:
    told = till.control.get("/_sandbox/state", params={"vendor": "stripe"}).json()["stripe"]
    return {kind: each["count"] for kind, each in told.items() if each["count"]}


def test_a_past_has_come_to_what_stripe_makes_of_it_and_nobody_was_told(past: Till) -> None:
    assert have(past, *EVERYBODY) == [each["id"] for each in EVERYBODY]
    ada, bea = subscription(past, ADA), subscription(past, BEA)
    assert (ada.status, ada.start_date) == ("active", second(100))
    assert ada.metadata["profile_id"] == "ada"
    assert invoices(past, ADA) == [("paid", 2900)]
    (charge,) = past.stripe.v1.charges.list({"customer": ADA["id"]}).data
    assert (charge.paid, charge.created) == (True, second(100))
    assert bea.status == "past_due"
    assert invoices(past, BEA) == [("open", 2900), ("paid", 2900)]
    gone, trial = subscription(past, CLEO), subscription(past, CLEO, 1)
    assert (gone.status, trial.status, trial.cancel_at_period_end) == ("canceled", "trialing", True)
    assert gone.canceled_at == second(700)
    assert not past.heard()
    assert not past.stripe.v1.events.list({"type": "customer.subscription.created"}).data


def test_what_was_told_before_changes_nothing_and_what_is_told_otherwise_is_made_anew(
    past: Till,
) -> None:
    have(past, *EVERYBODY)
    before = remembered(past)
    assert have(past, *EVERYBODY) == []
    assert remembered(past) == before
    later = customer("ada", {"began": ago(99), "metadata": {"profile_id": "ada"}})
    assert have(past, later) == [ADA["id"]]
    assert remembered(past) == before
    assert invoices(past, ADA) == [("paid", 2900)]


def test_what_people_went_on_from_stays_as_they_left_it(past: Till) -> None:
    have(past, ADA)
    ends = {"cancel_at_period_end": True}
    past.stripe.v1.subscriptions.update(ADA["subscriptions"][0]["id"], ends)  # type: ignore[arg-type]
    changed = customer("ada", {"began": ago(50)}, is_changed=True)
    assert have(past, changed) == []
    assert subscription(past, ADA).cancel_at_period_end


def test_a_past_is_forgotten_with_all_that_came_of_it(past: Till) -> None:
    before = remembered(past)
    have(past, *EVERYBODY)
    assert set(only(past, ADA)) == {BEA["id"], CLEO["id"]}
    assert subscription(past, ADA).status == "active"
    assert only(past) == [ADA["id"]]
    left = remembered(past)
    assert {kind: left[kind] for kind in left if kind != "account"} == before


def test_who_has_bought_something_since_keeps_that(past: Till) -> None:
    have(past, CLEO)
    items = [{"price": "price_past"}]
    bought = past.stripe.v1.subscriptions.create({"customer": CLEO["id"], "items": items})  # type: ignore[arg-type]
    assert only(past) == [CLEO["id"]]
    assert past.stripe.v1.subscriptions.retrieve(bought.id).status == "active"
    assert past.stripe.v1.customers.retrieve(CLEO["id"]).email == CLEO["email"]
    assert have(past, CLEO) == [CLEO["id"]]
    assert subscription(past, CLEO, 1).status == "trialing"


def test_it_goes_on_from_there_and_is_told_of(past: Till) -> None:
    have(past, ADA, BEA)
    past.advance(266 * DAY_S)
    assert past.heard("customer.subscription.deleted")
    assert past.heard("invoice.paid")
    assert invoices(past, ADA) == [("paid", 2900), ("paid", 2900)]
    assert subscription(past, BEA).status == "canceled"


def test_a_past_at_no_price_is_refused_whole(past: Till) -> None:
    wrong = customer("dora", {"began": ago(3), "price": "price_of_nobody"})
    answer = past.control.post("/_sandbox/stripe/pasts", json=[ADA, wrong])
    assert answer.status_code == 422
    assert "nobody can have this past: No such price" in answer.json()["error"]
    assert "customer" not in remembered(past)
