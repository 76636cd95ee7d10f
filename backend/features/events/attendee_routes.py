"""Who comes to an event, and who is there: for its organizers, on the wire."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, Field

from backend.bodies import Body
from backend.dependencies import Instructor, MayCall, WithParts, may_call
from backend.features.events import organizing, tickets
from backend.features.events.routes import EventId
from backend.parts import Parts
from backend.schema.profiles import Profile
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.spreadsheets import table
from backend.store import by_id

router = APIRouter(prefix="/api/events", tags=["organizing events"])
ORGANIZERS = may_call(MayCall.organizers)


class Attendee(BaseModel):
    """Somebody who answered an event."""

    name: str
    email: str
    status: RsvpStatus
    asked_at: AwareDatetime
    checked_in_at: AwareDatetime | None


class Attendees(BaseModel):
    """Everybody who has a seat or waits for one, in the order in which they asked."""

    confirmed: int
    waiting: int
    checked_in: int
    people: list[Attendee]


class ShownTicket(Body):
    """What somebody shows at the door."""

    code: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/{event_id}/attendees", summary="List who comes", openapi_extra=ORGANIZERS)
async def list_attendees(event_id: EventId, caller: Instructor, parts: WithParts) -> Attendees:
    """Everybody who has a seat or waits for one."""
    await organizing.organized_by(parts.store, event_id, caller)
    people = await _attendees(parts, event_id)
    return Attendees(
        confirmed=sum(each.status is RsvpStatus.confirmed for each in people),
        waiting=sum(each.status is RsvpStatus.waitlist for each in people),
        checked_in=sum(each.checked_in_at is not None for each in people),
        people=people,
    )


@router.get(
    "/{event_id}/attendees.csv",
    summary="List who comes as a table",
    openapi_extra=ORGANIZERS,
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "One line a person."}},
)
async def export_attendees(event_id: EventId, caller: Instructor, parts: WithParts) -> Response:
    """The same list as CSV (RFC 4180, UTF-8 with a byte order mark, as spreadsheets want it)."""
    await organizing.organized_by(parts.store, event_id, caller)
    rows = [each.model_dump(mode="json").values() for each in await _attendees(parts, event_id)]
    return table(f"attendees-{event_id}.csv", tuple(Attendee.model_fields), rows)


@router.post("/{event_id}/check-ins", summary="Check somebody in", openapi_extra=ORGANIZERS)
async def check_in(
    event_id: EventId, body: ShownTicket, caller: Instructor, parts: WithParts
) -> Attendee:
    """Let the bearer of a ticket in, once."""
    await organizing.organized_by(parts.store, event_id, caller)
    secret = parts.settings.authentication.jwt_secret.get_secret_value()
    rsvp = await tickets.check_in(parts.store, event_id, body.code, secret)
    return _attendee(rsvp, await parts.store.get(Profile, rsvp.profile_id))


async def _attendees(parts: Parts, event_id: str) -> list[Attendee]:
    found = [rsvp async for rsvp in parts.store.every(Rsvp, {"event_id": event_id})]
    people = await by_id(parts.store, Profile, (rsvp.profile_id for rsvp in found))
    return [
        _attendee(rsvp, people.get(rsvp.profile_id))
        for rsvp in sorted(found, key=lambda each: each.created_at)
        if rsvp.status is not RsvpStatus.canceled
    ]


def _attendee(rsvp: Rsvp, profile: Profile | None) -> Attendee:
    return Attendee(
        name=profile.full_name if profile else "",
        email=profile.email if profile else "",
        status=rsvp.status,
        asked_at=rsvp.created_at,
        checked_in_at=rsvp.checked_in_at,
    )
