"""Stripe: what the platform asks it, what it tells, and its webhooks."""

from backend.providers.stripe.checkout import Checkout, Ticket
from backend.providers.stripe.client import PaymentIsDeclined, Stripe
from backend.providers.stripe.things import (
    Charge,
    CheckoutSession,
    Customer,
    Event,
    Invoice,
    Price,
    Refund,
    Subscription,
)

__all__ = [
    "Charge",
    "Checkout",
    "CheckoutSession",
    "Customer",
    "Event",
    "Invoice",
    "PaymentIsDeclined",
    "Price",
    "Refund",
    "Stripe",
    "Subscription",
    "Ticket",
]
