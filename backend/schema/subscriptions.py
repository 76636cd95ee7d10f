"""What members pay, as Stripe tells it."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import model_validator

from backend.schema.document import Document, Identifier, Index, Moment, References, Tier


class SubscriptionStatus(StrEnum):
    """Stripe's words for where a subscription stands."""

    trialing = "trialing"
    active = "active"
    past_due = "past_due"
    canceled = "canceled"


class Subscription(Document):
    """A person's subscription to a tier; Stripe is its source of truth."""

    collection = "subscriptions"

    profile_id: Annotated[Identifier, References("profiles")]
    tier: Annotated[Tier, Index()]
    status: Annotated[SubscriptionStatus, Index()]
    stripe_subscription_id: Annotated[str, Index(unique=True)]
    stripe_customer_id: Annotated[str, Index()]
    current_period_start: Moment
    current_period_end: Annotated[Moment, Index()]
    cancel_at_period_end: bool = False
    canceled_at: Moment | None = None
    trial_end: Moment | None = None

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.current_period_end <= self.current_period_start:
            raise ValueError("a period ends after it starts")
        if self.status is SubscriptionStatus.canceled and self.canceled_at is None:
            raise ValueError("a canceled subscription tells when it was canceled")
        return self
