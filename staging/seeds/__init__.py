"""The seeds: one coherent story of the association, told as documents of all eight collections.

`make` needs no store and knows no chance: the same day and scale give the same documents. Dates
keep their distance to the day of seeding, so that what is upcoming stays upcoming.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any, cast

from backend.schema import COLLECTIONS, Document
from backend.schema.applications import Application
from backend.schema.blog_posts import BlogPost
from backend.schema.events import Event
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Profile
from backend.schema.rsvps import Rsvp
from backend.schema.subscriptions import Subscription
from backend.schema.training_sessions import TrainingSession
from staging.seeds import (
    applications,
    blog_posts,
    events,
    newsletter_subscribers,
    profiles,
    rsvps,
    subscriptions,
    training_sessions,
)
from staging.seeds.edition import BATCH, Edition
from staging.seeds.expected import EXPECTED, Expected, totals
from staging.seeds.personas import PERSONAS, Persona

__all__ = ["BATCH", "EXPECTED", "PERSONAS", "Expected", "Persona", "Seeds", "make", "totals"]


@dataclass(frozen=True)
class Seeds:
    """All documents of the batch, by collection; each field has its collection's name."""

    profiles: tuple[Profile, ...]
    events: tuple[Event, ...]
    rsvps: tuple[Rsvp, ...]
    applications: tuple[Application, ...]
    subscriptions: tuple[Subscription, ...]
    blog_posts: tuple[BlogPost, ...]
    newsletter_subscribers: tuple[NewsletterSubscriber, ...]
    training_sessions: tuple[TrainingSession, ...]

    def of(self, kind: type[Document]) -> tuple[Document, ...]:
        """The documents of one collection."""
        documents: tuple[Document, ...] = getattr(self, kind.collection)
        return documents

    def __iter__(self) -> Iterator[Document]:
        """Every document, each after those that it refers to."""
        return chain.from_iterable(self.of(kind) for kind in COLLECTIONS)


def make(moment: datetime, scale: int = 1, *, password_hash: str | None = None) -> Seeds:
    """The seeds as of the day (UTC) of this moment, each story told `scale` times.

    The personas, and nobody else, get the password hash. Give the same hash for the same
    password: a fresh one differs, and would be written again. Raises `ValueError` for a moment
    without a time zone and for a scale below 1.
    """
    if moment.tzinfo is None:
        raise ValueError("the moment of seeding needs a time zone; datetime.now(UTC) has one")
    if scale < 1:
        raise ValueError(f"the scale is {scale}; it must be 1 or more")
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    told = [_tell(Edition(day, number), password_hash) for number in range(1, scale + 1)]
    bound = {
        kind.collection: tuple(chain.from_iterable(seeds.of(kind) for seeds in told))
        for kind in COLLECTIONS
    }
    return Seeds(**cast(dict[str, Any], bound))


def _tell(edition: Edition, password_hash: str | None) -> Seeds:
    people = profiles.make(edition, password_hash)
    held = events.make(edition, people)
    return Seeds(
        profiles=tuple(people.values()),
        events=held,
        rsvps=rsvps.make(edition, people, held),
        applications=applications.make(edition, people),
        subscriptions=subscriptions.make(edition, people),
        blog_posts=blog_posts.make(edition, people),
        newsletter_subscribers=newsletter_subscribers.make(edition, people),
        training_sessions=training_sessions.make(edition, people),
    )
