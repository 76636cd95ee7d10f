"""People and their roles on the wire, for admins."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from backend.bodies import Body
from backend.dependencies import Admin, MayCall, WithParts, may_call
from backend.features.administration import members
from backend.features.administration.finding import find
from backend.features.administration.member_views import Member, MemberPage, Overview, overview
from backend.schema.document import Identifier, Tier
from backend.schema.profiles import ProfileStatus, Role
from backend.store import Condition

router = APIRouter(prefix="/api/admin/members", tags=["administration"])
ADMINS = may_call(MayCall.admins)
ProfileId = Annotated[Identifier, Path()]


class NewRole(Body):
    """What somebody is from now on."""

    role: Role = Field(examples=["board_member"])


class Suspension(Body):
    """Why somebody may log in no more."""

    because: Annotated[str, Field(min_length=1, max_length=2_000)] = Field(
        examples=["You asked us to lock your account while your phone is lost."]
    )
    """They read it in a mail; it is kept nowhere else."""


class Wanted(Body):
    """Which people; all that is named must hold."""

    search: str = Field(default="", max_length=200, examples=["owusu"])
    """Words that all stand in their name or address, in whatever case."""
    role: Role | None = None
    tier: Tier | None = None
    status: ProfileStatus | None = None
    order: Literal["full_name", "-created_at"] = "full_name"
    """By name, or the newest first."""
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    after: Annotated[str | None, Field(max_length=500)] = None

    def where(self) -> dict[str, Condition]:
        """The same as conditions, but for the search."""
        chosen = {"role": self.role, "tier": self.tier, "status": self.status}
        return {name: value for name, value in chosen.items() if value is not None}


@router.get("", summary="List people with accounts", openapi_extra=ADMINS)
async def list_members(asked: Annotated[Wanted, Query()], _: Admin, parts: WithParts) -> MemberPage:
    """Everybody with an account, whoever they are to the association."""
    page = await find(
        parts.store,
        asked.where(),
        asked.search,
        order=asked.order,
        limit=asked.limit,
        after=asked.after,
    )
    return MemberPage(items=[Member.of(each) for each in page.items], next=page.next)


@router.get("/{profile_id}", summary="Show somebody", openapi_extra=ADMINS)
async def show_member(profile_id: ProfileId, _: Admin, parts: WithParts) -> Overview:
    """One person: applications, subscriptions, sessions, consents at a glance."""
    return await overview(parts, await members.known(parts.store, profile_id))


@router.put("/{profile_id}/role", summary="Change somebody's role", openapi_extra=ADMINS)
async def change_role(
    profile_id: ProfileId, body: NewRole, caller: Admin, parts: WithParts
) -> Overview:
    """Give somebody else another role. It holds at once: their sessions end, a mail says so."""
    return await overview(parts, await members.change_role(parts, profile_id, body.role, caller))


@router.post("/{profile_id}/suspend", summary="Suspend somebody", openapi_extra=ADMINS)
async def suspend(
    profile_id: ProfileId, body: Suspension, caller: Admin, parts: WithParts
) -> Overview:
    """Let somebody else log in no more. Their sessions end, and a mail says why."""
    return await overview(parts, await members.suspend(parts, profile_id, body.because, caller))


@router.post("/{profile_id}/restore", summary="Restore somebody", openapi_extra=ADMINS)
async def restore(profile_id: ProfileId, caller: Admin, parts: WithParts) -> Overview:
    """Let somebody log in again who was suspended."""
    return await overview(parts, await members.restore(parts, profile_id, caller))
