"""Search on the wire. What a person may not see is not found either."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, StringConstraints

from backend.dependencies import MayCall, PossibleCaller, WithParts, may_call
from backend.schema.blog_posts import BlogPost, BlogPostStatus
from backend.schema.document import AccessType
from backend.schema.events import Event, EventStatus
from backend.store import AnyOf, Condition, Found

router = APIRouter(prefix="/api/search", tags=["search"])

SNIPPET_LENGTH = 240


class Kind(StrEnum):
    """What can be found."""

    blog_post = "blog_post"
    event = "event"


class Result(BaseModel):
    """Something that answers the question."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    kind: Kind
    id: str
    title: str
    url: str
    """Where the website shows it, from its root."""
    snippet: str
    score: float
    """Higher is better; scores of one answer compare, those of two do not."""


class Results(BaseModel):
    """What was found, the best first."""

    query: str
    results: list[Result]


class Question(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    kind: Kind | None = None
    limit: Annotated[int, Query(ge=1, le=50)] = 10


def _snippet(text: str) -> str:
    if len(text) <= SNIPPET_LENGTH:
        return text
    return text[:SNIPPET_LENGTH].rsplit(" ", 1)[0] + " …"


def _post(found: Found[BlogPost]) -> Result:
    post = found.document
    return Result(
        kind=Kind.blog_post,
        id=post.id,
        title=post.title,
        url=f"/blog/{post.slug}",
        snippet=_snippet(post.excerpt or post.content),
        score=found.score,
    )


def _event(found: Found[Event]) -> Result:
    event = found.document
    return Result(
        kind=Kind.event,
        id=event.id,
        title=event.title,
        url=f"/events/{event.id}",
        snippet=_snippet(event.description),
        score=found.score,
    )


@router.get("", openapi_extra=may_call(MayCall.anybody))
async def search(
    caller: PossibleCaller, parts: WithParts, asked: Annotated[Question, Query()]
) -> Results:
    """Posts and events that answer a question, in plain words."""
    found: list[Result] = []
    if asked.kind in (None, Kind.blog_post):
        published: dict[str, Condition] = {"status": BlogPostStatus.published}
        posts = await parts.store.search(BlogPost, asked.q, published, limit=asked.limit)
        found += map(_post, posts)
    if asked.kind in (None, Kind.event):
        opened = caller.profile.opens() if caller else (AccessType.public,)
        seen: dict[str, Condition] = {"status": EventStatus.published, "access_type": AnyOf(opened)}
        events = await parts.store.search(Event, asked.q, seen, limit=asked.limit)
        found += map(_event, events)
    found.sort(key=lambda result: -result.score)
    return Results(query=asked.q, results=found[: asked.limit])
