"""Search on the wire. What a person may not see is not found either."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.dependencies import Caller, MayCall, PossibleCaller, WithParts, may_call
from backend.features.search import answering
from backend.features.search.answering import Answer
from backend.features.search.finding import Kind, Result, find
from backend.schema.document import AccessType

router = APIRouter(prefix="/api/search", tags=["search"])

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


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


class ToAnswer(BaseModel):
    """A question that shall be answered in words."""

    model_config = ConfigDict(extra="forbid")

    question: Words = Field(examples=["How do I fall without getting hurt?"])


def _opened(caller: Caller | None) -> tuple[AccessType, ...]:
    return caller.profile.opens() if caller else (AccessType.public,)


@router.get("", openapi_extra=may_call(MayCall.anybody))
async def search(
    caller: PossibleCaller, parts: WithParts, asked: Annotated[Question, Query()]
) -> Results:
    """Posts, events and training sessions that answer a question, in plain words."""
    found = await find(parts.store, asked.q, _opened(caller), asked.kind, asked.limit)
    return Results(query=asked.q, results=found)


@router.post(
    "/answer", summary="Answer a question in words", openapi_extra=may_call(MayCall.anybody)
)
async def answer(body: ToAnswer, caller: PossibleCaller, parts: WithParts) -> Answer:
    """Answer from what the caller may see, citing it; by excerpts while no model answers."""
    return await answering.answer(parts, body.question, _opened(caller))
