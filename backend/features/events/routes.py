"""Events on the wire. People see published events that their membership opens, and no others."""

from enum import StrEnum
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict

from backend.clock import now
from backend.dependencies import Caller, MayCall, PossibleCaller, WithParts, may_call
from backend.errors import NotFound, RequestIsInvalid
from backend.schema.document import AccessType
from backend.schema.events import Event, EventStatus, EventType
from backend.store import AnyOf, Condition, CursorIsInvalid, Range

router = APIRouter(prefix="/api/events", tags=["events"])


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
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    timezone: str
    location: str
    is_online: bool
    capacity: int | None
    seats_left: int | None
    """How many may still come; none when everybody may."""
    price_cents: int
    tags: list[str]

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
    starts_from: AwareDatetime | None = None
    starts_before: AwareDatetime | None = None
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


def _opened(caller: Caller | None) -> tuple[AccessType, ...]:
    return caller.profile.opens() if caller else (AccessType.public,)


@router.get("", openapi_extra=may_call(MayCall.anybody))
async def list_events(
    caller: PossibleCaller, parts: WithParts, asked: Annotated[EventFilter, Query()]
) -> EventPage:
    """Published events that the caller may see: public ones, and more for members."""
    opened = _opened(caller)
    if asked.access_type:
        opened = tuple(access for access in opened if access is asked.access_type)
    where: dict[str, Condition] = {
        "status": EventStatus.published,
        "access_type": AnyOf(opened),
        "starts_at": asked.range(),
    }
    if asked.event_type:
        where["event_type"] = asked.event_type
    try:
        page = await parts.store.find(
            Event, where, order=asked.order, limit=asked.limit, after=asked.after
        )
    except CursorIsInvalid as error:
        raise RequestIsInvalid("after: this cursor belongs to another listing") from error
    return EventPage(items=[EventView.of(event) for event in page.items], next=page.next)


@router.get("/{event_id}", openapi_extra=may_call(MayCall.anybody))
async def show_event(
    event_id: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")],
    caller: PossibleCaller,
    parts: WithParts,
) -> EventView:
    """One published event. One that the caller may not see is as unknown as one that is not."""
    event = await parts.store.get(Event, event_id)
    shown = event is not None and event.status is EventStatus.published
    if event is None or not shown or event.access_type not in _opened(caller):
        raise NotFound("There is no such event, or it is for members.")
    return EventView.of(event)
