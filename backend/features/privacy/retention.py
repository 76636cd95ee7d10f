"""What the law has us keep of somebody who is forgotten, and until when."""

from datetime import timedelta
from typing import Final

from backend.clock import now
from backend.features.privacy.forgetting import PSEUDONYM
from backend.jobs import Task, Work
from backend.schema.rsvps import Rsvp
from backend.schema.subscriptions import Subscription
from backend.store import Range

SEVEN_YEARS: Final = timedelta(days=2557)


class EndRetention(Task):
    """Remove what is seven years old of those who are forgotten."""

    seconds = 300.0

    async def run(self, work: Work) -> None:
        """Their subscriptions and seats, counted from the end and from the beginning."""
        store, before = work.store, now() - SEVEN_YEARS
        old = Range(end=before)
        async for paid in store.every(Subscription, {"created_at": old}):
            has_ended = paid.canceled_at is not None and paid.canceled_at < before
            if paid.profile_id.startswith(PSEUDONYM) and has_ended:
                await store.remove(Subscription, {"id": paid.id})
        async for seat in store.every(Rsvp, {"created_at": old}):
            if seat.profile_id.startswith(PSEUDONYM):
                await store.remove(Rsvp, {"id": seat.id})
