"""A person's own seat at an event, on the wire."""

from typing import Annotated, Self

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend.dependencies import Caller, KnownCaller, MayCall, WithParts, may_call
from backend.errors import NotFound
from backend.features.events import checkout, seats, tickets
from backend.features.events.routes import EventId
from backend.features.events.views import EventView
from backend.idempotency import Idempotent
from backend.parts import Parts
from backend.schema.events import Event, EventStatus
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.store import AnyOf, Where

router = APIRouter(prefix="/api/events", tags=["seats"])
LOGGED_IN = may_call(MayCall.logged_in)


class Seat(BaseModel):
    """A person's answer to an event."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    event_id: str
    status: RsvpStatus = Field(examples=["confirmed"])
    asked_at: AwareDatetime
    ticket: str | None
    """The code that opens the door; only a confirmed seat has one."""
    pay_at: str | None
    """Where the seat is paid for, while it is held."""
    held_until: AwareDatetime | None
    """Until when the seat waits for its payment."""
    checked_in_at: AwareDatetime | None

    @classmethod
    def of(cls, rsvp: Rsvp, parts: Parts) -> Self:
        """The view of an answer."""
        is_theirs = rsvp.status is RsvpStatus.confirmed
        return cls(
            event_id=rsvp.event_id,
            status=rsvp.status,
            asked_at=rsvp.created_at,
            ticket=tickets.code_of(rsvp, _secret(parts)) if is_theirs else None,
            pay_at=rsvp.checkout_url,
            held_until=rsvp.held_until,
            checked_in_at=rsvp.checked_in_at,
        )


class MyEvent(BaseModel):
    """An event that a person answered, and their answer."""

    event: EventView
    seat: Seat


class MyEvents(BaseModel):
    """Some of a person's events, and the cursor that asks for those after them."""

    items: list[MyEvent]
    next: str | None


def _secret(parts: Parts) -> str:
    return parts.settings.authentication.jwt_secret.get_secret_value()


@router.get("/mine", summary="List my events", openapi_extra=LOGGED_IN)
async def list_mine(
    caller: KnownCaller,
    parts: WithParts,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> MyEvents:
    """The events that the caller has a seat at, or waits for; the last one asked for comes first.

    Events that were called off are among them.
    """
    stands = AnyOf(tuple(s.value for s in RsvpStatus if s is not RsvpStatus.canceled))
    where: Where = {"profile_id": caller.profile.id, "status": stands}
    page = await parts.store.find(Rsvp, where, order="-created_at", limit=limit, after=after)
    items = []
    for rsvp in page.items:
        event = await parts.store.get(Event, rsvp.event_id)
        if event is not None and event.status is not EventStatus.draft:
            items.append(MyEvent(event=EventView.of(event), seat=Seat.of(rsvp, parts)))
    return MyEvents(items=items, next=page.next)


@router.post("/{event_id}/rsvp", summary="Ask for a seat", openapi_extra=LOGGED_IN)
async def ask_for_seat(
    event_id: EventId, caller: KnownCaller, parts: WithParts, once: Idempotent
) -> Seat:
    """Ask for a seat: confirmed at once, held until it is paid for, or a place on the waitlist.

    There is one answer of each person to each event; asking again tells how it stands, and opens
    the page to pay on when it is not open.
    """
    site = parts.settings.core.frontend_url
    async with seats.deciding(parts.store, event_id) as held:
        rsvp = await seats.take(held, event_id, caller.profile, site)
        if rsvp.status is not RsvpStatus.held:
            return await once.remember(held, Seat.of(rsvp, parts))
    # Stripe is asked outside the block; a repeat before its answer finds the seat, and asks again.
    paying = await checkout.page_for(parts, rsvp, caller.profile)
    return await once.remember(parts.store, Seat.of(paying, parts))


@router.get("/{event_id}/rsvp", summary="Show my seat", openapi_extra=LOGGED_IN)
async def show_seat(event_id: EventId, caller: KnownCaller, parts: WithParts) -> Seat:
    """How the caller's answer to this event stands."""
    return Seat.of(await _mine(event_id, caller, parts), parts)


@router.delete("/{event_id}/rsvp", summary="Give my seat back", openapi_extra=LOGGED_IN)
async def give_seat_back(
    event_id: EventId, caller: KnownCaller, parts: WithParts, once: Idempotent
) -> Seat:
    """Give a seat, or a place on the waitlist, back. The seat goes to whoever waited longest.

    A ticket is paid back until 24 hours before the event.
    """
    site = parts.settings.core.frontend_url
    async with seats.deciding(parts.store, event_id) as held:
        given_up = await seats.give_up(held, event_id, caller.profile, site)
        return await once.remember(held, Seat.of(given_up, parts))


@router.get(
    "/{event_id}/rsvp/ticket.svg",
    summary="Show my ticket as a QR picture",
    openapi_extra=LOGGED_IN,
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}, "description": "The ticket's code."}},
)
async def show_ticket(event_id: EventId, caller: KnownCaller, parts: WithParts) -> Response:
    """The code of a confirmed seat, to be shown at the door."""
    rsvp = await _mine(event_id, caller, parts)
    if rsvp.status is not RsvpStatus.confirmed:
        raise NotFound("There is no ticket: the seat is not confirmed.")
    picture = tickets.picture_of(tickets.code_of(rsvp, _secret(parts)))
    return Response(picture, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


async def _mine(event_id: str, caller: Caller, parts: Parts) -> Rsvp:
    rsvp = await seats.of(parts.store, event_id, caller.profile.id)
    if rsvp is None:
        raise NotFound("You have not asked for a seat at this event.")
    return rsvp
