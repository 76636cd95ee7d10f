"""What instructors do with their sessions, on the wire."""

from typing import Annotated, Any, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field

from backend.bodies import Body
from backend.clock import now
from backend.dependencies import Instructor, MayCall, WithParts, may_call
from backend.errors import NotFound, RequestIsInvalid
from backend.features.training import schedule
from backend.features.training.views import SessionId, SessionView
from backend.parts import Parts
from backend.providers.cloudflare import LiveInput
from backend.schema.document import AccessType, Line, Tags, Text, TypedMoment
from backend.schema.training_sessions import TrainingSession

router = APIRouter(prefix="/api/training/sessions", tags=["teaching"])
INSTRUCTORS = may_call(MayCall.instructors)
TEACHER = may_call(MayCall.teacher)
TEACHING = may_call(MayCall.teaching)

Minutes = Annotated[int, Field(ge=1, le=480)]
Capacity = Annotated[int, Field(ge=1, le=500)]


class NewSession(Body):
    """What a session is, as its instructor describes it."""

    title: Line = Field(examples=["Kata, slowly"])
    description: Text = ""
    discipline: Line = Field(examples=["Karate"])
    starts_at: TypedMoment = Field(examples=["2027-03-06T18:00:00Z"])
    duration_minutes: Minutes = 60
    access_type: AccessType = AccessType.members_only
    capacity: Capacity = 50
    """How many may be there at the same time."""
    tags: Tags = []


class SessionChange(Body):
    """What is to be different; what is not named stays as it is."""

    title: Line | None = None
    description: Text | None = None
    discipline: Line | None = None
    starts_at: TypedMoment | None = None
    duration_minutes: Minutes | None = None
    access_type: AccessType | None = None
    capacity: Capacity | None = None
    tags: Tags | None = None

    def fields(self) -> dict[str, Any]:
        """What was named."""
        return self.model_dump(exclude_none=True)


class SessionCancellation(Body):
    """Why a session is called off."""

    because: Text = ""
    """A sentence for those who registered."""


class Broadcast(BaseModel):
    """A session that is live, and where its instructor sends to; the key is for nobody else."""

    session: SessionView
    rtmps_url: str
    rtmps_key: str
    webrtc_url: str | None

    @classmethod
    def of(cls, session: TrainingSession, room: LiveInput) -> Self:
        """The view of a session's room for its instructor."""
        return cls(session=SessionView.of(session), **room.model_dump(exclude={"uid"}))


@router.post("", status_code=201, summary="Schedule a session", openapi_extra=INSTRUCTORS)
async def create_session(body: NewSession, caller: Instructor, parts: WithParts) -> SessionView:
    """Put a session that the caller teaches on the schedule. Its room is made in time."""
    _require_future(body.starts_at)
    session = TrainingSession(**body.model_dump(), instructor_id=caller.profile.id)
    await parts.store.insert(session)
    return SessionView.of(session)


@router.get("/taught", summary="List the sessions that I teach", openapi_extra=INSTRUCTORS)
async def list_taught(caller: Instructor, parts: WithParts) -> list[SessionView]:
    """The caller's own sessions, called off ones included; the latest 100 come first."""
    page = await parts.store.find(
        TrainingSession, {"instructor_id": caller.profile.id}, order="-starts_at", limit=100
    )
    return [SessionView.of(session) for session in page.items]


@router.patch("/{session_id}", summary="Change a session", openapi_extra=TEACHING)
async def change_session(
    session_id: SessionId, body: SessionChange, caller: Instructor, parts: WithParts
) -> SessionView:
    """Change what is named, until the session has begun."""
    if body.starts_at:
        _require_future(body.starts_at)
    return SessionView.of(await schedule.change(parts, session_id, caller, body.fields()))


@router.post("/{session_id}/cancel", summary="Call a session off", openapi_extra=TEACHING)
async def call_session_off(
    session_id: SessionId, body: SessionCancellation, caller: Instructor, parts: WithParts
) -> SessionView:
    """Call a session off that has not begun. Everybody who registered is told."""
    return SessionView.of(await schedule.call_off(parts, session_id, caller, body.because))


@router.post("/{session_id}/start", summary="Go live", openapi_extra=TEACHER)
async def start_session(session_id: SessionId, caller: Instructor, parts: WithParts) -> Broadcast:
    """Begin a session, from ten minutes before its time on; doing it again tells the room again."""
    return await _broadcast(await schedule.begin(parts, session_id, caller), parts)


@router.post("/{session_id}/end", summary="End a session", openapi_extra=TEACHER)
async def end_session(session_id: SessionId, caller: Instructor, parts: WithParts) -> SessionView:
    """End a session that is live; whoever is there has left with that."""
    return SessionView.of(await schedule.end(parts, session_id, caller))


async def _broadcast(session: TrainingSession, parts: Parts) -> Broadcast:
    room = await parts.providers.cloudflare.get_live_input(session.cloudflare_room_id or "")
    if room is None:
        raise NotFound("Cloudflare knows this session's room no more; schedule another session.")
    return Broadcast.of(session, room)


def _require_future(starts_at: TypedMoment) -> None:
    if starts_at <= now():
        raise RequestIsInvalid("starts_at: a session starts in the future")
