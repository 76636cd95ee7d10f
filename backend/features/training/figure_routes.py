"""What came of training sessions: for those who teach, on the wire."""

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict

from backend.dependencies import Instructor, MayCall, WithParts, may_call
from backend.features.training import figures
from backend.features.training.figures import SessionFigures, TaughtFigures
from backend.features.training.schedule import cared_for_by
from backend.features.training.views import SessionId
from backend.parts import Parts
from backend.spreadsheets import table

router = APIRouter(prefix="/api/training", tags=["teaching"])
TEACHING = may_call(MayCall.teaching)


class TrainingAttendee(BaseModel):
    """Somebody who registered for a session, or was there."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """Empty where the person was forgotten."""
    email: str
    registered_at: AwareDatetime | None
    joined_at: AwareDatetime | None
    left_at: AwareDatetime | None
    watched_minutes: int


@router.get(
    "/figures",
    summary="Count who comes to my sessions",
    openapi_extra=may_call(MayCall.instructors),
)
async def count_taught(caller: Instructor, parts: WithParts) -> TaughtFigures:
    """Who came to the caller's latest sessions, and who came again."""
    return await figures.taught(parts, caller.profile.id)


@router.get("/sessions/{session_id}/figures", summary="Count who came", openapi_extra=TEACHING)
async def count_session(
    session_id: SessionId, caller: Instructor, parts: WithParts
) -> SessionFigures:
    """How many registered and came, how many were there at once, and for how long."""
    session = await cared_for_by(parts.store, session_id, caller)
    return SessionFigures.of(session, await figures.records_of(parts, session_id))


@router.get("/sessions/{session_id}/attendees", summary="List who came", openapi_extra=TEACHING)
async def list_who_came(
    session_id: SessionId, caller: Instructor, parts: WithParts
) -> list[TrainingAttendee]:
    """Everybody who registered or was there, in the order in which they did."""
    await cared_for_by(parts.store, session_id, caller)
    return await _attendees(parts, session_id)


@router.get(
    "/sessions/{session_id}/attendees.csv",
    summary="List who came as a table",
    openapi_extra=TEACHING,
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "One line a person."}},
)
async def export_who_came(session_id: SessionId, caller: Instructor, parts: WithParts) -> Response:
    """The same list as CSV (RFC 4180, UTF-8 with a byte order mark, as spreadsheets want it)."""
    await cared_for_by(parts.store, session_id, caller)
    people = await _attendees(parts, session_id)
    rows = [each.model_dump(mode="json").values() for each in people]
    return table(f"session-{session_id}.csv", tuple(TrainingAttendee.model_fields), rows)


async def _attendees(parts: Parts, session_id: str) -> list[TrainingAttendee]:
    return [
        TrainingAttendee(
            name=each.profile.full_name if each.profile else "",
            email=each.profile.email if each.profile else "",
            registered_at=each.record.registered_at,
            joined_at=each.record.joined_at,
            left_at=each.record.left_at,
            watched_minutes=int(each.record.watched.total_seconds()) // 60,
        )
        for each in await figures.present(parts, session_id)
    ]
