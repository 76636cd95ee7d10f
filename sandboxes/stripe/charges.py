"""Charges: one attempt to take money from a card, whatever came of it."""

from copy import deepcopy
from typing import Annotated

from sandboxes.kit.records import Document
from sandboxes.stripe.cards import Decline
from sandboxes.stripe.contacts import Shipping
from sandboxes.stripe.fields import OR_UNSET, Metadata, Text, Unsettable, merged
from sandboxes.stripe.forms import Form, words
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Created, a_list, page
from sandboxes.stripe.methods import card_of
from sandboxes.stripe.operations import route


class Update(Form):
    """A change of a charge."""

    not_emulated = words("customer fraud_details transfer_group")
    description: Unsettable = None
    metadata: Metadata = {}
    receipt_email: Unsettable = None
    shipping: Annotated[Shipping | None, OR_UNSET] = None


class Listing(Created):
    """Which charges."""

    not_emulated = words("transfer_group")
    customer: Text | None = None
    payment_intent: Text | None = None


BLANK: Document = {
    "object": "charge",
    "amount_refunded": 0,
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "balance_transaction": None,
    "calculated_statement_descriptor": "WWMAA",
    "disputed": False,
    "failure_balance_transaction": None,
    "fraud_details": {},
    "livemode": False,
    "on_behalf_of": None,
    "receipt_number": None,
    "receipt_url": None,
    "refunded": False,
    "review": None,
    "source": None,
    "source_transfer": None,
    "transfer_data": None,
    "transfer_group": None,
}
"""What a charge has before anything is known of it."""


def new_charge(
    ledger: Ledger, intent: Document, method: Document, declined: Decline | None = None
) -> Document:
    """A charge of an intent's amount to a card; without a decline it succeeds."""
    captured = not declined and intent["capture_method"] != "manual"
    amount, id_ = intent["amount"], new_id("ch")
    return {
        "id": id_,
        "amount": amount,
        "amount_captured": amount if captured else 0,
        "billing_details": method["billing_details"],
        "captured": captured,
        "created": ledger.now,
        "failure_code": declined.code if declined else None,
        "failure_message": declined.message if declined else None,
        "outcome": _outcome(method, declined),
        "paid": not declined,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _details(method, amount, intent["_authenticated"]),
        "refunds": a_list(f"/v1/charges/{id_}/refunds", []),
        "status": "failed" if declined else "succeeded",
        **deepcopy(BLANK),
        **{name: intent[name] for name in FROM_INTENT},
    }


FROM_INTENT = words(
    "currency customer description metadata receipt_email shipping statement_descriptor"
    " statement_descriptor_suffix"
)


def _outcome(method: Document, declined: Decline | None) -> Document:
    risk = card_of(method).risk
    blocked = declined is not None and risk == "highest"
    kind = "blocked" if blocked else "issuer_declined" if declined else "authorized"
    words = {
        "authorized": "Payment complete.",
        "blocked": "Stripe blocked this payment as too risky.",
        "issuer_declined": "The bank did not return any further details with this decline.",
    }
    return {
        "advice_code": "try_again_later" if kind == "issuer_declined" else None,
        "network_advice_code": None,
        "network_decline_code": "05" if kind == "issuer_declined" else None,
        "network_status": {
            "authorized": "approved_by_network",
            "blocked": "not_sent_to_network",
            "issuer_declined": "declined_by_network",
        }[kind],
        "reason": (declined.decline_code or declined.code) if declined else None,
        "risk_level": risk,
        "risk_score": {"normal": 20, "elevated": 70, "highest": 92}[risk],
        "seller_message": words[kind],
        "type": kind,
    }


def _details(method: Document, amount: int, authenticated: bool) -> Document:
    card = method["card"]
    shared = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    secure = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": None,
        "version": "2.2.0",
    }
    return {
        "card": {
            **{name: card[name] for name in shared},
            "amount_authorized": amount,
            "authorization_code": "123456",
            "checks": card["checks"],
            "extended_authorization": {"status": "disabled"},
            "incremental_authorization": {"status": "unavailable"},
            "installments": None,
            "mandate": None,
            "multicapture": {"status": "unavailable"},
            "network": card["brand"],
            "network_token": {"used": False},
            "network_transaction_id": None,
            "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
            "regulated_status": "unregulated",
            "three_d_secure": secure if authenticated else None,
            "transaction_link_id": None,
            "wallet": None,
        },
        "type": "card",
    }


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The charge."""
    return await ledger.get("charge", id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The charge, changed."""
    charge, changes = await ledger.get("charge", id_), form.given()
    if "metadata" in changes:
        changes["metadata"] = merged(charge["metadata"], form.metadata)
    return await ledger.change(charge, changes, "charge.updated")


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of charges."""
    like = {"customer": form.customer, "payment_intent": form.payment_intent}
    return await page(ledger, "charge", "/v1/charges", form, like=like)


ROUTES = (
    route("GetCharges", "/v1/charges", Listing, listed),
    route("GetChargesCharge", "/v1/charges/{id}", Form, retrieve),
    route("PostChargesCharge", "/v1/charges/{id}", Update, update),
)
