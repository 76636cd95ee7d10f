"""Events as people see them, and which of them they ask for."""

from enum import StrEnum
from typing import Annotated, Self

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict

from backend.clock import now
from backend.schema.document import AccessType, TypedMoment
from backend.schema.events import Event, EventStatus, EventType
from backend.store import Condition, Range, Store


class When(StrEnum):
    """Upcoming events come soonest first, past ones latest first."""

    upcoming = "upcoming"
    past = "past"
    all = "all"


class EventView(BaseModel):
    """An event, as people see it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    title: str
    description: str
    event_type: EventType
    access_type: AccessType
    status: EventStatus
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    timezone: str
    location: str
    is_online: bool
    capacity: int | None
    seats_left: int | None
    """How many may still come; none when everybody may."""
    has_waitlist: bool
    """Whether one may wait for a seat when all are taken."""
    price_cents: int
    organizer_id: str
    tags: list[str]
    canceled_because: str

    @classmethod
    def of(cls, event: Event) -> Self:
        """The view of an event."""
        seats_left = None if event.capacity is None else event.capacity - event.seats_taken
        # A kept event is valid already, and its view has no more than some of its fields.
        return cls.model_construct(**vars(event), seats_left=seats_left)  # type: ignore[return-value]


class EventPage(BaseModel):
    """Some events, and the cursor that asks for those after them."""

    items: list[EventView]
    next: str | None


class EventFilter(BaseModel):
    """Which events are asked for."""

    model_config = ConfigDict(extra="forbid")

    when: When = When.upcoming
    event_type: EventType | None = None
    access_type: AccessType | None = None
    starts_from: TypedMoment | None = None
    starts_before: TypedMoment | None = None
    limit: Annotated[int, Query(ge=1, le=100)] = 20
    after: Annotated[str | None, Query(max_length=500)] = None

    def range(self) -> Range:
        """The time in which the events start."""
        start, end = self.starts_from, self.starts_before
        moment = now()
        if self.when is When.upcoming:
            start = max(start or moment, moment)
        if self.when is When.past:
            end = min(end or moment, moment)
        return Range(start, end)

    @property
    def order(self) -> str:
        """The order in which they come."""
        return "-starts_at" if self.when is When.past else "starts_at"

    async def page(self, store: Store, where: dict[str, Condition]) -> EventPage:
        """Those of the events that `where` tells which are asked for. Raises `CursorIsInvalid`."""
        kind = {"event_type": self.event_type} if self.event_type else {}
        when = {"starts_at": self.range()}
        page = await store.find(
            Event,
            {**where, **kind, **when},
            order=self.order,
            limit=self.limit,
            after=self.after,
        )
        return EventPage(items=[EventView.of(event) for event in page.items], next=page.next)
