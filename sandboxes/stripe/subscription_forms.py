"""What a subscription may be told."""

from typing import Annotated, Literal

from sandboxes.stripe.fields import (
    OR_UNSET,
    Days,
    Many,
    Metadata,
    Moment,
    MomentOrNow,
    Range,
    Text,
    Truth,
    Unsettable,
)
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.items import ItemChange, NewItem
from sandboxes.stripe.listing import Created

Proration = Literal["create_prorations", "always_invoice", "none"]
Behavior = Literal[
    "allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"
]
Collection = Literal["charge_automatically", "send_invoice"]
NOT_EMULATED = words(
    "add_invoice_items application_fee_percent automatic_tax billing_schedules billing_thresholds"
    " customer_account default_source default_tax_rates discounts invoice_settings on_behalf_of"
    " pending_invoice_item_interval transfer_data trial_from_plan"
)


class PaymentSettings(Hash):
    """How invoices are paid, and whether the card that pays first is kept."""

    not_emulated = words("payment_method_options")
    payment_method_types: Many[Text] = []
    save_default_payment_method: Literal["on_subscription", "off"] = "off"


class EndBehavior(Hash):
    """What happens when a trial ends and there is no card."""

    missing_payment_method: Literal["cancel", "create_invoice", "pause"]


class TrialSettings(Hash):
    """How a trial ends."""

    end_behavior: EndBehavior


class CancellationDetails(Hash):
    """What the customer said."""

    comment: Unsettable = None
    feedback: Annotated[
        Literal[
            "customer_service",
            "low_quality",
            "missing_features",
            "other",
            "switched_service",
            "too_complex",
            "too_expensive",
            "unused",
        ]
        | None,
        OR_UNSET,
    ] = None


class PauseCollection(Hash):
    """What becomes of invoices while collection is paused."""

    behavior: Literal["keep_as_draft", "mark_uncollectible", "void"]
    resumes_at: Moment = None


class BillingMode(Hash):
    """How prorations are credited; the plain prices here come to the same in both ways."""

    not_emulated = words("flexible")
    type: Literal["classic", "flexible"]


class Terms(Form):
    """What can be said of a subscription at any time."""

    not_emulated = NOT_EMULATED
    cancel_at: Moment = None
    cancel_at_period_end: Truth = False
    collection_method: Collection = "charge_automatically"
    days_until_due: Days | None = None
    default_payment_method: Unsettable = None
    description: Unsettable = None
    metadata: Metadata = {}
    off_session: Truth = False
    payment_behavior: Behavior = "allow_incomplete"
    payment_settings: PaymentSettings = PaymentSettings()
    proration_behavior: Proration = "create_prorations"
    trial_end: MomentOrNow | None = None
    trial_settings: Annotated[TrialSettings | None, OR_UNSET] = None


class Creation(Terms):
    """A new subscription."""

    not_emulated = NOT_EMULATED | words("backdate_start_date billing_cycle_anchor_config currency")
    customer: Text
    items: Many[NewItem]
    billing_cycle_anchor: Moment = None
    billing_mode: BillingMode = BillingMode(type="flexible")
    trial_period_days: Days | None = None


class Update(Terms):
    """A change of a subscription."""

    items: Many[ItemChange] = []
    billing_cycle_anchor: Literal["now", "unchanged"] = "unchanged"
    cancellation_details: CancellationDetails = CancellationDetails()
    pause_collection: Annotated[PauseCollection | None, OR_UNSET] = None
    proration_date: Moment = None


class Cancellation(Form):
    """How to end it now."""

    cancellation_details: CancellationDetails = CancellationDetails()
    invoice_now: Truth = False
    prorate: Truth = False


class Resumption(Form):
    """How to go on after a pause."""

    not_emulated = words("payment_behavior proration_behavior proration_date")
    billing_cycle_anchor: Literal["now", "unchanged"] = "now"


class Listing(Created):
    """Which subscriptions; all but canceled ones unless a status is asked for."""

    not_emulated = words("automatic_tax customer_account plan")
    collection_method: Collection | None = None
    current_period_end: Range | None = None
    current_period_start: Range | None = None
    customer: Text | None = None
    price: Text | None = None
    status: (
        Literal[
            "active",
            "all",
            "canceled",
            "ended",
            "incomplete",
            "incomplete_expired",
            "past_due",
            "paused",
            "trialing",
            "unpaid",
        ]
        | None
    ) = None
    test_clock: Text | None = None
