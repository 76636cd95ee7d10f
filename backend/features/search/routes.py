"""Search on the wire. What a person may not see is not found either."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend import audit
from backend.bodies import Body
from backend.dependencies import (
    Admin,
    Caller,
    MayCall,
    PossibleCaller,
    WithParts,
    may_call,
)
from backend.features.search import answering, asking
from backend.features.search.answering import Answer
from backend.features.search.finding import Kind, Result, find
from backend.features.search.indexing import Reindex
from backend.jobs import do_later
from backend.middleware.rate_limits import address
from backend.schema.document import AccessType
from backend.schema.profiles import Profile

router = APIRouter(prefix="/api/search", tags=["search"])
ANYBODY = may_call(MayCall.anybody)

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
QueryId = Annotated[str, Path(pattern=r"^[a-f0-9]{32}$", description="`query_id` of the answer.")]


class Results(BaseModel):
    """What was found, the best first."""

    query: str
    results: list[Result]


class Question(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(extra="forbid")

    q: Words
    kind: Kind | None = None
    limit: Annotated[int, Query(ge=1, le=50)] = 10


class ToAnswer(Body):
    """A question that shall be answered in words."""

    question: Words = Field(examples=["How do I fall without getting hurt?"])


class Judgement(Body):
    """Whether an answer was helpful."""

    is_helpful: bool = Field(examples=[True])


class Begun(BaseModel):
    """A sentence for whoever had it begun."""

    message: str = Field(examples=["The index is looked through; `staging jobs` shows how far."])


def _opened(caller: Caller | None) -> tuple[AccessType, ...]:
    return caller.profile.opens() if caller else Profile.opens_to_anybody()


async def asker(request: Request, caller: PossibleCaller, parts: WithParts) -> str:
    """By what the same person is known within a day; kept nowhere as it is."""
    if caller:
        return caller.profile.id
    has_edge = "*" in parts.settings.core.forwarded_allow_ips
    return address(request.scope, has_edge=has_edge)


@router.get("", openapi_extra=ANYBODY)
async def search(
    caller: PossibleCaller, parts: WithParts, asked: Annotated[Question, Query()]
) -> Results:
    """Posts, events, training sessions and people that answer a question, in plain words."""
    found = await find(parts.store, asked.q, _opened(caller), asked.kind, asked.limit)
    return Results(query=asked.q, results=found)


@router.post("/answer", summary="Answer a question in words", openapi_extra=ANYBODY)
async def answer(
    body: ToAnswer, request: Request, caller: PossibleCaller, parts: WithParts
) -> Answer:
    """Answer from what the caller may see, citing it; by excerpts while no model answers.

    The question is counted, without who asked it.
    """
    who = await asker(request, caller, parts)
    return await answering.answer(parts, body.question, _opened(caller), who)


@router.post(
    "/answers/{query_id}/feedback",
    status_code=204,
    summary="Say whether an answer was helpful",
    openapi_extra=ANYBODY,
)
async def judge(
    query_id: QueryId, body: Judgement, request: Request, caller: PossibleCaller, parts: WithParts
) -> None:
    """Count it, without who said it: the first word of each person in a day."""
    who = await asker(request, caller, parts)
    await asking.judge(parts, query_id, who, is_helpful=body.is_helpful)


@router.post(
    "/reindex",
    status_code=202,
    summary="Look through the index of search",
    openapi_extra=may_call(MayCall.admins),
)
async def reindex(caller: Admin, parts: WithParts) -> Begun:
    """Have a job embed what the configured model has not embedded; what is right stays."""
    async with parts.store.exclusively("search:index") as held:
        await do_later(held, Reindex())
        await audit.record(held, "search.reindexed", "search", actor_id=caller.profile.id)
    return Begun(message="The index is looked through; `staging jobs` shows how far.")
