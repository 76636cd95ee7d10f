"""The shape of a payment intent."""

from copy import deepcopy

from sandboxes.kit.records import Document
from sandboxes.stripe.ids import drawn, new_id
from sandboxes.stripe.ledger import Ledger

BLANK: Document = {
    "object": "payment_intent",
    "allowed_payment_method_types": None,
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 0,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "capture_method": "automatic_async",
    "confirmation_method": "automatic",
    "customer_account": None,
    "description": None,
    "excluded_payment_method_types": None,
    "hooks": None,
    "last_payment_error": None,
    "latest_charge": None,
    "livemode": False,
    "managed_payments": None,
    "metadata": {},
    "next_action": None,
    "on_behalf_of": None,
    "payment_details": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "payment_record": None,
    "processing": None,
    "receipt_email": None,
    "review": None,
    "setup_future_usage": None,
    "shipping": None,
    "source": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "status": "requires_payment_method",
    "transfer_data": None,
    "transfer_group": None,
    "_authenticated": False,
    "_invoice": None,
}
"""What a payment intent has before anything is known of it."""


def new_intent(
    ledger: Ledger, amount: int, currency: str, customer: str | None, **fields: object
) -> Document:
    """A payment intent, which waits for a payment method."""
    id_ = new_id("pi")
    return {
        "id": id_,
        "amount": amount,
        "client_secret": f"{id_}_secret_{drawn(25)}",
        "created": ledger.now,
        "currency": currency,
        "customer": customer,
        **deepcopy(BLANK),
        **fields,
    }
