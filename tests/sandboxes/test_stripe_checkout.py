"""Checkout in payment mode: a page that people pay on, once, until it expires."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from tests.sandboxes.shop import (
    CHALLENGED,
    CHALLENGED_POOR,
    DECLINED,
    EMAIL,
    FILLED,
    POOR,
    a_session,
    now,
    pay,
    visit,
)
from tests.sandboxes.till import Till

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def paid_at(session: stripe.checkout.Session) -> str:
    return f"http://shop.test/paid?session={session.id}"


def test_somebody_pays_and_the_shop_hears_of_it(till: Till) -> None:
    session = a_session(
        till,
        client_reference_id="order-7",
        metadata={"order": "7"},
        payment_intent_data={"metadata": {"order": "seven"}},
    )
    assert (session.status, session.payment_status, session.amount_total) == (
        "open",
        "unpaid",
        9000,
    )
    assert session.payment_intent is None
    till.heard()
    till.ear.bodies.clear()
    assert pay(till, session).url == paid_at(session)
    done = now(till, session, expand=["payment_intent", "line_items"])
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert (done.customer, done.client_reference_id) == (None, "order-7")
    assert done.customer_details
    assert (done.customer_details.email, done.customer_details.name) == (
        *("zoe@wwmaa.example", "Zoë Ōta"),
    )
    assert isinstance(done.payment_intent, stripe.PaymentIntent)
    assert (done.payment_intent.status, done.payment_intent.metadata.to_dict()) == (
        *("succeeded", {"order": "seven"}),
    )
    assert done.line_items
    assert [(each.description, each.amount_total) for each in done.line_items] == [
        ("Seminar", 9000)
    ]
    assert till.heard() == [*PAID, "checkout.session.completed"]
    told = till.ear.events()[-1]["data"]["object"]
    assert (told["id"], told["metadata"]) == (session.id, {"order": "7"})


@pytest.mark.parametrize(
    ("number", "words"),
    [(DECLINED, "Your card was declined."), (POOR, "Your card has insufficient funds.")],
)
def test_a_card_is_declined_beside_its_number_and_another_pays(
    till: Till, number: str, words: str
) -> None:
    session = a_session(till)
    tab = pay(till, session, number)
    assert (tab.status, tab.wrong(), tab.reader.focus) == (402, {"number": words}, "number")
    tried = now(till, session, expand=["payment_intent"])
    assert tried.status == "open"
    assert isinstance(tried.payment_intent, stripe.PaymentIntent)
    assert tried.payment_intent.status == "requires_payment_method"
    assert till.heard("charge") == ["charge.failed"]
    assert tab.submit(number=FILLED["number"]).url == paid_at(session)
    done = now(till, session)
    assert done.payment_intent == tried.payment_intent.id
    assert till.heard("checkout") == ["checkout.session.completed"]


def test_a_challenge_is_completed(till: Till) -> None:
    session = a_session(till)
    tab = pay(till, session, CHALLENGED)
    assert "/3ds/pi_" in tab.url
    assert "$90.00" in tab.says()
    assert now(till, session).status == "open"
    assert tab.submit(**{"is": "me"}).url == paid_at(session)
    assert now(till, session).payment_status == "paid"
    assert till.heard("payment_intent") == [
        *("payment_intent.created", "payment_intent.requires_action", "payment_intent.succeeded")
    ]


def test_a_challenge_fails_and_the_form_says_so(till: Till) -> None:
    session = a_session(till)
    tab = pay(till, session, CHALLENGED).submit(**{"is": "not_me"})
    assert tab.url == session.url
    assert tab.wrong()["number"].startswith("We are unable to authenticate your payment method.")
    assert tab.reader.focus == "number"
    fields: Any = tab.reader.forms[0]["fields"]
    assert (fields["email"], fields["name"]) == (EMAIL["email"], FILLED["name"])
    assert tab.submit(**FILLED).url == paid_at(session)


def test_a_challenge_is_completed_and_the_card_is_declined_after_all(till: Till) -> None:
    tab = pay(till, a_session(till), CHALLENGED_POOR).submit(**{"is": "me"})
    assert tab.wrong() == {"number": "Your card has insufficient funds."}


def test_the_control_plane_answers_a_challenge_in_its_holders_place(till: Till) -> None:
    session = a_session(till)
    pay(till, session, CHALLENGED)
    intent = now(till, session).payment_intent
    path = f"/_sandbox/stripe/challenges/{intent}"
    till.control.post(path, json={"succeeds": True}).raise_for_status()
    assert now(till, session).status == "complete"


def test_who_sends_the_form_twice_pays_once(till: Till) -> None:
    session = a_session(till)
    first, second = visit(till, session), visit(till, session)
    for tab in (first, second):
        assert tab.submit(**FILLED | EMAIL).url == paid_at(session)
    assert len(till.stripe.v1.charges.list().data) == 1
    again = visit(till, session)
    assert "You are all done here" in again.says()
    assert again.reader.links["Go on to WWMAA"] == paid_at(session)


def test_two_that_pay_at_the_same_moment_pay_once(till: Till) -> None:
    session = a_session(till)
    with ThreadPoolExecutor(4) as pool:
        answers = [
            pool.submit(till.control.post, str(session.url), data=FILLED | EMAIL) for _ in range(4)
        ]
    assert {each.result().headers["location"] for each in answers} == {paid_at(session)}
    assert len(till.stripe.v1.charges.list().data) == 1
    assert till.heard("checkout") == ["checkout.session.completed"]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"number": ""}, "number", "Your card number is incomplete."),
        ({"number": "4242424242424241"}, "number", "Your card number is incorrect."),
        ({"expiry": "1"}, "expiry", "Your card's expiration date is incomplete."),
        ({"expiry": "13 / 34"}, "expiry", "Your card's expiration month is invalid."),
        ({"expiry": "01 / 20"}, "expiry", "Your card's expiration year is invalid."),
        ({"cvc": ""}, "cvc", "Your card's security code is incomplete."),
        ({"cvc": "12x"}, "cvc", "Your card's security code is invalid."),
        ({"number": "4000000000000127"}, "cvc", "Your card's security code is incorrect."),
        ({"number": "4000000000000069"}, "expiry", "Your card has expired."),
        ({"email": "zoe"}, "email", "Your email is incomplete."),
        ({"name": ""}, "name", "Enter the name on the card."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    till: Till, typed: dict[str, str], field: str, words: str
) -> None:
    session = a_session(till)
    tab = visit(till, session).submit(**FILLED | EMAIL | typed)
    assert (tab.status, tab.wrong(), tab.reader.focus) == (402, {field: words}, field)
    assert now(till, session).status == "open"


def test_a_real_card_is_refused(till: Till) -> None:
    tab = pay(till, a_session(till), "4539578763621486")
    assert "used a non test (live) card" in tab.wrong()["number"]


def test_a_test_card_is_chosen_without_a_script(till: Till) -> None:
    session = a_session(till)
    tab = visit(till, session).submit(**EMAIL, name="Zoë", use="4000 0000 0000 9995")
    fields: Any = tab.reader.forms[0]["fields"]
    assert (tab.status, fields["number"], fields["name"]) == (200, "4000 0000 0000 9995", "Zoë")
    assert tab.submit().wrong() == {"number": "Your card has insufficient funds."}


def test_a_session_expires_by_the_clock_and_gives_up_what_was_tried(till: Till) -> None:
    in_an_hour = a_session(till).created + 3600
    session, longer = a_session(till, expires_at=in_an_hour), a_session(till)
    pay(till, session, DECLINED)
    page = visit(till, session)
    till.advance(3601)
    assert till.heard("checkout") == ["checkout.session.expired"]
    assert till.heard("payment_intent")[-1] == "payment_intent.canceled"
    over = now(till, session)
    assert (over.status, over.url, over.payment_status) == ("expired", None, "unpaid")
    page.submit(**FILLED | EMAIL)
    assert page.status == 410
    assert "This page has expired" in page.says()
    assert page.reader.links["Back to WWMAA"] == "http://shop.test/cart"
    assert now(till, longer).status == "open"
    till.advance(86_400)
    assert now(till, longer).status == "expired"


def test_a_session_is_called_off(till: Till) -> None:
    session = a_session(till)
    assert till.stripe.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="has a status of `expired`"):
        till.stripe.v1.checkout.sessions.expire(session.id)
    assert visit(till, session).status == 410
    assert till.heard("checkout") == ["checkout.session.expired"]


def test_the_page_leads_back_to_the_shop_and_nowhere_else(till: Till) -> None:
    tab = visit(till, a_session(till))
    assert tab.reader.links["Back to WWMAA"] == "http://shop.test/cart"
    assert "form-action 'self' http://shop.test;" in tab.policy
    assert "Test mode. No money moves." in tab.says()


def test_a_page_that_is_not_there_says_so(till: Till) -> None:
    session = a_session(till)
    address = f"{str(session.url)[:-1]}?"
    assert till.control.get(address).status_code == 404
    pay(till, session, CHALLENGED)
    intent = now(till, session).payment_intent
    assert till.control.get(f"/stripe/3ds/{intent}?secret=guessed").status_code == 404


def test_a_customer_is_made_where_one_is_wanted(till: Till) -> None:
    session = a_session(till, customer_creation="always", customer_email="lin@wwmaa.example")
    tab = visit(till, session)
    assert "lin@wwmaa.example" in tab.says()
    tab.submit(**FILLED, email="other@wwmaa.example")
    done = now(till, session, expand=["customer"])
    assert isinstance(done.customer, stripe.Customer)
    assert (done.customer.email, done.customer.name) == ("lin@wwmaa.example", "Zoë Ōta")
    assert till.heard("customer") == ["customer.created"]


def test_a_customers_card_is_kept_for_later_where_that_is_wanted(till: Till) -> None:
    customer = till.stripe.v1.customers.create({"email": "zoe@wwmaa.example"})
    data = {"setup_future_usage": "off_session"}
    session = a_session(till, customer=customer.id, payment_intent_data=data)
    pay(till, session)
    cards = till.stripe.v1.customers.payment_methods.list(customer.id).data
    assert [each.card.last4 for each in cards if each.card] == ["4242"]
    assert now(till, session).customer == customer.id


def test_a_card_is_saved_without_a_payment(till: Till) -> None:
    customer = till.stripe.v1.customers.create({"email": "zoe@wwmaa.example"})
    session = a_session(till, mode="setup", currency="usd", customer=customer.id, line_items=None)
    tab = pay(till, session, CHALLENGED)
    assert "/3ds/seti_" in tab.url
    assert tab.submit(**{"is": "me"}).url == paid_at(session)
    done = now(till, session, expand=["setup_intent"])
    assert isinstance(done.setup_intent, stripe.SetupIntent)
    assert (done.setup_intent.status, done.payment_status) == ("succeeded", "no_payment_required")
    assert len(till.stripe.v1.customers.payment_methods.list(customer.id).data) == 1
