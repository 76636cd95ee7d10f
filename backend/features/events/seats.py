"""Seats: who has one, and who waits for one. None is given to two people.

Whatever is decided about an event's seats is decided in `exclusively("event:<id>")`, together with
the mails that tell of it. A seat that costs money is held until Stripe tells that it was paid.
"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Final

from backend.clock import now
from backend.errors import EventTakesNobody, NotFound
from backend.features.events import mails
from backend.features.events.refunds import RefundTicket
from backend.jobs import Task, Work, do_later
from backend.schema.events import Event, EventStatus
from backend.schema.profiles import Profile
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.store import Store

PAY_WITHIN: Final = timedelta(minutes=35)
"""How long a seat is held for whoever asked for it; a little longer than Stripe's page stays."""
PAY_WITHIN_PROMOTED: Final = timedelta(hours=24)
"""How long it is held for somebody who waited, and may not be looking."""
REFUND_UNTIL: Final = timedelta(hours=24)
"""How long before an event a ticket is paid back to those who give it up."""


def deciding(store: Store, event_id: str) -> AbstractAsyncContextManager[Store]:
    """A store inside which nobody else decides about this event's seats."""
    return store.exclusively(f"event:{event_id}")


async def shown_to(store: Store, event_id: str, profile: Profile | None) -> Event:
    """An event that this person may see, called off or not. Raises `NotFound`."""
    event = await store.get(Event, event_id)
    opened = profile.opens() if profile else Profile.opens_to_anybody()
    if event is None or event.status is EventStatus.draft or event.access_type not in opened:
        raise NotFound("There is no such event, or it is for members.")
    return event


async def take(store: Store, event_id: str, profile: Profile, site: str) -> Rsvp:
    """A seat for this person, or a place on the waitlist; asking again changes nothing.

    Raises `NotFound`, and `EventTakesNobody` when it is over, called off, or full for good.
    """
    async with deciding(store, event_id) as held:
        event = await shown_to(held, event_id, profile)
        _require_open(event)
        mine = await of(held, event_id, profile.id)
        if mine is not None and mine.status is not RsvpStatus.canceled:
            return mine
        if not event.has_seat() and not event.has_waitlist:
            raise EventTakesNobody("All seats are taken, and this event keeps no waitlist.")
        if mine is not None:
            # Who comes back comes last: the new answer has the time of now.
            await held.remove(Rsvp, {"event_id": event_id, "profile_id": profile.id})
        rsvp = Rsvp(event_id=event_id, profile_id=profile.id, status=RsvpStatus.waitlist)
        await held.insert(rsvp)
        if event.has_seat():
            rsvp, _ = await _give(held, event, rsvp, profile, site, pay_within=PAY_WITHIN)
        else:
            await do_later(held, mails.waiting(profile, event, site))
        return rsvp


async def give_up(store: Store, event_id: str, profile: Profile, site: str) -> Rsvp:
    """Take a person's answer back; their seat goes to whoever waited longest.

    Raises `NotFound` when there is nothing to give up, `EventTakesNobody` once it has begun.
    """
    async with deciding(store, event_id) as held:
        event, mine = await held.get(Event, event_id), await of(held, event_id, profile.id)
        if event is None or mine is None or mine.status is RsvpStatus.canceled:
            raise NotFound("You have no seat at this event, and wait for none.")
        if event.starts_at <= now():
            raise EventTakesNobody("The event has begun; nothing can be given up any more.")
        paid_back = mine.payment_intent is not None and event.starts_at - now() > REFUND_UNTIL
        if paid_back:
            await do_later(held, RefundTicket.of_rsvp(mine), key=f"refund:{mine.payment_intent}")
        await do_later(held, mails.given_up(profile, event, site, paid_back=paid_back))
        return await release(held, event, mine, site)


async def release(held: Store, event: Event, rsvp: Rsvp, site: str) -> Rsvp:
    """Cancel an answer inside a deciding block, and pass its seat on."""
    given_up = await held.update(
        rsvp.changed(status=RsvpStatus.canceled, held_until=None, checkout_url=None)
    )
    if rsvp.has_seat():
        event = await held.update(event.changed(seats_taken=event.seats_taken - 1))
        await promote(held, event, site)
    return given_up


async def promote(held: Store, event: Event, site: str) -> Event:
    """Give the seats that are free to those who wait, the one who waited longest first."""
    while event.has_seat() and event.starts_at > now():
        waiting = {"event_id": event.id, "status": RsvpStatus.waitlist.value}
        page = await held.find(Rsvp, waiting, order="created_at", limit=1)
        if not page.items:
            break
        rsvp = page.items[0]
        profile = await held.get(Profile, rsvp.profile_id)
        if profile is None:
            await held.update(rsvp.changed(status=RsvpStatus.canceled))
            continue
        _, event = await _give(held, event, rsvp, profile, site, pay_within=PAY_WITHIN_PROMOTED)
    return event


async def of(store: Store, event_id: str, profile_id: str) -> Rsvp | None:
    """A person's answer to an event, whichever it was."""
    return await store.first(Rsvp, {"event_id": event_id, "profile_id": profile_id})


async def _give(
    held: Store, event: Event, rsvp: Rsvp, profile: Profile, site: str, *, pay_within: timedelta
) -> tuple[Rsvp, Event]:
    """A seat for somebody who waits: theirs at once, or held until it is paid for."""
    event = await held.update(event.changed(seats_taken=event.seats_taken + 1))
    if not event.price_cents:
        rsvp = await held.update(rsvp.changed(status=RsvpStatus.confirmed))
        await do_later(held, mails.confirmed(profile, event, site))
        return rsvp, event
    until: datetime = min(now() + pay_within, event.starts_at)
    rsvp = await held.update(rsvp.changed(status=RsvpStatus.held, held_until=until))
    await do_later(held, LetGo(event_id=event.id, rsvp_id=rsvp.id), due_at=until)
    if pay_within is PAY_WITHIN_PROMOTED:
        await do_later(held, mails.seat_is_free(profile, event, site, until))
    return rsvp, event


def _require_open(event: Event) -> None:
    if event.status is EventStatus.canceled:
        raise EventTakesNobody("The event was called off.")
    if event.starts_at <= now():
        raise EventTakesNobody("The event has begun already.")


class LetGo(Task):
    """Give a seat that was not paid for in time to whoever waits."""

    event_id: str
    rsvp_id: str

    async def run(self, work: Work) -> None:
        """Release it, unless it was paid for or given up meanwhile."""
        site = work.parts.settings.core.frontend_url
        async with deciding(work.parts.store, self.event_id) as held:
            event, rsvp = await held.get(Event, self.event_id), await held.get(Rsvp, self.rsvp_id)
            if event is None or rsvp is None or rsvp.held_until is None:
                return
            if rsvp.status is RsvpStatus.held and rsvp.held_until <= now():
                await release(held, event, rsvp, site)
