"""Figures on the wire, for admins. Each is defined beside it, and counted when it is asked for."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.dependencies import Admin, MayCall, WithParts, may_call
from backend.features.administration import attendance, figures, revenue

router = APIRouter(prefix="/api/admin/analytics", tags=["administration"])
ADMINS = may_call(MayCall.admins)
Months = Annotated[
    int, Query(ge=1, le=120, description="How many months, this one included.", examples=[12])
]


@router.get("/members", summary="Count the members", openapi_extra=ADMINS)
async def count_members(_: Admin, parts: WithParts, months: Months = 12) -> figures.Members:
    """People by role, tier and status, and memberships over the months."""
    return await figures.members(parts.store, months)


@router.get("/applications", summary="Count the applications", openapi_extra=ADMINS)
async def count_applications(
    _: Admin, parts: WithParts, months: Months = 12
) -> figures.Applications:
    """Applications by outcome, and how long people wait for a decision."""
    return await figures.applications(parts.store, months)


@router.get("/events", summary="Count who comes to events", openapi_extra=ADMINS)
async def count_events(_: Admin, parts: WithParts, months: Months = 12) -> attendance.Events:
    """Seats and attendance, of each event and over the months."""
    return await attendance.events(parts.store, months)


@router.get("/revenue", summary="Count the revenue", openapi_extra=ADMINS)
async def count_revenue(_: Admin, parts: WithParts, months: Months = 12) -> revenue.Revenue:
    """What was paid and paid back over the months, as Stripe's books have it now."""
    return await revenue.revenue(parts.providers.stripe, months)


@router.get("/newsletter", summary="Count the newsletter's readers", openapi_extra=ADMINS)
async def count_readers(_: Admin, parts: WithParts, months: Months = 12) -> figures.Newsletter:
    """Who came onto the newsletter's list and left it, over the months."""
    return await figures.newsletter(parts.store, months)
