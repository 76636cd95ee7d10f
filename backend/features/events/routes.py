"""Events on the wire. People see published events that their membership opens, and no others."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from backend.dependencies import MayCall, PossibleCaller, WithParts, may_call
from backend.features.events.seats import shown_to
from backend.features.events.views import EventFilter, EventPage, EventView
from backend.schema.document import Identifier
from backend.schema.events import EventStatus
from backend.schema.profiles import Profile
from backend.store import AnyOf

router = APIRouter(prefix="/api/events", tags=["events"])

EventId = Annotated[Identifier, Path()]


@router.get("", summary="List events", openapi_extra=may_call(MayCall.anybody))
async def list_events(
    caller: PossibleCaller, parts: WithParts, asked: Annotated[EventFilter, Query()]
) -> EventPage:
    """Published events that the caller may see: public ones, and more for members."""
    opened = caller.profile.opens() if caller else Profile.opens_to_anybody()
    if asked.access_type:
        opened = tuple(access for access in opened if access is asked.access_type)
    return await asked.page(
        parts.store, {"status": EventStatus.published, "access_type": AnyOf(opened)}
    )


@router.get("/{event_id}", summary="Show an event", openapi_extra=may_call(MayCall.anybody))
async def show_event(event_id: EventId, caller: PossibleCaller, parts: WithParts) -> EventView:
    """One event, called off or not. One that the caller may not see is as unknown as none."""
    return EventView.of(await shown_to(parts.store, event_id, caller.profile if caller else None))
