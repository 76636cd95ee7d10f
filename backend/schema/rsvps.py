"""Who comes to which event."""

from enum import StrEnum
from typing import Annotated

from backend.schema.document import Document, Identifier, Index, Moment, References


class RsvpStatus(StrEnum):
    """Confirmed holds a seat; waitlist waits for one, the oldest first."""

    confirmed = "confirmed"
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
