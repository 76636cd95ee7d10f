"""Who comes to which event."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from backend.schema.document import Document, Identifier, Index, Moment, References


class RsvpStatus(StrEnum):
    """Confirmed has a seat; waitlist waits for one, the oldest first."""

    confirmed = "confirmed"
    held = "held"
    """A seat that is being paid for; it is given to others when that takes too long."""
    waitlist = "waitlist"
    canceled = "canceled"


class Rsvp(Document):
    """One person's answer to one event; there is at most one of each pair."""

    collection = "rsvps"
    indexes = (Index(("event_id", "profile_id"), unique=True),)

    event_id: Annotated[Identifier, References("events")]
    profile_id: Annotated[Identifier, References("profiles")]
    status: Annotated[RsvpStatus, Index()]
    checked_in_at: Moment | None = None
    held_until: Moment | None = None
    """Until when the seat waits for its payment."""
    checkout_url: Annotated[str | None, Field(max_length=2000)] = None
    """Where the seat is paid for, while it is held."""
    payment_intent: Annotated[str | None, Field(max_length=200)] = None
    """Stripe's name for what was paid; what is given back is given back from it."""

    def has_seat(self) -> bool:
        """Whether a seat is this person's, paid for or not yet."""
        return self.status in (RsvpStatus.confirmed, RsvpStatus.held)
