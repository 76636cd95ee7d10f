"""Whoever leaves for good gives their seats up, so that others get them."""

from backend.clock import now
from backend.features.events.seats import give_up
from backend.jobs import Work
from backend.jobs.leaving import Leaving
from backend.schema.events import Event
from backend.schema.profiles import Profile
from backend.schema.rsvps import Rsvp, RsvpStatus


class GiveUpSeats(Leaving):
    """Give up all seats at events that are still to come; tickets are paid back by the rules."""

    async def run(self, work: Work) -> None:
        """One after the other; those that are given up already are left alone."""
        store, site = work.parts.store, work.parts.settings.core.frontend_url
        profile = await store.get(Profile, self.profile_id)
        if profile is None:
            return
        async for rsvp in store.every(Rsvp, {"profile_id": profile.id}):
            event = await store.get(Event, rsvp.event_id)
            if event is None or event.starts_at <= now() or rsvp.status is RsvpStatus.canceled:
                continue
            await give_up(store, event.id, profile, site)
