"""What organizers do with their events, on the wire."""

from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, Query
from pydantic import AfterValidator, Field

from backend.bodies import Body
from backend.dependencies import Instructor, MayCall, WithParts, may_call
from backend.features.events import organizing
from backend.features.events.routes import EventId
from backend.features.events.views import EventFilter, EventPage, EventView
from backend.schema.document import AccessType, Line, Tags, Text, TypedMoment
from backend.schema.events import EventType
from backend.schema.profiles import Role
from backend.store import Condition

router = APIRouter(prefix="/api/events", tags=["organizing events"])
INSTRUCTORS = may_call(MayCall.instructors)
ORGANIZERS = may_call(MayCall.organizers)


def _known(timezone: str) -> str:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("there is no such time zone; name one as in Europe/Paris") from error
    return timezone


def _payable(cents: int) -> int:
    if 0 < cents < LEAST_CENTS:
        raise ValueError("a seat costs 50 cents at least, or nothing; Stripe takes no less")
    return cents


LEAST_CENTS: Final = 50
_PRICE = Field(ge=0, le=100_000_00, examples=[2_500])
Cents = Annotated[int, _PRICE, AfterValidator(_payable)]
Timezone = Annotated[str, Field(max_length=64), AfterValidator(_known)]


class NewEvent(Body):
    """What an event is, as its organizer describes it."""

    title: Line = Field(examples=["Breakfalls for beginners"])
    description: Text = ""
    event_type: EventType
    access_type: AccessType = AccessType.public
    starts_at: TypedMoment = Field(examples=["2027-03-06T18:00:00Z"])
    ends_at: TypedMoment = Field(examples=["2027-03-06T20:00:00Z"])
    timezone: Timezone = "America/Los_Angeles"
    """The place's own time zone (IANA)."""
    location: Line = Field(examples=["Main dojo"])
    is_online: bool = False
    capacity: Annotated[int | None, Field(ge=1, le=100_000)] = None
    """How many may come; none when everybody may."""
    has_waitlist: bool = True
    price_cents: Cents = 0
    tags: Tags = []


class EventChange(Body):
    """What is to be different; what is not named stays as it is."""

    title: Line | None = None
    description: Text | None = None
    event_type: EventType | None = None
    access_type: AccessType | None = None
    starts_at: TypedMoment | None = None
    ends_at: TypedMoment | None = None
    timezone: Timezone | None = None
    location: Line | None = None
    is_online: bool | None = None
    capacity: Annotated[int | None, Field(ge=1, le=100_000)] = None
    """More seats go to those who wait; null opens the event to everybody."""
    has_waitlist: bool | None = None
    price_cents: Cents | None = None
    tags: Tags | None = None

    def fields(self) -> dict[str, Any]:
        """What was named; null means something for the capacity alone."""
        told = self.model_dump(exclude_unset=True)
        return {name: told[name] for name in told if told[name] is not None or name == "capacity"}


class Repetition(Body):
    """When an event is repeated."""

    weeks: Annotated[int, Field(ge=1, le=104)] = 1
    """How many weeks later."""


class EventCancellation(Body):
    """Why an event is called off."""

    because: Text = ""
    """A sentence for those who would have come."""


@router.post("", status_code=201, summary="Create an event", openapi_extra=INSTRUCTORS)
async def create_event(body: NewEvent, caller: Instructor, parts: WithParts) -> EventView:
    """Create a draft, which nobody but its organizers sees until it is published."""
    event = organizing.event_of(**body.model_dump(), organizer_id=caller.profile.id)
    await parts.store.insert(event)
    return EventView.of(event)


@router.get("/organized", summary="List the events that I organize", openapi_extra=INSTRUCTORS)
async def list_organized(
    caller: Instructor, parts: WithParts, asked: Annotated[EventFilter, Query()]
) -> EventPage:
    """The caller's own events, drafts and called off ones included; everybody's for the board."""
    is_board = caller.profile.role.at_least(Role.board_member)
    where: dict[str, Condition] = {} if is_board else {"organizer_id": caller.profile.id}
    if asked.access_type:
        where["access_type"] = asked.access_type
    return await asked.page(parts.store, where)


@router.get("/organized/{event_id}", summary="Show my event", openapi_extra=ORGANIZERS)
async def show_organized(event_id: EventId, caller: Instructor, parts: WithParts) -> EventView:
    """One event as its organizers see it, before it is published as well."""
    return EventView.of(await organizing.organized_by(parts.store, event_id, caller))


@router.patch("/{event_id}", summary="Change an event", openapi_extra=ORGANIZERS)
async def change_event(
    event_id: EventId, body: EventChange, caller: Instructor, parts: WithParts
) -> EventView:
    """Change what is named. More seats go at once to those who waited longest."""
    return EventView.of(await organizing.change(parts, event_id, caller, body.fields()))


@router.post("/{event_id}/publish", summary="Publish an event", openapi_extra=ORGANIZERS)
async def publish_event(event_id: EventId, caller: Instructor, parts: WithParts) -> EventView:
    """Let people see a draft of an event that is still to come."""
    return EventView.of(await organizing.publish(parts, event_id, caller))


@router.post(
    "/{event_id}/duplicate", status_code=201, summary="Repeat an event", openapi_extra=ORGANIZERS
)
async def duplicate_event(
    event_id: EventId, body: Repetition, caller: Instructor, parts: WithParts
) -> EventView:
    """Make a draft that repeats an event some weeks later, with nobody in it yet."""
    return EventView.of(await organizing.duplicate(parts, event_id, caller, body.weeks))


@router.post("/{event_id}/cancel", summary="Call an event off", openapi_extra=ORGANIZERS)
async def call_event_off(
    event_id: EventId, body: EventCancellation, caller: Instructor, parts: WithParts
) -> EventView:
    """Call an event off. Everybody who would have come is told, and paid back what they paid."""
    return EventView.of(await organizing.call_off(parts, event_id, caller, body.because))
