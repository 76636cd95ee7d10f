"""What members pay, as Stripe tells it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from backend.schema.document import Document, Identifier, Index, Moment, References, Tier

REMEMBERED: Final = timedelta(days=30)


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
    past_due_since: Annotated[Moment | None, Index()] = None
    """Since when money is awaited; none while nothing is owed."""
    as_of: Moment | None = None
    """When Stripe saw the subscription as it stands here; older news does not change it."""
    paid_invoices: int = Field(default=0, ge=0)
    paid_cents: int = Field(default=0, ge=0)
    heard: dict[str, Moment] = {}
    """The events of Stripe that have had their effect here, by id, and when; of the last 30 days,
    ten times as long as Stripe repeats itself."""

    @property
    def is_live(self) -> bool:
        """Whether it makes its person a member: it does until it is canceled, paid late or not."""
        return self.status is not SubscriptionStatus.canceled

    @property
    def ended_at(self) -> datetime | None:
        """Since when it makes nobody a member; none while it does.

        `canceled_at` is when somebody said so, which may be long before the paid period's end.
        """
        if self.is_live:
            return None
        return self.current_period_end if self.cancel_at_period_end else self.canceled_at

    def has_heard(self, event_id: str) -> bool:
        """Whether this event has had its effect already."""
        return event_id in self.heard

    def hearing(self, event_id: str, now: datetime) -> dict[str, datetime]:
        """The events heard, with this one, and without those that nobody repeats any more."""
        recent = {id_: at for id_, at in self.heard.items() if now - at < REMEMBERED}
        return recent | {event_id: now}

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.current_period_end <= self.current_period_start:
            raise ValueError("a period ends after it starts")
        if self.status is SubscriptionStatus.canceled and self.canceled_at is None:
            raise ValueError("a canceled subscription tells when it was canceled")
        return self
