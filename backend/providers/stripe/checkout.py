"""What somebody is to pay for, and how Stripe takes it: as the fields of a form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.providers.stripe.things import Metadata


@dataclass(frozen=True)
class Ticket:
    """Something that is paid for once and has no price at Stripe."""

    name: str
    amount: int
    currency: str

    @property
    def what(self) -> dict[str, Any]:
        """A price that is made for one payment alone."""
        price = {"unit_amount": self.amount, "currency": self.currency}
        return {"price_data": {**price, "product_data": {"name": self.name}}}


@dataclass(frozen=True)
class Checkout:
    """What somebody is to pay for: a price of ours, again and again, or a ticket, once.

    The metadata come back on the subscription or the payment too. Stripe takes an expiry of 30
    minutes to 24 hours from now.
    """

    buys: str | Ticket
    customer: str
    reference: str
    metadata: Metadata
    success_url: str
    cancel_url: str
    expires_at: datetime

    @property
    def form(self) -> dict[str, Any]:
        """The same in Stripe's names."""
        what: dict[str, Any] = {"price": self.buys}
        mode, data = "subscription", "subscription_data"
        if isinstance(self.buys, Ticket):
            mode, data, what = "payment", "payment_intent_data", self.buys.what
        return {
            "mode": mode,
            "line_items": [{**what, "quantity": 1}],
            "customer": self.customer,
            "client_reference_id": self.reference,
            "metadata": self.metadata,
            data: {"metadata": self.metadata},
            "success_url": self.success_url,
            "cancel_url": self.cancel_url,
            "expires_at": int(self.expires_at.timestamp()),
        }


def fields_of(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """A value as the fields of a form: `{"a": [{"b": True}]}` becomes `a[0][b]=true`."""
    if isinstance(value, Mapping | list):
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, inner in pairs:
            yield from fields_of(inner, f"{name}[{key}]" if name else str(key))
    elif value is not None:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)
