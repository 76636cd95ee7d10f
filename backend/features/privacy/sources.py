"""Where people are named: each collection by the field that does it, and what comes of it.

A test fails when a collection names a person and is not among these.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from backend.clock import now
from backend.schema import Document
from backend.schema.applications import Application
from backend.schema.association_settings import AssociationSettings
from backend.schema.audit_log import AuditEntry
from backend.schema.blog_posts import BlogPost
from backend.schema.chat_messages import ChatMessage
from backend.schema.data_exports import DataExport
from backend.schema.events import Event
from backend.schema.files import StoredFile
from backend.schema.idempotent_answers import IdempotentAnswer
from backend.schema.jobs import Job, Schedule
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Profile
from backend.schema.resources import Resource
from backend.schema.rsvps import Rsvp
from backend.schema.search_queries import SearchQuery
from backend.schema.session_attendance import SessionAttendance
from backend.schema.subscriptions import Subscription, SubscriptionStatus
from backend.schema.training_sessions import TrainingSession
from backend.store import Store

FORMER: Final = "A former member"
NOWHERE: Final = "former.member@anonymous.example"
HIDDEN: Final[dict[type[Document], set[str]]] = {
    Profile: {"password_hash"},
    DataExport: {"content"},
}
"""What no export shows: a secret, and an export inside an export."""


class Fate(StrEnum):
    """What comes of a document when the person is forgotten whom it names."""

    removed = "removed"
    unnamed = "kept, and names nobody any more"
    kept = "kept, with an id that leads to nobody"


class By(StrEnum):
    """By what a field names somebody."""

    id = "id"
    email = "email"
    subject = "subject"
    mention = "mention"
    """The field is a text in which the id or the address may stand."""


@dataclass(frozen=True)
class Traces:
    """By what a person is found."""

    id: str
    email: str
    name: str = ""

    def mentions(self, text: str) -> bool:
        """Whether a text names this person, and not somebody whose address ends alike."""
        # Nearly every text mentions nobody, which is seen at once; everything kept is gone through.
        plain = text.casefold()
        return any(it in plain for it in self._plain) and self._named.search(text) is not None

    @cached_property
    def _plain(self) -> tuple[str, ...]:
        return tuple(it.casefold() for it in (self.id, self.email, self.name) if it)

    @cached_property
    def _named(self) -> re.Pattern[str]:
        found = "|".join(re.escape(it) for it in (self.id, self.email, self.name) if it)
        return re.compile(rf"(?<![\w.+-])({found})(?!\w)", re.IGNORECASE)


Unname = Callable[[Any, Traces, str], Document]


@dataclass(frozen=True)
class Source:
    """A field that names people; `references_given.email` is that of each thing in a list."""

    kind: type[Document]
    field: str
    why: str
    """For people: what it is, and why it is kept where it is."""
    by: By = By.id
    unname: Unname | None = None
    """Makes it name nobody, but for the pseudonym that it is given."""
    is_kept: bool = False

    @property
    def fate(self) -> Fate:
        """What comes of its documents."""
        if self.is_kept:
            return Fate.kept
        return Fate.unnamed if self.unname else Fate.removed

    async def of(self, store: Store, traces: Traces) -> AsyncIterator[Document]:
        """The documents that name this person here."""
        if "." in self.field or self.by is By.mention:
            async for document in store.every(self.kind):
                if any(self.parts(document, traces)):
                    yield document
            return
        async for document in store.every(self.kind, {self.field: self._value(traces)}):
            yield document

    def parts(self, document: Document, traces: Traces) -> Iterator[dict[str, Any]]:
        """What of a document is about this person: all of it, or things inside it."""
        told = document.model_dump(mode="json", exclude=HIDDEN.get(self.kind))
        if self.by is By.mention:
            if traces.mentions(json.dumps(told[self.field], ensure_ascii=False)):
                yield {"id": document.id}
        elif "." not in self.field:
            yield told
        else:
            outer, _, inner = self.field.rpartition(".")
            for thing in _inside(told, outer.split(".")):
                if thing.get(inner) == self._value(traces):
                    yield {"id": document.id, outer: thing}

    def _value(self, traces: Traces) -> str:
        if self.by is By.subject:
            return f"profiles/{traces.id}"
        return traces.email if self.by is By.email else traces.id


def _inside(told: Any, path: list[str]) -> Iterator[dict[str, Any]]:
    if isinstance(told, list):
        for each in told:
            yield from _inside(each, path)
    elif isinstance(told, dict):
        if path:
            yield from _inside(told.get(path[0]), path[1:])
        else:
            yield told


def _no_referee(application: Application, traces: Traces, _: str) -> Application:
    given = [
        each.model_copy(update={"name": FORMER, "email": NOWHERE})
        if each.email == traces.email
        else each
        for each in application.references_given
    ]
    return application.changed(references_given=given)


def _ended(subscription: Subscription, _: Traces, pseudonym: str) -> Subscription:
    canceled_at = subscription.canceled_at or now()
    return subscription.changed(
        profile_id=pseudonym, status=SubscriptionStatus.canceled, canceled_at=canceled_at
    )


_DECIDED = "Who decided about somebody else's application, which needs two different people."
_AUDITED = "The log of what was done can not be changed; it holds ids, and no personal data."

SOURCES: Final[tuple[Source, ...]] = (
    Source(Application, "profile_id", "Your application for membership."),
    Source(
        Application,
        "references_given.email",
        "You, as somebody who speaks for an applicant; the application is theirs.",
        By.email,
        unname=_no_referee,
    ),
    Source(Application, "approvals.by", _DECIDED, is_kept=True),
    Source(Application, "rejection.by", _DECIDED, is_kept=True),
    Source(Application, "questions.by", _DECIDED, is_kept=True),
    Source(Application, "appeal.rejection.by", _DECIDED, is_kept=True),
    Source(Application, "appeal.decision.by", _DECIDED, is_kept=True),
    Source(
        Rsvp,
        "profile_id",
        "Where you went, and what you paid for it: the books are kept for seven years.",
        unname=lambda rsvp, _, to: rsvp.changed(profile_id=to, checkout_url=None),
    ),
    Source(
        Subscription,
        "profile_id",
        "What you paid: the books are kept for seven years.",
        unname=_ended,
    ),
    Source(
        Event,
        "organizer_id",
        "Events that you organised, which others came to.",
        unname=lambda event, _, to: event.changed(organizer_id=to),
    ),
    Source(
        TrainingSession,
        "instructor_id",
        "Training that you taught, which others came to.",
        unname=lambda session, _, to: session.changed(instructor_id=to),
    ),
    Source(
        BlogPost,
        "author_id",
        "Articles that you wrote, which are out.",
        unname=lambda post, _, to: post.changed(author_id=to, author=FORMER),
    ),
    Source(
        Resource,
        "added_by",
        "What you put into the association's library, which others fetch.",
        unname=lambda resource, _, to: resource.changed(added_by=to),
    ),
    Source(NewsletterSubscriber, "email", "Your newsletter, here and at BeeHiiv.", By.email),
    Source(SessionAttendance, "profile_id", "The training that you came to."),
    Source(ChatMessage, "profile_id", "What you said in live training; for thirty days."),
    Source(StoredFile, "owner_id", "Your photo, and what you handed in."),
    Source(DataExport, "profile_id", "What you asked us to put together for you."),
    Source(AuditEntry, "actor_id", _AUDITED, is_kept=True),
    Source(AuditEntry, "subject", _AUDITED, By.subject, is_kept=True),
    Source(Profile, "id", "Your account, and yourself."),
    Source(Job, "arguments", "What is still to be done for you, such as mails.", By.mention),
    Source(
        SearchQuery,
        "text",
        "What was asked of search, by nobody knows whom, where it names you.",
        By.mention,
    ),
    Source(
        IdempotentAnswer,
        "answer",
        "What you were answered, so that nothing has its effect twice; for a day.",
        By.mention,
    ),
)
"""In the order in which they are gone through; the account comes after all that hangs on it."""

NOBODYS: Final[dict[type[Document], str]] = {
    Schedule: "when things are done by the clock",
    AssociationSettings: "what the association set for itself",
}
"""Collections that name nobody."""
