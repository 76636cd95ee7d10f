"""Training sessions as people see them, and which of them they ask for."""

from enum import StrEnum
from typing import Annotated, Self

from fastapi import Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict

from backend.features.training.schedule import OPENS_BEFORE
from backend.schema.document import AccessType, Identifier
from backend.schema.session_attendance import SessionAttendance
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from backend.store import AnyOf

SessionId = Annotated[Identifier, Path()]


class WhenHeld(StrEnum):
    """Upcoming sessions, live ones included, come soonest first, past ones latest first."""

    upcoming = "upcoming"
    past = "past"
    all = "all"


SHOWN = {
    WhenHeld.upcoming: (TrainingStatus.scheduled, TrainingStatus.live),
    WhenHeld.past: (TrainingStatus.ended,),
    WhenHeld.all: (TrainingStatus.scheduled, TrainingStatus.live, TrainingStatus.ended),
}


class SessionView(BaseModel):
    """A training session, as people see it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    title: str
    description: str
    discipline: str
    instructor_id: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    opens_at: AwareDatetime
    """From when on one may join; at any time once it is live."""
    duration_minutes: int
    access_type: AccessType
    status: TrainingStatus
    capacity: int
    """How many may be there at the same time."""
    has_recording: bool
    tags: list[str]
    canceled_because: str

    @classmethod
    def of(cls, session: TrainingSession) -> Self:
        """The view of a session."""
        return cls.model_construct(  # type: ignore[return-value]
            **vars(session),
            ends_at=session.ends_at,
            opens_at=session.starts_at - OPENS_BEFORE,
            has_recording=bool(session.recordings),
        )


class SessionPage(BaseModel):
    """Some sessions, and the cursor that asks for those after them."""

    items: list[SessionView]
    next: str | None


class SessionFilter(BaseModel):
    """Which sessions are asked for."""

    model_config = ConfigDict(extra="forbid")

    when: WhenHeld = WhenHeld.upcoming
    discipline: Annotated[str | None, Query(max_length=200)] = None
    instructor_id: Identifier | None = None
    access_type: AccessType | None = None
    limit: Annotated[int, Query(ge=1, le=100)] = 20
    after: Annotated[str | None, Query(max_length=500)] = None

    @property
    def statuses(self) -> AnyOf:
        """How the sessions stand."""
        return AnyOf(tuple(status.value for status in SHOWN[self.when]))

    @property
    def order(self) -> str:
        """The order in which they come."""
        return "-starts_at" if self.when is WhenHeld.past else "starts_at"


class Attendance(BaseModel):
    """Somebody in a session: whether they registered, and when they were there."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    session_id: str
    registered_at: AwareDatetime | None
    joined_at: AwareDatetime | None
    left_at: AwareDatetime | None
    """None while they are there, and before they came."""
    watched_seconds: int
    """How long they were there in all."""

    @classmethod
    def of(cls, mine: SessionAttendance) -> Self:
        """The view of a record."""
        watched = int(mine.watched.total_seconds())
        return cls.model_construct(**vars(mine), watched_seconds=watched)  # type: ignore[return-value]


class Access(BaseModel):
    """Whether the caller may join now."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    may_join: bool
    why: str
    """Why not, in words; empty when they may."""
    opens_at: AwareDatetime
    opens_in_seconds: int
    """How long it is until the session opens; none when it has."""
    places_left: int


class Place(BaseModel):
    """A place in a session, and where it is seen."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    attendance: Attendance | None
    """The caller's record; the instructor has none."""
    watch_url: str | None
    """What is broadcast, as HLS, for 24 hours; none while the room is not there yet."""
    chat_url: str
    """Where one talks with the others, by WebSocket; docs/chat.md tells how."""
    renew_after_seconds: int
    """Join again after this time, while you are there; who is not heard of loses the place."""


def chat_url(backend_url: str, session_id: str) -> str:
    """Where a session's chat is, by WebSocket."""
    return f"ws{backend_url.removeprefix('http')}/api/training/sessions/{session_id}/chat"
