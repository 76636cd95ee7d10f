"""The shape of a Checkout Session, and who it says is paying."""

from copy import deepcopy

from sandboxes.kit.records import Document
from sandboxes.stripe.checkout.forms import Creation
from sandboxes.stripe.contacts import NOWHERE
from sandboxes.stripe.fields import merged
from sandboxes.stripe.ids import drawn
from sandboxes.stripe.ledger import Ledger

KIND, DAY_S = "checkout.session", 86_400
BLANK: Document = {
    "object": KIND,
    "adaptive_pricing": {"enabled": False},
    "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": None,
    "branding_settings": None,
    "client_secret": None,
    "collected_information": {
        "business_name": None,
        "individual_name": None,
        "shipping_details": None,
    },
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer_account": None,
    "customer_details": None,
    "discounts": [],
    "excluded_payment_method_types": None,
    "invoice": None,
    "invoice_creation": None,
    "livemode": False,
    "managed_payments": None,
    "payment_intent": None,
    "payment_link": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "status": "open",
    "subscription": None,
    "ui_mode": "hosted_page",
    "wallet_options": None,
    "_customer": None,
    "_email": None,
    "_intent": None,
    "_name": None,
}
"""What a session has before anything is known of it."""
NO_INVOICE: Document = {
    "enabled": False,
    "invoice_data": {
        "account_tax_ids": None,
        "custom_fields": None,
        "description": None,
        "footer": None,
        "issuer": None,
        "metadata": {},
        "rendering_options": None,
    },
}


async def new_session(
    ledger: Ledger, form: Creation, lines: list[Document], customer: Document | None
) -> Document:
    """A session that is open, not kept yet."""
    id_ = f"cs_test_{drawn(58)}"
    costs = form.mode != "setup"
    is_trial = form.subscription_data.trial_period_days or form.subscription_data.trial_end
    total = 0 if is_trial else sum(each["amount_total"] for each in lines)
    return {
        "id": id_,
        **deepcopy(BLANK),
        "allowed_payment_method_types": form.allowed_payment_method_types or None,
        "amount_subtotal": total if costs else None,
        "amount_total": total if costs else None,
        "cancel_url": form.cancel_url,
        "client_reference_id": form.client_reference_id,
        "created": ledger.now,
        "currency": lines[0]["currency"] if lines else form.currency,
        "customer": form.customer,
        "customer_creation": _creation(form),
        "customer_email": form.customer_email,
        "customer_details": _known(form, customer),
        "expires_at": form.expires_at or ledger.now + DAY_S,
        "integration_identifier": form.integration_identifier,
        "invoice_creation": deepcopy(NO_INVOICE) if form.mode == "payment" else None,
        "locale": form.locale,
        "metadata": merged({}, form.metadata),
        "mode": form.mode,
        "origin_context": form.origin_context,
        "payment_method_collection": "always" if form.mode == "subscription" else "if_required",
        "payment_status": "unpaid" if costs else "no_payment_required",
        "submit_type": form.submit_type,
        "success_url": form.success_url,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "url": f"{await ledger.address()}/c/pay/{id_}",
        "_lines": lines,
        "_payment_data": form.payment_intent_data.given(),
        "_setup_data": form.setup_intent_data.given(),
        "_subscription_data": form.subscription_data.given(),
    }


def _creation(form: Creation) -> str | None:
    """Whether a customer will be made."""
    if form.customer:
        return None
    return "always" if form.mode == "subscription" else form.customer_creation or "if_required"


def _known(form: Creation, customer: Document | None) -> Document | None:
    """Who pays, as far as that is known from the beginning."""
    email = form.customer_email or (customer and customer["email"])
    return details(email, None) if email else None


def details(email: str | None, name: str | None) -> Document:
    """Who pays, as the session tells it."""
    return {
        "address": dict(NOWHERE) if name else None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [] if name else None,
    }
