"""What a Checkout Session may be told."""

from typing import Literal

from sandboxes.stripe.fields import Many, Metadata, Natural, Positive, Text, Unsettable, Whole
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.listing import Created, Page
from sandboxes.stripe.payment_forms import FutureUse
from sandboxes.stripe.prices import PriceData
from sandboxes.stripe.subscription_forms import BillingMode, TrialSettings

Mode = Literal["payment", "setup", "subscription"]


class ProductData(Hash):
    """A product that is made for one session."""

    not_emulated = words("tax_code tax_details")
    name: Text
    description: Text | None = None
    images: Many[Text] = []
    metadata: Metadata = {}
    unit_label: Text | None = None


class LinePrice(PriceData):
    """A price that is made for one session, for a product that stands or is made too."""

    product: Text | None = None
    product_data: ProductData | None = None


class Line(Hash):
    """What is bought, and how many of it."""

    not_emulated = words("adjustable_quantity metadata tax_rates")
    price: Text | None = None
    price_data: LinePrice | None = None
    quantity: Positive | None = None


class PaymentData(Hash):
    """What the payment will be told."""

    not_emulated = words(
        "application_fee_amount capture_method on_behalf_of shipping transfer_data transfer_group"
    )
    description: Text | None = None
    metadata: Metadata = {}
    receipt_email: Text | None = None
    setup_future_usage: FutureUse | None = None
    statement_descriptor: Text | None = None
    statement_descriptor_suffix: Text | None = None


class SetupData(Hash):
    """What the setup intent will be told."""

    not_emulated = words("on_behalf_of")
    description: Text | None = None
    metadata: Metadata = {}


class SubscriptionData(Hash):
    """What the subscription will be told."""

    not_emulated = words(
        "application_fee_percent billing_cycle_anchor billing_cycle_anchor_config default_tax_rates"
        " invoice_settings on_behalf_of pending_invoice_item_interval proration_behavior"
        " transfer_data"
    )
    billing_mode: BillingMode = BillingMode(type="flexible")
    description: Text | None = None
    metadata: Metadata = {}
    trial_end: Whole | None = None
    trial_period_days: Natural | None = None
    trial_settings: TrialSettings | None = None


class Creation(Form):
    """A new session."""

    not_emulated = words(
        "adaptive_pricing after_expiration allow_promotion_codes automatic_tax branding_settings"
        " consent_collection custom_fields custom_text customer_account customer_update discounts"
        " excluded_payment_method_types invoice_creation managed_payments name_collection"
        " optional_items payment_method_configuration payment_method_data payment_method_options"
        " permissions phone_number_collection redirect_on_completion return_url"
        " saved_payment_method_options shipping_address_collection shipping_options"
        " tax_id_collection wallet_options"
    )
    allowed_payment_method_types: Many[Literal["card"]] = []
    billing_address_collection: Literal["auto"] = "auto"
    cancel_url: Text | None = None
    client_reference_id: Text | None = None
    currency: Text | None = None
    customer: Text | None = None
    customer_creation: Literal["always", "if_required"] | None = None
    customer_email: Text | None = None
    expires_at: Whole | None = None
    integration_identifier: Text | None = None
    line_items: Many[Line] = []
    locale: Text | None = None
    metadata: Metadata = {}
    mode: Mode
    origin_context: Literal["mobile_app", "web"] | None = None
    payment_intent_data: PaymentData = PaymentData()
    payment_method_collection: Literal["always", "if_required"] = "always"
    setup_intent_data: SetupData = SetupData()
    submit_type: Literal["auto", "book", "donate", "pay", "subscribe"] | None = None
    subscription_data: SubscriptionData = SubscriptionData()
    success_url: Text
    ui_mode: Literal["hosted_page", "embedded_page", "elements", "form"] = "hosted_page"


class Update(Form):
    """A change of a session."""

    not_emulated = words("collected_information line_items shipping_options")
    metadata: Metadata = {}


class CustomerDetails(Hash):
    """Whose sessions, by the address that was typed."""

    email: Text


class Listing(Created):
    """Which sessions."""

    not_emulated = words("customer_account payment_link")
    customer: Unsettable = None
    customer_details: CustomerDetails | None = None
    payment_intent: Text | None = None
    status: Literal["complete", "expired", "open"] | None = None
    subscription: Text | None = None


class Lines(Page):
    """Which of a session's lines."""
