"""Applications on the wire, for the board."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from backend.bodies import Body
from backend.dependencies import Admin, BoardMember, MayCall, WithParts, may_call
from backend.features.applications import board, documents
from backend.features.applications.routes import ApplicationId, FileId, Said
from backend.features.applications.views import ApplicationPage, SubmittedView
from backend.idempotency import Idempotent
from backend.parts import Parts
from backend.schema.applications import Application, ApplicationStatus
from backend.schema.document import Text
from backend.store import Condition, Range

router = APIRouter(prefix="/api/board/applications", tags=["deciding on applications"])
BOARD = may_call(MayCall.board)


class Approval(Body):
    """What a board member says with a yes."""

    note: Text = ""
    """For the board; the applicant does not see it."""


class Rejection(Body):
    """What a board member says with a no."""

    because: Annotated[str, Field(min_length=1, max_length=2_000)]
    """Why; the applicant reads it."""
    improvements: Annotated[str, Field(max_length=2_000)] = ""
    """What would help; the applicant reads it."""


class AppealDecision(Body):
    """An admin's word on an appeal."""

    is_granted: bool
    note: Annotated[str, Field(max_length=2_000)] = ""
    """The applicant reads it."""


@router.get("", summary="List applications", openapi_extra=BOARD)
async def list_applications(
    _: BoardMember,
    parts: WithParts,
    status: ApplicationStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> ApplicationPage:
    """Submitted applications, those that wait longest first."""
    where: dict[str, Condition] = {"submitted_at": Range(start=board.EVER)}
    if status is not None:
        where["status"] = status
    page = await parts.store.find(
        Application, where, order="submitted_at", limit=limit, after=after
    )
    return ApplicationPage(items=[await _view(parts, each) for each in page.items], next=page.next)


@router.get("/{application_id}", summary="Show an application", openapi_extra=BOARD)
async def show(application_id: ApplicationId, _: BoardMember, parts: WithParts) -> SubmittedView:
    """One submitted application, with what was handed in."""
    return await _view(parts, await board.known(parts.store, application_id))


@router.get(
    "/{application_id}/files/{file_id}",
    summary="Read a file",
    openapi_extra=BOARD,
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file."}},
)
async def read_file(
    application_id: ApplicationId, file_id: FileId, _: BoardMember, parts: WithParts
) -> Response:
    """A file as it was handed in, to be saved and never shown inside a page."""
    application = await board.known(parts.store, application_id)
    file = await documents.one(parts.store, application, file_id)
    headers = {"Content-Disposition": f'attachment; filename="{file.id}"'}
    return Response(file.read(), media_type=file.media_type, headers=headers)


@router.post("/{application_id}/approve", summary="Approve", openapi_extra=BOARD)
async def approve(
    application_id: ApplicationId,
    body: Approval,
    caller: BoardMember,
    parts: WithParts,
    once: Idempotent,
) -> SubmittedView:
    """One of the two approvals that make a member; never of one's own application."""
    async with once.whole(parts) as held:
        approved = await board.approve(held, application_id, caller, body.note)
        return await once.remember(held.store, await _view(held, approved))


@router.post("/{application_id}/reject", summary="Reject", openapi_extra=BOARD)
async def reject(
    application_id: ApplicationId,
    body: Rejection,
    caller: BoardMember,
    parts: WithParts,
    once: Idempotent,
) -> SubmittedView:
    """End an application, with the reason. When its applicant may apply again is set."""
    said = body.because, body.improvements
    async with once.whole(parts) as held:
        rejected = await board.reject(held, application_id, caller, *said)
        return await once.remember(held.store, await _view(held, rejected))


@router.post("/{application_id}/questions", summary="Ask for more", openapi_extra=BOARD)
async def ask(
    application_id: ApplicationId, body: Said, caller: BoardMember, parts: WithParts
) -> SubmittedView:
    """Ask the applicant for more; the application stands as it did."""
    return await _view(parts, await board.ask(parts, application_id, caller, body.text))


@router.post(
    "/{application_id}/appeal",
    summary="Decide on an appeal",
    openapi_extra=may_call(MayCall.admins),
)
async def decide_appeal(
    application_id: ApplicationId,
    body: AppealDecision,
    caller: Admin,
    parts: WithParts,
    once: Idempotent,
) -> SubmittedView:
    """Let the board begin anew, or let its decision stand; by an admin who has no part in it."""
    async with once.whole(parts) as held:
        decided = await board.decide_appeal(
            held, application_id, caller, body.note, is_granted=body.is_granted
        )
        return await once.remember(held.store, await _view(held, decided))


async def _view(parts: Parts, application: Application) -> SubmittedView:
    files = await documents.of(parts.store, application)
    return SubmittedView.with_files(application, files)
