"""What a payment intent may be told."""

from typing import Annotated, Literal

from sandboxes.stripe.contacts import Shipping
from sandboxes.stripe.fields import OR_UNSET, Amount, Many, Metadata, Text, Truth, Unsettable
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.listing import Created
from sandboxes.stripe.methods import MethodData

FutureUse = Literal["on_session", "off_session"]
NOT_EMULATED = words(
    "amount_details application_fee_amount confirmation_token customer_account hooks mandate"
    " mandate_data on_behalf_of payment_details payment_method_configuration"
    " payment_method_options radar_options transfer_data transfer_group"
)


class Automatic(Hash):
    """Whether the payment methods are those of the account's settings."""

    enabled: Truth
    allow_redirects: Literal["always", "never"] = "always"


class Method(Form):
    """With what to pay."""

    payment_method: Unsettable = None
    payment_method_data: MethodData | None = None


class Details(Method):
    """What can be said of a payment until it is made."""

    not_emulated = NOT_EMULATED
    allowed_payment_method_types: Many[Text] = []
    excluded_payment_method_types: Many[Text] = []
    capture_method: Literal["automatic", "automatic_async", "manual"] = "automatic_async"
    customer: Text | None = None
    description: Unsettable = None
    metadata: Metadata = {}
    receipt_email: Unsettable = None
    setup_future_usage: Annotated[FutureUse | None, OR_UNSET] = None
    shipping: Annotated[Shipping | None, OR_UNSET] = None
    statement_descriptor: Unsettable = None
    statement_descriptor_suffix: Unsettable = None


class Confirmation(Method):
    """How to make the payment."""

    not_emulated = NOT_EMULATED | words("allowed_payment_method_types amount_to_confirm")
    error_on_requires_action: Truth = False
    off_session: Truth = False
    receipt_email: Unsettable = None
    return_url: Text | None = None
    setup_future_usage: Annotated[FutureUse | None, OR_UNSET] = None
    use_stripe_sdk: Truth = False


class Creation(Details):
    """A new payment, which may be made at once."""

    amount: Amount
    currency: Text
    automatic_payment_methods: Automatic | None = None
    confirm: Truth = False
    confirmation_method: Literal["automatic", "manual"] = "automatic"
    error_on_requires_action: Truth = False
    off_session: Truth = False
    return_url: Text | None = None
    use_stripe_sdk: Truth = False


class Update(Details):
    """A change of a payment that was not made."""

    amount: Amount = 0
    currency: Text = "usd"


class Capture(Form):
    """How much of the money that is held to take."""

    not_emulated = words(
        "amount_details application_fee_amount final_capture hooks payment_details"
        " statement_descriptor statement_descriptor_suffix transfer_data"
    )
    amount_to_capture: Amount | None = None
    metadata: Metadata = {}


class Cancellation(Form):
    """Why to give up the payment."""

    cancellation_reason: (
        Literal["duplicate", "fraudulent", "requested_by_customer", "abandoned"] | None
    ) = None


class Listing(Created):
    """Which payments."""

    not_emulated = words("customer_account")
    customer: Text | None = None
