"""Rooms at Cloudflare: the live input to which an instructor broadcasts, which records as it does.

Each session has one, made an hour before its time, or when it begins.
"""

from datetime import timedelta
from typing import Final

from backend.clock import now
from backend.features.training.attending import deciding
from backend.jobs import Task, Work, do_later
from backend.parts import Parts
from backend.providers.cloudflare import Cloudflare
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from backend.store import Range, Where

MADE_BEFORE: Final = timedelta(hours=1)


async def open_room(parts: Parts, session: TrainingSession, *, may_be_there: bool = True) -> str:
    """The session's room, made if it is missing; of two that are made at once one is kept."""
    if session.cloudflare_room_id:
        return session.cloudflare_room_id
    cloudflare, name = parts.providers.cloudflare, _name(session)
    # Whoever died between making a room and noting it left one of this name behind.
    made = await cloudflare.find_live_input(name) if may_be_there else None
    made = made or (await cloudflare.create_live_input(name)).uid
    async with deciding(parts.store, session.id) as held:
        kept = await held.get(TrainingSession, session.id)
        if kept is not None and kept.cloudflare_room_id is None:
            await held.update(kept.changed(cloudflare_room_id=made))
            return made
    if kept is None or kept.cloudflare_room_id != made:
        await cloudflare.delete_live_input(made)
    return kept.cloudflare_room_id or made if kept else made


async def watch_url(cloudflare: Cloudflare, room_id: str) -> str | None:
    """Where a room is watched, by a link that works for 24 hours; none when the room is gone."""
    room = await cloudflare.get_live_input(room_id)
    if room is None:
        return None
    # Cloudflare's longest is 24 hours by its own clock, which may be a little behind.
    token = await cloudflare.sign_playback(room_id, now() + timedelta(hours=24, minutes=-1))
    return room.watched_with(token)


def _name(session: TrainingSession) -> str:
    return f"training {session.id}"


class OpenRooms(Task):
    """See to it that each session that begins within the hour has its room."""

    async def run(self, work: Work) -> None:
        """Write a job for each that has none; those that are written already stay."""
        soon: Where = {
            "status": TrainingStatus.scheduled.value,
            "starts_at": Range(now(), now() + MADE_BEFORE),
            "cloudflare_room_id": None,
        }
        async for session in work.store.every(TrainingSession, soon):
            await do_later(work.store, OpenRoom(session_id=session.id), key=f"room:{session.id}")


class OpenRoom(Task):
    """Make the room of one session."""

    session_id: str

    async def run(self, work: Work) -> None:
        """Make it, unless it is there, or the session was called off meanwhile."""
        session = await work.parts.store.get(TrainingSession, self.session_id)
        if session is not None and session.status is TrainingStatus.scheduled:
            await open_room(work.parts, session, may_be_there=work.may_be_done)


class CloseRoom(Task):
    """Take a room away that nobody will use."""

    room_id: str

    async def run(self, work: Work) -> None:
        """Delete it at Cloudflare; one that is gone is gone."""
        await work.parts.providers.cloudflare.delete_live_input(self.room_id)
