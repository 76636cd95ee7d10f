"""What Stripe tells of: the parts of its objects that the platform needs, by Stripe's names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasChoices, AliasPath, BaseModel, Discriminator, Field, Tag

Metadata = Mapping[str, str]


class Customer(BaseModel):
    """Somebody who pays."""

    id: str
    email: str | None = None
    metadata: Metadata = {}


class Price(BaseModel):
    """What something costs, and how often."""

    id: str
    unit_amount: int
    currency: str
    interval: str | None = Field(default=None, validation_alias=AliasPath("recurring", "interval"))


class CheckoutSession(BaseModel):
    """A payment under way on Stripe's own page, or done."""

    id: str
    url: str | None = None
    """Where to pay; none once that is over."""
    mode: str
    status: str | None = None
    payment_status: str
    customer: str | None = None
    subscription: str | None = None
    payment_intent: str | None = None
    client_reference_id: str | None = None
    amount_total: int | None = None
    """In the currency's smallest unit, as all amounts are."""
    currency: str | None = None
    expires_at: datetime
    metadata: Metadata = {}


class Invoice(BaseModel):
    """What is owed for a period, or was paid."""

    id: str
    number: str | None = None
    status: str | None = None
    customer: str | None = None
    subscription: str | None = Field(
        default=None,
        validation_alias=AliasPath("parent", "subscription_details", "subscription"),
    )
    amount_due: int
    amount_paid: int
    currency: str
    billing_reason: str | None = None
    attempt_count: int = 0
    next_payment_attempt: datetime | None = None
    hosted_invoice_url: str | None = None
    invoice_pdf: str | None = None
    created: datetime


def _of_first_item(name: str) -> Any:
    # Periods moved from subscriptions to their items; a webhook may still have the older shape.
    path = AliasPath("items", "data", 0, name)
    return Field(validation_alias=AliasChoices(path, name))


class Subscription(BaseModel):
    """What a member pays for again and again; ours have one item each."""

    id: str
    customer: str
    status: str
    item_id: str = Field(validation_alias=AliasPath("items", "data", 0, "id"))
    price_id: str = Field(validation_alias=AliasPath("items", "data", 0, "price", "id"))
    current_period_start: datetime = _of_first_item("current_period_start")
    current_period_end: datetime = _of_first_item("current_period_end")
    cancel_at_period_end: bool
    canceled_at: datetime | None = None
    ended_at: datetime | None = None
    trial_end: datetime | None = None
    latest_invoice: Invoice | str | None = None
    metadata: Metadata = {}


class Charge(BaseModel):
    """An attempt to take money, and how much of it was given back."""

    id: str
    customer: str | None = None
    payment_intent: str | None = None
    status: str
    """`succeeded`, `pending` or `failed`."""
    amount: int
    amount_captured: int
    """How much of it was taken, and not only reserved."""
    amount_refunded: int
    refunded: bool
    currency: str
    created: datetime
    metadata: Metadata = {}


class Refund(BaseModel):
    """Money that is given back."""

    id: str
    status: str | None = None
    """`failed` and `canceled` when nothing is given back after all."""
    amount: int
    currency: str
    created: datetime


def _kind(thing: Any) -> str:
    # An invoice that is only foreseen (`invoice.upcoming`) has no id, and is no thing yet.
    kind = thing.get("object") if isinstance(thing, dict) and "id" in thing else None
    return kind if kind in ("checkout.session", "subscription", "invoice", "charge") else "other"


Thing = Annotated[
    Annotated[CheckoutSession, Tag("checkout.session")]
    | Annotated[Subscription, Tag("subscription")]
    | Annotated[Invoice, Tag("invoice")]
    | Annotated[Charge, Tag("charge")]
    | Annotated[dict[str, Any], Tag("other")],
    Discriminator(_kind),
]


class Event(BaseModel):
    """Something that happened at Stripe, and the thing that it happened to, as it was then."""

    id: str
    type: str
    created: datetime
    thing: Thing = Field(validation_alias=AliasPath("data", "object"))
