"""Applications on the wire, for those who apply."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import EmailStr, Field

from backend.bodies import Body
from backend.dependencies import KnownCaller, MayCall, WithParts, may_call
from backend.errors import FileIsRefused
from backend.features.applications import applying, documents
from backend.features.applications.views import ApplicationView, FileView, file_view
from backend.idempotency import Idempotent
from backend.schema.applications import Reference
from backend.schema.document import Identifier, Line, Text, Tier
from backend.uploads import FILE

router = APIRouter(prefix="/api/applications", tags=["applying"])
ApplicationId = Annotated[Identifier, Path()]
FileId = Annotated[Identifier, Path()]
APPLICANT = may_call(MayCall.applicant)


class TypedReference(Body):
    """Somebody who speaks for the applicant, as the applicant types it."""

    name: Line = Field(examples=["Noor Haddad"])
    email: EmailStr = Field(examples=["noor.haddad@references.staging.wwmaa.example"])
    relationship: Line = Field(examples=["My first teacher"])


class Draft(Body):
    """What an applicant tells; what is not named stays as it is."""

    requested_tier: Tier | None = None
    disciplines: Annotated[list[Line] | None, Field(max_length=20)] = None
    experience_years: Annotated[int | None, Field(ge=0, le=100)] = None
    rank: Annotated[str | None, Field(max_length=100)] = None
    school: Annotated[str | None, Field(max_length=200)] = None
    motivation: Text | None = None
    """Why they want to join: at least 50 characters when it is submitted."""
    references_given: Annotated[list[TypedReference] | None, Field(max_length=3)] = None
    """Three people when it is submitted."""

    def fields(self) -> dict[str, Any]:
        """What was named, as it is kept."""
        told = {name: value for name, value in self if value is not None}
        if self.references_given is not None:
            told["references_given"] = [
                Reference.model_validate(each.model_dump()) for each in self.references_given
            ]
        return told


class Said(Body):
    """What somebody says in their own words."""

    text: Annotated[str, Field(min_length=1, max_length=5_000)]


@router.get("/mine", summary="List my applications", openapi_extra=APPLICANT)
async def list_mine(caller: KnownCaller, parts: WithParts) -> list[ApplicationView]:
    """The caller's applications, the newest first."""
    found = await applying.all_of(parts.store, caller.profile)
    return [ApplicationView.of(application) for application in found]


@router.post("", status_code=201, summary="Begin an application", openapi_extra=APPLICANT)
async def begin(body: Draft, caller: KnownCaller, parts: WithParts) -> ApplicationView:
    """Begin a draft. There is one open application of each person."""
    return ApplicationView.of(await applying.begin(parts, caller.profile, body.fields()))


@router.patch("/{application_id}", summary="Change my draft", openapi_extra=APPLICANT)
async def redraft(
    application_id: ApplicationId, body: Draft, caller: KnownCaller, parts: WithParts
) -> ApplicationView:
    """Change what is named; forms save what was typed as people go."""
    application = await applying.redraft(parts, application_id, caller.profile, body.fields())
    return ApplicationView.of(application)


@router.post("/{application_id}/submit", summary="Submit my draft", openapi_extra=APPLICANT)
async def submit(
    application_id: ApplicationId, caller: KnownCaller, parts: WithParts, once: Idempotent
) -> ApplicationView:
    """Hand a draft to the board; from then on it stays as it is."""
    async with once.whole(parts) as held:
        application = await applying.submit(held, application_id, caller.profile)
        return await once.remember(held.store, ApplicationView.of(application))


@router.post("/{application_id}/withdraw", summary="Withdraw", openapi_extra=APPLICANT)
async def withdraw(
    application_id: ApplicationId, caller: KnownCaller, parts: WithParts, once: Idempotent
) -> ApplicationView:
    """Take an application back, while nothing is decided."""
    async with once.whole(parts) as held:
        application = await applying.withdraw(held, application_id, caller.profile)
        return await once.remember(held.store, ApplicationView.of(application))


@router.post(
    "/{application_id}/questions/{number}",
    summary="Answer a question of the board",
    openapi_extra=APPLICANT,
)
async def answer_question(
    application_id: ApplicationId,
    number: Annotated[int, Path(ge=1, le=20)],
    body: Said,
    caller: KnownCaller,
    parts: WithParts,
) -> ApplicationView:
    """Answer one of the board's questions, once."""
    application = await applying.answer(parts, application_id, caller.profile, number, body.text)
    return ApplicationView.of(application)


@router.post("/{application_id}/appeal", summary="Appeal", openapi_extra=APPLICANT)
async def appeal(
    application_id: ApplicationId,
    body: Said,
    caller: KnownCaller,
    parts: WithParts,
    once: Idempotent,
) -> ApplicationView:
    """Say once that a rejection was wrong; an admin decides."""
    async with once.whole(parts) as held:
        application = await applying.appeal(held, application_id, caller.profile, body.text)
        return await once.remember(held.store, ApplicationView.of(application))


@router.get("/{application_id}/files", summary="List my files", openapi_extra=APPLICANT)
async def list_files(
    application_id: ApplicationId, caller: KnownCaller, parts: WithParts
) -> list[FileView]:
    """What was handed in with an application of the caller's."""
    application = await applying.own(parts.store, application_id, caller.profile)
    return [file_view(file) for file in await documents.of(parts.store, application)]


@router.post(
    "/{application_id}/files",
    status_code=201,
    summary="Hand a file in",
    openapi_extra=APPLICANT | FILE,
)
async def hand_in(
    application_id: ApplicationId,
    name: Annotated[str, Query(min_length=1, max_length=200, examples=["certificate.pdf"])],
    request: Request,
    caller: KnownCaller,
    parts: WithParts,
) -> FileView:
    """Hand in a certificate or the like, as the request's body."""
    content = await request.body()
    if not content:
        raise FileIsRefused("The file is empty.")
    file = await documents.hand_in(parts, application_id, caller.profile, name, content)
    return file_view(file)


@router.delete(
    "/{application_id}/files/{file_id}",
    status_code=204,
    summary="Take a file back",
    openapi_extra=APPLICANT,
)
async def take_back(
    application_id: ApplicationId, file_id: FileId, caller: KnownCaller, parts: WithParts
) -> None:
    """Remove a file from an application that is still open."""
    await documents.take_back(parts, application_id, caller.profile, file_id)
