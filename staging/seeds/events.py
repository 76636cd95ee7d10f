"""The events: tournaments, seminars, gradings, camps; eight past and twelve upcoming."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from backend.schema.document import AccessType
from backend.schema.events import Event, EventStatus, EventType
from staging.seeds.edition import Edition, table
from staging.seeds.profiles import Cast

ANNOUNCED = 60
"""Days before the event, or before today if that is earlier, when it was announced."""


@dataclass(frozen=True)
class Gathering:
    """An event as `events.toml` tells it."""

    key: str
    title: str
    day: int
    start: str
    hours: float
    event_type: str
    access_type: str
    timezone: str
    location: str
    organizer: str
    description: str
    tags: tuple[str, ...]
    status: str = EventStatus.published
    is_online: bool = False
    capacity: int | None = None
    price_cents: int = 0
    confirmed: int = 0
    waitlist: int = 0
    canceled: int = 0


@cache
def gatherings() -> tuple[Gathering, ...]:
    """The twenty, from the past to the future."""
    return tuple(Gathering(**row) for row in table("events")["event"])


def make(edition: Edition, cast: Cast) -> tuple[Event, ...]:
    """The events of an edition, in the order of `gatherings`."""
    return tuple(_event(edition, cast, gathering) for gathering in gatherings())


def _event(edition: Edition, cast: Cast, it: Gathering) -> Event:
    starts_at = edition.by_the_clock(it.day, it.start, it.timezone)
    return Event(
        **edition.marks(Event, it.key, edition.ago(ANNOUNCED - min(it.day, 0))),
        title=edition.titled(it.title),
        description=it.description.strip(),
        event_type=EventType(it.event_type),
        access_type=AccessType(it.access_type),
        status=EventStatus(it.status),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=it.hours),
        timezone=it.timezone,
        location=it.location,
        is_online=it.is_online,
        capacity=it.capacity,
        seats_taken=it.confirmed,
        price_cents=it.price_cents,
        organizer_id=cast[it.organizer].id,
        tags=list(it.tags),
    )
