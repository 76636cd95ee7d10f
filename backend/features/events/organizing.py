"""What organizers do with an event: they make it, change it, publish it, repeat it, call it off."""

from datetime import timedelta
from typing import Any, Final

from pydantic import ValidationError

from backend.clock import now
from backend.dependencies import Caller
from backend.errors import EventIsSettled, NotAllowed, NotFound, RequestIsInvalid
from backend.features.events import mails
from backend.features.events.refunds import RefundTicket
from backend.features.events.seats import deciding, promote
from backend.jobs import Task, Work, do_later
from backend.parts import Parts
from backend.schema.document import Document
from backend.schema.events import Event, EventStatus
from backend.schema.profiles import Profile, Role
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.store import Range, Store, Where

REMIND_BEFORE: Final = timedelta(hours=24)
NOT_COPIED: Final = {*Document.model_fields, "status", "seats_taken", "canceled_because"}


async def organized_by(store: Store, event_id: str, caller: Caller) -> Event:
    """An event that this caller may organize: their own, or any for board and admins.

    Raises `NotFound`, `NotAllowed`.
    """
    event = await store.get(Event, event_id)
    if event is None:
        raise NotFound("There is no such event.")
    profile = caller.profile
    if event.organizer_id != profile.id and not profile.role.at_least(Role.board_member):
        raise NotAllowed("Only its organizer, board members and admins may do this.")
    return event


def event_of(**fields: Any) -> Event:
    """The event with these fields. Raises `RequestIsInvalid` with what does not fit together."""
    try:
        return Event.model_validate(fields)
    except ValidationError as error:
        said = "; ".join(each["msg"].removeprefix("Value error, ") for each in error.errors())
        raise RequestIsInvalid(said) from error


async def change(parts: Parts, event_id: str, caller: Caller, fields: dict[str, Any]) -> Event:
    """Change what an event is; more seats go to those who wait. Raises `EventIsSettled`."""
    async with deciding(parts.store, event_id) as held:
        event = await organized_by(held, event_id, caller)
        if event.status is EventStatus.canceled:
            raise EventIsSettled("An event that was called off stays as it is; copy it instead.")
        if "price_cents" in fields and event.seats_taken:
            raise EventIsSettled("People have seats at this price already; it can not change now.")
        event = await held.update(event_of(**{**dict(event), **fields}))
        return await promote(held, event, parts.settings.core.frontend_url)


async def publish(parts: Parts, event_id: str, caller: Caller) -> Event:
    """Let people see an event. Raises `EventIsSettled` for one that was called off or began."""
    async with deciding(parts.store, event_id) as held:
        event = await organized_by(held, event_id, caller)
        if event.status is EventStatus.published:
            return event
        if event.status is EventStatus.canceled or event.starts_at <= now():
            raise EventIsSettled("Only a draft of an event that is still to come can be published.")
        return await held.update(event.changed(status=EventStatus.published))


async def duplicate(parts: Parts, event_id: str, caller: Caller, weeks: int) -> Event:
    """A draft that repeats an event some weeks later, with nobody in it yet."""
    event = await organized_by(parts.store, event_id, caller)
    later = timedelta(weeks=weeks)
    copied = {name: value for name, value in dict(event).items() if name not in NOT_COPIED}
    copied |= {"starts_at": event.starts_at + later, "ends_at": event.ends_at + later}
    copy = Event.model_validate(copied | {"organizer_id": caller.profile.id})
    await parts.store.insert(copy)
    return copy


async def call_off(parts: Parts, event_id: str, caller: Caller, because: str) -> Event:
    """Cancel an event; everybody who would have come is told, and paid back what they paid."""
    async with deciding(parts.store, event_id) as held:
        event = await organized_by(held, event_id, caller)
        if event.status is EventStatus.canceled:
            return event
        if event.ends_at <= now():
            raise EventIsSettled("The event is over; it can not be called off any more.")
        was_published = event.status is EventStatus.published
        event = await held.update(
            event.changed(status=EventStatus.canceled, canceled_because=because)
        )
        if was_published:
            await do_later(held, TellCalledOff(event_id=event_id), key=f"called-off:{event_id}")
        return event


class TellCalledOff(Task):
    """Tell everybody who would have come that an event does not take place, and pay them back."""

    event_id: str

    async def run(self, work: Work) -> None:
        """Write a mail and a refund for each; those that are written already stay."""
        event = await work.store.get(Event, self.event_id)
        if event is None:
            return
        site = work.parts.settings.core.frontend_url
        async for rsvp in work.store.every(Rsvp, {"event_id": self.event_id}):
            profile = await work.store.get(Profile, rsvp.profile_id)
            if rsvp.status is RsvpStatus.canceled or profile is None:
                continue
            key = f"called-off:{event.id}:{profile.id}"
            await do_later(work.store, mails.called_off(profile, event, site), key=key)
            if rsvp.payment_intent:
                refund = RefundTicket.of_rsvp(rsvp)
                await do_later(work.store, refund, key=f"refund:{rsvp.payment_intent}")


class RemindOfEvents(Task):
    """Remind those who come of an event that begins within a day, once."""

    async def run(self, work: Work) -> None:
        """Write a mail for each; those that are written already stay."""
        site = work.parts.settings.core.frontend_url
        soon: Where = {
            "status": EventStatus.published,
            "starts_at": Range(now(), now() + REMIND_BEFORE),
        }
        async for event in work.store.every(Event, soon):
            coming = {"event_id": event.id, "status": RsvpStatus.confirmed.value}
            async for rsvp in work.store.every(Rsvp, coming):
                profile = await work.store.get(Profile, rsvp.profile_id)
                if profile is not None:
                    key = f"reminder:{event.id}:{profile.id}"
                    await do_later(work.store, mails.soon(profile, event, site), key=key)
