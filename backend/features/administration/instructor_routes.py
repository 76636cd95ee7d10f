"""Instructors on the wire, for admins: who they are, and what they teach."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend.bodies import Body
from backend.dependencies import Admin, MayCall, WithParts, may_call
from backend.features.administration import members
from backend.parts import Parts
from backend.schema.document import Identifier
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.schema.training_sessions import TrainingSession, TrainingStatus

router = APIRouter(prefix="/api/admin/instructors", tags=["administration"])
ADMINS = may_call(MayCall.admins)


class Named(Body):
    """Who is to be an instructor."""

    profile_id: Identifier = Field(examples=["3f2a9c51d0e84b7f9a6c1d2e3f405162"])


class InstructorLine(BaseModel):
    """An instructor, and what they teach."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    email: str
    full_name: str
    status: ProfileStatus
    disciplines: list[str]
    rank: str
    sessions_taught: int
    """How many of their training sessions have ended."""
    sessions_to_come: int
    """How many are scheduled, or live."""
    taught_last_at: AwareDatetime | None
    """When the latest of those that have ended began, as planned."""


class InstructorPage(BaseModel):
    """Some instructors, and the cursor that asks for those after them."""

    items: list[InstructorLine]
    next: str | None


@router.get("", summary="List instructors", openapi_extra=ADMINS)
async def list_instructors(
    _: Admin,
    parts: WithParts,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> InstructorPage:
    """Everybody whose role is instructor, by name; board members and admins may teach as well."""
    page = await parts.store.find(
        Profile, {"role": Role.instructor}, order="full_name", limit=limit, after=after
    )
    return InstructorPage(items=[await _line(parts, each) for each in page.items], next=page.next)


@router.post("", summary="Name an instructor", openapi_extra=ADMINS)
async def name_instructor(body: Named, caller: Admin, parts: WithParts) -> InstructorLine:
    """Make a visitor or a member an instructor. Their sessions end, and a mail says so."""
    return await _line(parts, await members.name_instructor(parts, body.profile_id, caller))


async def _line(parts: Parts, profile: Profile) -> InstructorLine:
    store, theirs = parts.store, {"instructor_id": profile.id}
    taught = {**theirs, "status": TrainingStatus.ended}
    last = await store.find(TrainingSession, taught, order="-starts_at", limit=1)
    ahead = (TrainingStatus.scheduled, TrainingStatus.live)
    return InstructorLine(
        **profile.model_dump(include={"id", "email", "full_name", "status", "disciplines", "rank"}),
        sessions_taught=await store.count(TrainingSession, taught),
        sessions_to_come=sum(
            [await store.count(TrainingSession, {**theirs, "status": it}) for it in ahead]
        ),
        taught_last_at=last.items[0].starts_at if last.items else None,
    )
