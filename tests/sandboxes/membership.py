"""A club with two prices, and a customer with a card who may subscribe to them."""

from dataclasses import dataclass
from typing import Any

import stripe

from tests.sandboxes.till import Till


@dataclass
class Membership:
    """The club's prices, its customer, and the till where they pay."""

    till: Till
    customer: str
    basic: str
    premium: str
    monthly: str

    def subscribe(self, **more: Any) -> stripe.Subscription:
        """A subscription to the basic price, but for what is given."""
        asked = {"customer": self.customer, "items": [{"price": self.basic}]} | more
        return self.till.stripe.v1.subscriptions.create(asked)  # type: ignore[arg-type]

    def get(self, id_: str, **more: Any) -> stripe.Subscription:
        """A subscription as it is now."""
        return self.till.stripe.v1.subscriptions.retrieve(id_, more)  # type: ignore[arg-type]

    def listed(self, **more: Any) -> list[stripe.Subscription]:
        """The customer's subscriptions."""
        asked = {"customer": self.customer} | more
        return self.till.stripe.v1.subscriptions.list(asked).data  # type: ignore[arg-type]

    def give_card(self, name: str) -> str:
        """The customer pays with this card from now on."""
        asked: Any = {"invoice_settings": {"default_payment_method": name}}
        customer = self.till.stripe.v1.customers.update(self.customer, asked)
        assert customer.invoice_settings
        return str(customer.invoice_settings.default_payment_method)


def a_membership(
    till: Till, card: str | None = "pm_card_visa", clock: str | None = None
) -> Membership:
    """The club, with a new customer; on a test clock where one is given."""
    prices = [
        ("price_basic", "Basic", 2900, "year"),
        ("price_premium", "Premium", 7900, "year"),
        ("price_monthly", "Monthly", 1000, "month"),
    ]
    wanted = [
        {"id": id_, "product": f"prod_{name}", "name": name, "unit_amount": amount}
        | {"interval": interval}
        for id_, name, amount, interval in prices
    ]
    till.control.put("/_sandbox/stripe/prices", json=wanted).raise_for_status()
    asked: Any = {"email": "zoe@wwmaa.example", "name": "Zoë"}
    customer = till.stripe.v1.customers.create(asked | ({"test_clock": clock} if clock else {}))
    club = Membership(till, customer.id, *(id_ for id_, *_ in prices))
    if card:
        club.give_card(card)
    return club
