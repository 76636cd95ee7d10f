"""Checkout Sessions in the API: what they may be told, how they are listed, what is refused."""

from typing import Any

import pytest
import stripe

from tests.sandboxes.membership import Membership, a_membership
from tests.sandboxes.shop import TICKET, a_session, a_subscribing_session, now, pay
from tests.sandboxes.till import Till


@pytest.fixture
def club(till: Till) -> Membership:
    return a_membership(till)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"mode": None}, "Missing required param: mode"),
        ({"line_items": None}, "Missing required param: line_items"),
        ({"success_url": None}, "Missing required param: success_url"),
        ({"success_url": "shop.test/paid"}, "Not a valid URL"),
        ({"cancel_url": "javascript:alert(1)"}, "Not a valid URL"),
        ({"line_items": [{"price_data": TICKET}]}, r"line_items\[0\]\[quantity\]"),
        ({"line_items": [{"price": "price_none", "quantity": 1}]}, "No such price"),
        ({"line_items": [{"price": "price_basic", "quantity": 1}]}, "passed a recurring price"),
        ({"mode": "subscription"}, "at least one recurring price"),
        ({"mode": "setup", "currency": "usd"}, "cannot pass `line_items` in `setup` mode"),
        ({"customer": "cus_none"}, "No such customer"),
        ({"customer": "cus_1", "customer_email": "a@wwmaa.example"}, "only specify one of these"),
        ({"subscription_data": {"metadata": {"a": "b"}}}, "can not pass `subscription_data`"),
        ({"expires_at": 1}, "at least 30 minutes"),
        ({"expires_at": 9_999_999_999}, "less than 24 hours"),
        (
            {"line_items": [{"price_data": TICKET | {"unit_amount": 49}, "quantity": 1}]},
            "must add up to at least",
        ),
    ],
)
def test_what_can_not_be_is_refused_in_stripes_words(
    club: Membership, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words):
        a_session(club.till, **more)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"allow_promotion_codes": True}, "the parameter allow_promotion_codes"),
        ({"ui_mode": "elements"}, "ui_mode=elements"),
        ({"payment_method_collection": "if_required"}, "payment_method_collection"),
        ({"payment_intent_data": {"capture_method": "manual"}}, "capture_method"),
        (
            {"line_items": [{"price_data": TICKET | {"unit_amount": 0}, "quantity": 1}]},
            "a session that costs nothing",
        ),
    ],
)
def test_what_is_not_emulated_is_refused_aloud(
    till: Till, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(stripe.APIError, match=f"does not emulate.*{words}") as refused:
        a_session(till, **more)
    assert refused.value.http_status == 501


def test_sessions_are_found_by_what_they_are_about(club: Membership) -> None:
    sessions = club.till.stripe.v1.checkout.sessions
    plain = a_session(club.till)
    pay(club.till, plain)
    theirs = a_subscribing_session(club.till, club.basic, customer=club.customer)
    pay(club.till, theirs)
    paid, subscribed = now(club.till, plain), now(club.till, theirs)

    def found(**by: Any) -> list[str]:
        return [each.id for each in sessions.list(by).data]  # type: ignore[arg-type]

    assert found() == [theirs.id, plain.id]
    assert found(customer=club.customer) == [theirs.id]
    assert found(payment_intent=paid.payment_intent) == [plain.id]
    assert found(subscription=subscribed.subscription) == [theirs.id]
    assert found(status="complete", limit=1) == [theirs.id]
    assert found(status="open") == []


def test_lines_are_listed_page_by_page(till: Till) -> None:
    tickets = [
        {"price_data": TICKET | {"unit_amount": 100 * n}, "quantity": n} for n in range(1, 4)
    ]
    session = a_session(till, line_items=tickets)
    lines = till.stripe.v1.checkout.sessions.line_items
    first = lines.list(session.id, {"limit": 2})
    assert ([each.quantity for each in first.data], first.has_more) == ([1, 2], True)
    rest = lines.list(session.id, {"starting_after": first.data[-1].id})
    assert [(each.quantity, each.amount_total) for each in rest.data] == [(3, 900)]
    assert session.amount_total == 100 + 400 + 900


def test_the_same_key_opens_one_session(till: Till) -> None:
    asked: Any = {"mode": "payment", "success_url": "http://shop.test/"}
    asked |= {"line_items": [{"price_data": TICKET, "quantity": 1}]}
    made = [
        till.stripe.v1.checkout.sessions.create(asked, {"idempotency_key": "once"}).id
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert len(till.stripe.v1.checkout.sessions.list().data) == 1


def test_metadata_can_be_changed(till: Till) -> None:
    session = a_session(till, metadata={"a": "1", "b": "2"})
    changed = till.stripe.v1.checkout.sessions.update(session.id, {"metadata": {"a": ""}})
    assert changed.metadata
    assert changed.metadata.to_dict() == {"b": "2"}
