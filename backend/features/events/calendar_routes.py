"""Calendars on the wire, for programs that can not log in: the address itself is the key."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from backend.dependencies import KnownCaller, MayCall, WithParts, may_call
from backend.errors import NotFound
from backend.features.events.calendars import calendar_of
from backend.parts import Parts
from backend.schema.document import AccessType
from backend.schema.events import Event, EventStatus
from backend.schema.profiles import Profile, ProfileStatus
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.security import TokenIsInvalid, seal, unseal
from backend.store import AnyOf, Where

router = APIRouter(prefix="/api/calendars", tags=["calendars"])
PURPOSE = "calendar"
KNOWN = AnyOf((EventStatus.published.value, EventStatus.canceled.value))
CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/calendar": {}}, "description": "A calendar (RFC 5545)."}
}


class Subscription(BaseModel):
    """Where a calendar program finds a person's events."""

    url: str


@router.get(
    "/public.ics",
    summary="Subscribe to the public events",
    openapi_extra=may_call(MayCall.anybody),
    response_class=Response,
    responses=CALENDAR,
)
async def public_calendar(parts: WithParts) -> Response:
    """The 500 latest events that everybody may see."""
    where: Where = {"status": KNOWN, "access_type": AccessType.public}
    events: list[Event] = []
    after = None
    while len(events) < 500:
        page = await parts.store.find(Event, where, order="-starts_at", limit=100, after=after)
        events += page.items
        if (after := page.next) is None:
            break
    return _answer(parts, "WWMAA events", events)


@router.get("/mine", summary="Get my calendar", openapi_extra=may_call(MayCall.logged_in))
async def my_calendar(caller: KnownCaller, parts: WithParts) -> Subscription:
    """The address of the caller's own calendar. Whoever knows it sees which events they go to."""
    key = seal(PURPOSE, caller.profile.id, _secret(parts))
    return Subscription(url=f"{parts.settings.core.backend_url}/api/calendars/{key}.ics")


@router.get(
    "/{key}.ics",
    summary="Subscribe to a person's events",
    openapi_extra=may_call(MayCall.anybody),
    response_class=Response,
    responses=CALENDAR,
)
async def personal_calendar(
    key: Annotated[str, Path(max_length=200)], parts: WithParts
) -> Response:
    """The events that the owner of this address has a seat at; given up ones are struck out."""
    try:
        profile = await parts.store.get(Profile, unseal(PURPOSE, key, _secret(parts)))
    except TokenIsInvalid as error:
        raise NotFound("There is no such calendar.") from error
    if profile is None or profile.status is not ProfileStatus.active:
        raise NotFound("There is no such calendar.")
    events = []
    async for rsvp in parts.store.every(Rsvp, {"profile_id": profile.id}):
        event = await parts.store.get(Event, rsvp.event_id)
        if event is None or rsvp.status in (RsvpStatus.waitlist, RsvpStatus.held):
            continue
        status = EventStatus.canceled if rsvp.status is RsvpStatus.canceled else event.status
        latest = max(event.updated_at, rsvp.updated_at)
        events.append(event.changed(status=status, updated_at=latest))
    return _answer(parts, "My WWMAA events", events)


def _answer(parts: Parts, name: str, events: list[Event]) -> Response:
    body = calendar_of(name, events, parts.settings.core.frontend_url)
    return Response(body, media_type="text/calendar; charset=utf-8")


def _secret(parts: Parts) -> str:
    return parts.settings.authentication.jwt_secret.get_secret_value()
