"""What answers a question, of all that a person may see: what they may not see is not found."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from backend.schema.blog_posts import BlogPost, BlogPostStatus
from backend.schema.document import AccessType, Document
from backend.schema.events import Event, EventStatus
from backend.schema.profiles import Profile, ProfileStatus
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from backend.store import AnyOf, Condition, Store

SNIPPET_LENGTH: Final = 240
SESSIONS_WEIGH: Final = 0.9
"""Scores come from places, and the first of few is no better than the tenth of many: a session
is put before a post only where it is clearly the better answer."""
PEOPLE_WEIGH: Final = 0.8
"""People are few as well, and asked for by name, by which they are found clearly."""


class Kind(StrEnum):
    """What can be found."""

    blog_post = "blog_post"
    event = "event"
    training_session = "training_session"
    person = "person"
    """Who chose to stand in the directory, with what that shows and nothing more."""


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


async def find(
    store: Store, text: str, opened: Sequence[AccessType], kind: Kind | None, limit: int
) -> list[Result]:
    """What answers a question for somebody with this access, the best first."""
    wheres: Mapping[Kind, tuple[type[Document], dict[str, Condition]]] = {
        Kind.blog_post: (BlogPost, {"status": BlogPostStatus.published}),
        Kind.event: (
            Event,
            {"status": EventStatus.published, "access_type": AnyOf(tuple(opened))},
        ),
        Kind.training_session: (
            TrainingSession,
            {"status": _taking_place(), "access_type": AnyOf(tuple(opened))},
        ),
        Kind.person: (Profile, {"is_public": True, "status": ProfileStatus.active}),
    }
    found: list[Result] = []
    for each in [kind] if kind else Kind:
        model, where = wheres[each]
        hits = await store.search(model, text, where, limit=limit)
        found += [_result(hit.document, hit.score) for hit in hits]
    return sorted(found, key=lambda result: -result.score)[:limit]


def _taking_place() -> AnyOf:
    return AnyOf(tuple(it.value for it in TrainingStatus if it is not TrainingStatus.canceled))


def _result(document: Document, score: float) -> Result:
    match document:
        case BlogPost():
            kind, url = Kind.blog_post, f"/blog/{document.slug}"
            text = document.excerpt or document.content
        case Event():
            kind, url, text = Kind.event, f"/events/{document.id}", document.description
        case TrainingSession():
            kind, url = Kind.training_session, f"/training/{document.id}"
            text, score = document.description, score * SESSIONS_WEIGH
        case Profile():
            return _person(document, score * PEOPLE_WEIGH)
        case _:
            raise TypeError(f"{document.collection} is not searched here")
    title, snippet = document.title, _snippet(text)
    return Result(kind=kind, id=document.id, title=title, url=url, snippet=snippet, score=score)


def _person(profile: Profile, score: float) -> Result:
    facts = ", ".join(filter(None, (profile.rank, *profile.disciplines, profile.location)))
    return Result(
        kind=Kind.person,
        id=profile.id,
        title=profile.full_name,
        url=f"/people/{profile.id}",
        snippet=_snippet(". ".join(filter(None, (facts, profile.bio)))),
        score=score,
    )


def _snippet(text: str) -> str:
    if len(text) <= SNIPPET_LENGTH:
        return text
    return text[:SNIPPET_LENGTH].rsplit(" ", 1)[0] + " …"
