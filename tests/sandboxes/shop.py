"""A shop that sends its customers to Checkout, and somebody who pays there."""

from typing import Any

import stripe

from tests.sandboxes.browser import Tab
from tests.sandboxes.till import Till

GOOD, DECLINED, POOR = "4242424242424242", "4000000000000002", "4000000000009995"
CHALLENGED, CHALLENGED_POOR = "4000000000003220", "4000008260003178"
SUCCESS, CANCEL = "http://shop.test/paid?session={CHECKOUT_SESSION_ID}", "http://shop.test/cart"
FILLED = {"number": GOOD, "expiry": "12 / 34", "cvc": "123", "name": "Zoë Ōta"}
EMAIL = {"email": "zoe@wwmaa.example"}
TICKET = {"currency": "usd", "unit_amount": 4500, "product_data": {"name": "Seminar"}}


def a_session(till: Till, **more: Any) -> stripe.checkout.Session:
    """A session for two tickets, but for what is given; None takes a parameter away."""
    asked: dict[str, Any] = {
        "mode": "payment",
        "line_items": [{"price_data": TICKET, "quantity": 2}],
        "success_url": SUCCESS,
        "cancel_url": CANCEL,
    } | more
    told = {name: value for name, value in asked.items() if value is not None}
    return till.stripe.v1.checkout.sessions.create(told)  # type: ignore[arg-type]


def a_subscribing_session(till: Till, price: str, **more: Any) -> stripe.checkout.Session:
    """A session for a subscription."""
    return a_session(
        till, **{"mode": "subscription", "line_items": [{"price": price, "quantity": 1}]} | more
    )


def now(till: Till, session: stripe.checkout.Session, **more: Any) -> stripe.checkout.Session:
    """The session as it is now."""
    return till.stripe.v1.checkout.sessions.retrieve(session.id, more)  # type: ignore[arg-type]


def visit(till: Till, session: stripe.checkout.Session) -> Tab:
    """The session's page."""
    assert session.url
    return Tab.open(till.control, session.url)


def pay(till: Till, session: stripe.checkout.Session, number: str = GOOD) -> Tab:
    """The tab after somebody tried to pay with a card."""
    return visit(till, session).submit(**FILLED | EMAIL | {"number": number})
