"""The schedule: instructors put sessions on it, change them, call them off, begin and end them."""

from datetime import datetime, timedelta
from typing import Any, Final

from backend import audit
from backend.clock import now
from backend.dependencies import Caller
from backend.errors import NotAllowed, NotFound, SessionIsSettled
from backend.features.training import rooms
from backend.features.training.attending import deciding, settle
from backend.features.training.chat_rooms import dismiss
from backend.features.training.telling import TellSessionIsOff
from backend.jobs import do_later
from backend.parts import Parts
from backend.schema.profiles import Profile, Role
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from backend.store import Store

OPENS_BEFORE: Final = timedelta(minutes=10)
"""How long before its time people may join, and the instructor may begin."""
OVERDUE_AFTER: Final = timedelta(minutes=30)
"""How long after its planned end a session is ended for an instructor who forgot."""


async def shown_to(store: Store, session_id: str, profile: Profile | None) -> TrainingSession:
    """A session that this person may see, called off or not. Raises `NotFound`."""
    session = await store.get(TrainingSession, session_id)
    opened = profile.opens() if profile else Profile.opens_to_anybody()
    if session is None or session.access_type not in opened:
        raise NotFound("There is no such session, or it is for members.")
    return session


async def taught_by(store: Store, session_id: str, caller: Caller) -> TrainingSession:
    """A session that this caller teaches. Raises `NotFound`, `NotAllowed`."""
    session = await store.get(TrainingSession, session_id)
    if session is None:
        raise NotFound("There is no such session.")
    if session.instructor_id != caller.profile.id:
        raise NotAllowed("Only the session's instructor may do this.")
    return session


async def cared_for_by(store: Store, session_id: str, caller: Caller) -> TrainingSession:
    """A session that this caller may change: their own, or any for board and admins."""
    if not caller.profile.role.at_least(Role.board_member):
        return await taught_by(store, session_id, caller)
    session = await store.get(TrainingSession, session_id)
    if session is None:
        raise NotFound("There is no such session.")
    return session


async def change(
    parts: Parts, session_id: str, caller: Caller, fields: dict[str, Any]
) -> TrainingSession:
    """Change what a session is, until it has begun. Raises `SessionIsSettled`."""
    async with deciding(parts.store, session_id) as held:
        session = await cared_for_by(held, session_id, caller)
        if session.status is not TrainingStatus.scheduled:
            raise SessionIsSettled(f"A session that is {session.status} stays as it is.")
        return await held.update(session.changed(**fields))


async def call_off(parts: Parts, session_id: str, caller: Caller, because: str) -> TrainingSession:
    """Cancel a session that has not begun; those who registered are told, once."""
    async with deciding(parts.store, session_id) as held:
        session = await cared_for_by(held, session_id, caller)
        if session.status is TrainingStatus.canceled:
            return session
        if session.status is not TrainingStatus.scheduled:
            raise SessionIsSettled(f"A session that is {session.status} can not be called off.")
        session = await held.update(
            session.changed(status=TrainingStatus.canceled, canceled_because=because)
        )
        await settle(held, session, now())
        key = f"session-off:{session_id}"
        await do_later(held, TellSessionIsOff(session_id=session_id), key=key)
        if session.cloudflare_room_id:
            await do_later(held, rooms.CloseRoom(room_id=session.cloudflare_room_id))
        await _note(held, "canceled", session, caller)
    await dismiss(parts.redis, parts.settings.prefix, session_id)
    return session


async def begin(parts: Parts, session_id: str, caller: Caller) -> TrainingSession:
    """Go live, in a room that is made now if it is missing. Raises `SessionIsSettled`."""
    session = await taught_by(parts.store, session_id, caller)
    _require_begun_or_due(session, now())
    await rooms.open_room(parts, session)
    async with deciding(parts.store, session_id) as held:
        session = await taught_by(held, session_id, caller)
        _require_begun_or_due(session, now())
        if session.status is TrainingStatus.live:
            return session
        session = await held.update(session.changed(status=TrainingStatus.live, started_at=now()))
        await _note(held, "started", session, caller)
        return session


async def end(parts: Parts, session_id: str, caller: Caller) -> TrainingSession:
    """End a session that is live; whoever is there has left with that."""
    async with deciding(parts.store, session_id) as held:
        session = await taught_by(held, session_id, caller)
        if session.status is TrainingStatus.ended:
            return session
        if session.status is not TrainingStatus.live:
            raise SessionIsSettled(f"A session that is {session.status} can not be ended.")
        session = await close(held, session)
        await _note(held, "ended", session, caller)
    await dismiss(parts.redis, parts.settings.prefix, session_id)
    return session


async def close(held: Store, session: TrainingSession) -> TrainingSession:
    """End a session inside a deciding block."""
    await settle(held, session, now())
    return await held.update(session.changed(status=TrainingStatus.ended, ended_at=now()))


def _require_begun_or_due(session: TrainingSession, moment: datetime) -> None:
    """Raises `SessionIsSettled` for what is over, and for what is too far away."""
    if session.status is TrainingStatus.live:
        return
    if session.status is not TrainingStatus.scheduled or overdue(session, moment):
        raise SessionIsSettled("The session is over, or was called off.")
    opens_at = session.starts_at - OPENS_BEFORE
    if moment < opens_at:
        at = opens_at.isoformat(timespec="seconds")
        raise SessionIsSettled(f"It is too early: the session can be started from {at} on.")


def overdue(session: TrainingSession, moment: datetime) -> bool:
    """Whether it is long past its planned end."""
    return session.ends_at + OVERDUE_AFTER <= moment


async def _note(held: Store, what: str, session: TrainingSession, caller: Caller) -> None:
    subject = f"training_sessions/{session.id}"
    await audit.record(held, f"training.{what}", subject, actor_id=caller.profile.id)
