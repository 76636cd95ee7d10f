"""The RSVPs: who comes to which event, who waits for a seat, and who called it off."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from backend.schema.events import Event
from backend.schema.profiles import ProfileStatus
from backend.schema.rsvps import Rsvp, RsvpStatus
from staging.seeds.edition import Edition
from staging.seeds.events import Gathering, gatherings
from staging.seeds.profiles import Cast, Person, people

OPEN = 30
"""RSVPs came in within so many days before the event, or before today if it is still to come."""
STRIDE = 7
"""How far the round of guests moves on from one event to the next."""


def make(edition: Edition, cast: Cast, events: tuple[Event, ...]) -> tuple[Rsvp, ...]:
    """The answers to the events of an edition, as many of each kind as `events.toml` says."""
    invitations = zip(gatherings(), events, strict=True)
    return tuple(
        rsvp
        for turn, (gathering, event) in enumerate(invitations)
        for rsvp in _answers(edition, cast, gathering, event, turn * STRIDE)
    )


def _answers(
    edition: Edition, cast: Cast, gathering: Gathering, event: Event, turn: int
) -> Iterator[Rsvp]:
    guests = _guests(cast, gathering, event, turn)
    called_off, coming = guests[: gathering.canceled], guests[gathering.canceled :]
    # Who was admitted first answers first; the last to answer find the event full.
    coming.sort(key=lambda guest: -guest.admitted_for(event.access_type))
    states = [RsvpStatus.canceled] * len(called_off) + [RsvpStatus.confirmed] * gathering.confirmed
    for place, guest in enumerate([*called_off, *coming]):
        status = states[place] if place < len(states) else RsvpStatus.waitlist
        booked = _booked(gathering, guest.admitted_for(event.access_type), place / len(guests))
        made = edition.ago(booked) + timedelta(minutes=place)
        yield Rsvp(
            **edition.marks(Rsvp, f"{gathering.key}/{guest.name}", made),
            event_id=event.id,
            profile_id=cast[guest.name].id,
            status=status,
            checked_in_at=_checked_in(gathering, event, status, place),
        )


def _guests(cast: Cast, gathering: Gathering, event: Event, turn: int) -> list[Person]:
    """As many people as the event needs, of those who may see it and could have answered."""
    since = OPEN - gathering.day if gathering.day < 0 else 1
    free = [
        person
        for person in people()
        if person.name != gathering.organizer
        and person.status == ProfileStatus.active
        and event.access_type in cast[person.name].opens()
        and person.admitted_for(event.access_type) > since
    ]
    needed = gathering.confirmed + gathering.waitlist + gathering.canceled
    if needed > len(free):
        raise ValueError(f"{gathering.key} needs {needed} guests, and {len(free)} are free")
    turn %= len(free)
    return (free[turn:] + free[:turn])[:needed]


def _booked(gathering: Gathering, admitted_for: int, share: float) -> float:
    """Days ago at which the guest answered, after this share of the others; newcomers later."""
    days = OPEN - (OPEN - 1) * share - min(gathering.day, 0)
    return min(days, admitted_for - 0.75)


def _checked_in(
    gathering: Gathering, event: Event, status: RsvpStatus, place: int
) -> datetime | None:
    """Those who came to past events arrived within the last half hour; every seventh did not."""
    came = gathering.day < 0 and status is RsvpStatus.confirmed and place % 7 != 6
    return event.starts_at - timedelta(minutes=place % 30) if came else None
