"""Who is there: people join, give signs of life, and leave; a session never holds too many.

Whatever is decided here is decided in the session's block (`deciding`). A browser
that is closed says nothing, so whoever joins says again and again that they are there still.
"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Final

from backend.errors import SessionTakesNobody
from backend.schema.profiles import Profile
from backend.schema.session_attendance import SessionAttendance, Visit, gone
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from backend.store import Range, Store

MOST_VISITS: Final = 1000
TOO_OFTEN: Final = "You have come and gone too often in this session."
ALL_TAKEN: Final = "All places are taken. Somebody may leave; try again in a few minutes."


def deciding(store: Store, session_id: str) -> AbstractAsyncContextManager[Store]:
    """A store inside which nobody else decides about this session and who is there."""
    return store.exclusively(f"training:{session_id}")


async def of(store: Store, session_id: str, profile_id: str) -> SessionAttendance | None:
    """A person's record in a session, if there is one."""
    where = {"session_id": session_id, "profile_id": profile_id}
    return await store.first(SessionAttendance, where)


async def there(store: Store, session: TrainingSession, moment: datetime) -> int:
    """How many are there at this moment of the present."""
    return await store.count(
        SessionAttendance,
        {"session_id": session.id, "left_at": None, "seen_at": Range(start=gone(moment))},
    )


async def come(
    held: Store, session: TrainingSession, profile: Profile, moment: datetime
) -> SessionAttendance:
    """Let somebody in, or hear that they are there still. Raises `SessionTakesNobody` when full."""
    mine = await record_of(held, session, profile)
    if mine.is_there(moment):
        return await held.update(_seen(mine, moment))
    if await there(held, session, moment) >= session.capacity:
        raise SessionTakesNobody(ALL_TAKEN)
    if len(mine.visits) == MOST_VISITS:
        raise SessionTakesNobody(TOO_OFTEN)
    return await held.update(
        mine.changed(
            joined_at=mine.joined_at or moment,
            left_at=None,
            seen_at=moment,
            visits=[*mine.visits, Visit(began_at=moment, seen_at=moment)],
        )
    )


async def leave(held: Store, mine: SessionAttendance, moment: datetime) -> SessionAttendance:
    """Let somebody go; who was not heard of for long left when they were last seen."""
    if mine.seen_at is None or mine.left_at is not None:
        return mine
    if mine.is_there(moment):
        mine = _seen(mine, moment)
    return await held.update(mine.changed(left_at=mine.seen_at, hand_raised_at=None))


async def settle(held: Store, session: TrainingSession, moment: datetime) -> None:
    """Let everybody go who is there still."""
    async for mine in held.every(SessionAttendance, {"session_id": session.id, "left_at": None}):
        await leave(held, mine, moment)


async def record_of(held: Store, session: TrainingSession, profile: Profile) -> SessionAttendance:
    """A person's record in a session, begun when there is none yet."""
    mine = await of(held, session.id, profile.id)
    if mine is None:
        mine = SessionAttendance(session_id=session.id, profile_id=profile.id)
        await held.insert(mine)
    return mine


def refusal(session: TrainingSession, opens_at: datetime, moment: datetime) -> str | None:
    """Why nobody may join at this moment, in words; none when one may, as far as places go."""
    match session.status:
        case TrainingStatus.live:
            return None
        case TrainingStatus.canceled:
            return "The session was called off."
        case TrainingStatus.scheduled if moment < opens_at:
            at = opens_at.isoformat(timespec="seconds")
            return f"The session is not open yet; it opens at {at}."
        case TrainingStatus.scheduled if moment < session.ends_at:
            return None
    return "The session is over."


def _seen(mine: SessionAttendance, moment: datetime) -> SessionAttendance:
    last = Visit(began_at=mine.visits[-1].began_at, seen_at=moment)
    return mine.changed(seen_at=moment, visits=[*mine.visits[:-1], last])
