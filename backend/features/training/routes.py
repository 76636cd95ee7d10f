"""Training on the wire: the sessions that people may see, and who may join them."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from backend.clock import now
from backend.dependencies import KnownCaller, MayCall, PossibleCaller, WithParts, may_call
from backend.errors import NotFound, SessionIsSettled, SessionTakesNobody
from backend.features.training import attending, chatting, rooms
from backend.features.training.attending import deciding
from backend.features.training.schedule import OPENS_BEFORE, shown_to
from backend.features.training.views import (
    Access,
    Attendance,
    Place,
    SessionFilter,
    SessionId,
    SessionPage,
    SessionView,
    chat_url,
)
from backend.schema.profiles import Profile
from backend.schema.session_attendance import GONE_AFTER
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from backend.store import AnyOf, Condition

router = APIRouter(prefix="/api/training/sessions", tags=["training"])
LOGGED_IN = may_call(MayCall.logged_in)
RENEW_AFTER = int(GONE_AFTER.total_seconds()) // 5


@router.get("", summary="List training sessions", openapi_extra=may_call(MayCall.anybody))
async def list_sessions(
    caller: PossibleCaller, parts: WithParts, asked: Annotated[SessionFilter, Query()]
) -> SessionPage:
    """Sessions that the caller may see: public ones, and more for members."""
    opened = caller.profile.opens() if caller else Profile.opens_to_anybody()
    if asked.access_type:
        opened = tuple(access for access in opened if access is asked.access_type)
    where: dict[str, Condition] = {"status": asked.statuses, "access_type": AnyOf(opened)}
    if asked.discipline:
        where["discipline"] = asked.discipline
    if asked.instructor_id:
        where["instructor_id"] = asked.instructor_id
    page = await parts.store.find(
        TrainingSession, where, order=asked.order, limit=asked.limit, after=asked.after
    )
    return SessionPage(items=[SessionView.of(each) for each in page.items], next=page.next)


@router.get(
    "/{session_id}", summary="Show a training session", openapi_extra=may_call(MayCall.anybody)
)
async def show_session(
    session_id: SessionId, caller: PossibleCaller, parts: WithParts
) -> SessionView:
    """One session, called off or not. One that the caller may not see is as unknown as none."""
    profile = caller.profile if caller else None
    return SessionView.of(await shown_to(parts.store, session_id, profile))


@router.get("/{session_id}/access", summary="Ask whether I may join", openapi_extra=LOGGED_IN)
async def show_access(session_id: SessionId, caller: KnownCaller, parts: WithParts) -> Access:
    """Whether the caller may join now, or else why not, and from when on."""
    session = await shown_to(parts.store, session_id, caller.profile)
    moment, opens_at = now(), session.starts_at - OPENS_BEFORE
    mine = await attending.of(parts.store, session_id, caller.profile.id)
    left = max(0, session.capacity - await attending.there(parts.store, session, moment))
    has_place = session.instructor_id == caller.profile.id or (mine and mine.is_there(moment))
    why = attending.refusal(session, opens_at, moment)
    why = why or ("" if left or has_place else attending.ALL_TAKEN)
    return Access(
        may_join=not why,
        why=why,
        opens_at=opens_at,
        opens_in_seconds=max(0, -((moment - opens_at) // timedelta(seconds=1))),
        places_left=left,
    )


@router.post("/{session_id}/join", summary="Join a session", openapi_extra=LOGGED_IN)
async def join(session_id: SessionId, caller: KnownCaller, parts: WithParts) -> Place:
    """Take a place, from ten minutes before the session on, or keep it by joining again."""
    attendance: Attendance | None = None
    async with deciding(parts.store, session_id) as held:
        session, moment = await shown_to(held, session_id, caller.profile), now()
        if why := attending.refusal(session, session.starts_at - OPENS_BEFORE, moment):
            raise SessionTakesNobody(why)
        if session.instructor_id != caller.profile.id:
            mine = await attending.come(held, session, caller.profile, moment)
            attendance = Attendance.of(mine)
    room, cloudflare = session.cloudflare_room_id, parts.providers.cloudflare
    watch_url = await rooms.watch_url(cloudflare, room) if room else None
    return Place(
        attendance=attendance,
        watch_url=watch_url,
        chat_url=chat_url(parts.settings.core.backend_url, session_id),
        renew_after_seconds=RENEW_AFTER,
    )


@router.post("/{session_id}/leave", summary="Leave a session", openapi_extra=LOGGED_IN)
async def leave(session_id: SessionId, caller: KnownCaller, parts: WithParts) -> Attendance:
    """Give the place back. One may come again."""
    async with deciding(parts.store, session_id) as held:
        mine = await attending.of(held, session_id, caller.profile.id)
        if mine is None or mine.joined_at is None:
            raise NotFound("You have not been in this session.")
        left = await attending.leave(held, mine, now())
    if mine.hand_raised_at:
        await chatting.tell_that_hand_fell(parts, session_id, caller.profile)
    return Attendance.of(left)


@router.get("/{session_id}/attendance", summary="Show my attendance", openapi_extra=LOGGED_IN)
async def show_attendance(
    session_id: SessionId, caller: KnownCaller, parts: WithParts
) -> Attendance:
    """Whether the caller registered for a session, and when they were there."""
    mine = await attending.of(parts.store, session_id, caller.profile.id)
    if mine is None:
        raise NotFound("You have nothing to do with this session.")
    return Attendance.of(mine)


@router.post("/{session_id}/registration", summary="Register", openapi_extra=LOGGED_IN)
async def register(session_id: SessionId, caller: KnownCaller, parts: WithParts) -> Attendance:
    """Register for a session that is to come, and be reminded. It holds no place in the room."""
    async with deciding(parts.store, session_id) as held:
        session = await shown_to(held, session_id, caller.profile)
        if session.status is not TrainingStatus.scheduled or session.starts_at <= now():
            raise SessionIsSettled("The session has begun, is over, or was called off.")
        mine = await attending.record_of(held, session, caller.profile)
        if mine.registered_at is None:
            mine = await held.update(mine.changed(registered_at=now()))
        return Attendance.of(mine)


@router.delete("/{session_id}/registration", summary="Withdraw", openapi_extra=LOGGED_IN)
async def withdraw(session_id: SessionId, caller: KnownCaller, parts: WithParts) -> Attendance:
    """Take a registration back; no reminders come any more."""
    async with deciding(parts.store, session_id) as held:
        mine = await attending.of(held, session_id, caller.profile.id)
        if mine is None or mine.registered_at is None:
            raise NotFound("You are not registered for this session.")
        return Attendance.of(await held.update(mine.changed(registered_at=None)))
