"""What guests leave behind is taken away: documents, what is still to be done, vendors' traces."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from backend.schema import Document
from backend.schema.applications import Application
from backend.schema.events import Event
from backend.schema.jobs import Job, JobState
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Profile
from backend.schema.rsvps import Rsvp
from backend.schema.session_attendance import SessionAttendance
from backend.schema.subscriptions import Subscription
from backend.schema.training_sessions import TrainingSession
from backend.store import AnyOf, Store
from staging.verify.visit import Visit, expect

BY_ID: Final[tuple[tuple[type[Document], str], ...]] = (
    (Application, "profile_id"),
    (Rsvp, "profile_id"),
    (Event, "organizer_id"),
    (SessionAttendance, "profile_id"),
    (TrainingSession, "instructor_id"),
    (Subscription, "profile_id"),
)
"""What hangs on people, by the field that names them."""
AT_ONCE: Final = timedelta(seconds=1)
SETTLED_WITHIN_S: Final = 5.0
"""How long what was begun for guests may take, before they leave all the same."""


def pauses(within_s: float) -> Iterator[float]:
    """Pauses between looks, ever longer: a machine that is busy is not asked the busier for it."""
    pause, left = 0.05, within_s
    while left > 0:
        yield pause
        left -= pause
        pause = min(pause * 1.25, 0.5)


async def sweep(visit: Visit, store: Store, emails: Sequence[str], vendors: Sequence[str]) -> None:
    """Take away all that is kept of these addresses, here and at these vendors."""
    found = await _found(store, emails)
    words = (*emails, *(each.id for each in found))
    await _settle(store, words)
    # The people go first: what a vendor tells late of somebody unknown has no effect.
    for each in reversed(found):
        await store.remove(type(each), {"id": each.id})
    for vendor in vendors:
        traces = f"{visit.target.sandboxes_url}/_sandbox/{vendor}/traces"
        expect(await visit.client.delete(traces, params={"of": list(words)}), 200)


async def _found(store: Store, emails: Sequence[str]) -> list[Document]:
    """The documents of these addresses; the people come last."""
    theirs = {"email": AnyOf(tuple(emails))}
    people = [each async for each in store.every(Profile, theirs)]
    found: list[Document] = [each async for each in store.every(NewsletterSubscriber, theirs)]
    if people:
        ids = AnyOf(tuple(each.id for each in people))
        for kind, field in BY_ID:
            found += [each async for each in store.every(kind, {field: ids})]
    return [*found, *people]


async def _settle(store: Store, words: Sequence[str]) -> None:
    """Let what was begun be done, so that nothing comes after, and drop what is due later."""
    for pause in pauses(SETTLED_WITHIN_S):
        waiting = [it async for it in store.every(Job, {"state": JobState.waiting.value})]
        theirs = [it for it in waiting if _mentions(it, words)]
        if not any(map(_is_under_way, theirs)):
            break
        await asyncio.sleep(pause)
    for job in theirs:
        await store.remove(Job, {"id": job.id})


def _mentions(job: Job, words: Sequence[str]) -> bool:
    told = json.dumps(job.arguments)
    return any(word in told for word in words)


def _is_under_way(job: Job) -> bool:
    """Whether it is due at once, or in somebody's hands, and has not failed yet."""
    is_soon = job.due_at - job.created_at < AT_ONCE
    return not job.why and (is_soon or job.began_at is not None)
