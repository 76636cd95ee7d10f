"""What the association holds: seminars, tournaments, camps, promotions and the like."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from backend.schema.document import (
    AccessType,
    Document,
    Identifier,
    Index,
    Line,
    Moment,
    References,
    Tags,
    Text,
)


class EventType(StrEnum):
    """What kind of gathering an event is."""

    seminar = "seminar"
    workshop = "workshop"
    tournament = "tournament"
    promotion = "promotion"
    camp = "camp"
    social = "social"
    meeting = "meeting"


class EventStatus(StrEnum):
    """Whether people see it. Past and upcoming are no states: they follow from the time."""

    draft = "draft"
    published = "published"
    canceled = "canceled"


class Event(Document):
    """An event with a time, a place and, where seats are limited, a capacity."""

    collection = "events"
    indexes = (Index(("status", "starts_at")),)
    searched = ("title", "tags", "description")

    title: Line
    description: Text = ""
    event_type: Annotated[EventType, Index()]
    access_type: Annotated[AccessType, Index()] = AccessType.public
    status: EventStatus = EventStatus.draft
    starts_at: Annotated[Moment, Index()]
    ends_at: Moment
    timezone: Annotated[str, Field(max_length=64)] = "America/Los_Angeles"
    """The place's own time zone (IANA), in which people are shown the times."""
    location: Line
    is_online: bool = False
    capacity: int | None = Field(default=None, ge=1, le=100_000)
    """How many may come; none when everybody may."""
    seats_taken: int = Field(default=0, ge=0)
    """How many RSVPs hold a seat, confirmed or held; written only together with them."""
    has_waitlist: bool = True
    """Whether people may wait for a seat when all are taken."""
    price_cents: int = Field(default=0, ge=0)
    organizer_id: Annotated[Identifier, References("profiles")]
    tags: Tags = []
    canceled_because: Text = ""
    """What those who would have come were told."""

    def has_seat(self) -> bool:
        """Whether one more may come."""
        return self.capacity is None or self.seats_taken < self.capacity

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("an event ends after it starts")
        if self.capacity is not None and self.seats_taken > self.capacity:
            raise ValueError("an event holds no more people than its capacity")
        return self
