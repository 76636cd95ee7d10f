"""What came of training sessions, in figures that follow from the kept records alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from pydantic import BaseModel, ConfigDict

from backend.parts import Parts
from backend.schema.profiles import Profile
from backend.schema.session_attendance import SessionAttendance
from backend.schema.training_sessions import TrainingSession
from backend.store import AnyOf, by_id

LATEST: Final = 100
"""How many of an instructor's sessions are counted, the latest first."""


class SessionFigures(BaseModel):
    """Who asked for a session, and who was there."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    session_id: str
    registered: int
    """How many asked to be reminded."""
    came: int
    """How many were there at some time."""
    came_of_registered: int
    """How many of those who registered were there."""
    most_at_once: int
    """How many were there at the same moment, at most."""
    watched_minutes: int
    """How long all of them were there, together, in whole minutes."""

    @classmethod
    def of(cls, session: TrainingSession, records: Sequence[SessionAttendance]) -> Self:
        """The figures of a session, out of the record of each who asked or came."""
        asked = [each for each in records if each.registered_at]
        came = [each for each in records if each.joined_at]
        return cls(
            session_id=session.id,
            registered=len(asked),
            came=len(came),
            came_of_registered=sum(each.joined_at is not None for each in asked),
            most_at_once=most_at_once(came),
            watched_minutes=int(sum(each.watched.total_seconds() for each in came)) // 60,
        )


class TaughtFigures(BaseModel):
    """What came of an instructor's latest sessions, of which there are at most 100."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    people: int
    """How many different people came."""
    returned: int
    """How many of them came to two sessions or more."""
    sessions: list[SessionFigures]
    """The latest first."""


@dataclass(frozen=True)
class Present:
    """Somebody's record in a session, and who they are; nobody where they were forgotten."""

    record: SessionAttendance
    profile: Profile | None


def most_at_once(records: Iterable[SessionAttendance]) -> int:
    """How many were there at the same moment; who leaves makes room for who comes just then."""
    visits = [visit for each in records for visit in each.visits]
    steps = [(it.began_at, 1) for it in visits] + [(it.seen_at, -1) for it in visits]
    there = most = 0
    for _, step in sorted(steps):
        there += step
        most = max(most, there)
    return most


async def records_of(parts: Parts, session_id: str) -> list[SessionAttendance]:
    """The record of each who asked for a session or came, in the order in which they did."""
    every = parts.store.every(SessionAttendance, {"session_id": session_id})
    return sorted([each async for each in every], key=lambda each: each.created_at)


async def present(parts: Parts, session_id: str) -> list[Present]:
    """The same records, with the people."""
    records = await records_of(parts, session_id)
    people = await by_id(parts.store, Profile, (each.profile_id for each in records))
    return [Present(each, people.get(each.profile_id)) for each in records]


async def taught(parts: Parts, instructor_id: str) -> TaughtFigures:
    """The figures of an instructor's sessions."""
    where = {"instructor_id": instructor_id}
    page = await parts.store.find(TrainingSession, where, order="-starts_at", limit=LATEST)
    records: dict[str, list[SessionAttendance]] = {each.id: [] for each in page.items}
    async for each in parts.store.every(SessionAttendance, {"session_id": AnyOf(tuple(records))}):
        records[each.session_id].append(each)
    came = Counter(it.profile_id for of in records.values() for it in of if it.joined_at)
    return TaughtFigures(
        people=len(came),
        returned=sum(times > 1 for times in came.values()),
        sessions=[SessionFigures.of(each, records[each.id]) for each in page.items],
    )
