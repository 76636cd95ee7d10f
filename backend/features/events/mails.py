"""The mails about an event: each says what it is about, when and where, and what to do."""

from datetime import datetime
from zoneinfo import ZoneInfo

from backend.jobs.mail import SendMail, letter
from backend.schema.events import Event
from backend.schema.profiles import Profile


def when(event: Event, moment: datetime | None = None) -> str:
    """A moment of the event, by default its start, on the clocks of its place."""
    local = (moment or event.starts_at).astimezone(ZoneInfo(event.timezone))
    return f"{local:%A, %d %B %Y, %H:%M} ({event.timezone})"


def confirmed(profile: Profile, event: Event, site: str) -> SendMail:
    """The seat is theirs."""
    said = (
        f"you have a seat at {event.title}: {when(event)}, {event.location}.",
        "Your ticket is behind the link below. Show it at the door, on your phone or on paper.",
        "If you can not come, give your seat back there, so that somebody else may have it.",
    )
    return _mail(
        profile, event, site, said, subject=f"Your seat: {event.title}", tag="rsvp-confirmed"
    )


def waiting(profile: Profile, event: Event, site: str) -> SendMail:
    """They are on the waitlist."""
    said = (
        f"all seats at {event.title} ({when(event)}) are taken. You are on the waitlist.",
        "When a seat becomes free, it goes to whoever waited longest, and we write to you.",
    )
    return _mail(
        profile, event, site, said, subject=f"On the waitlist: {event.title}", tag="rsvp-waitlist"
    )


def seat_is_free(profile: Profile, event: Event, site: str, until: datetime) -> SendMail:
    """A seat that costs money became free, and is held for them."""
    said = (
        f"a seat at {event.title} ({when(event)}) has become free, and we hold it for you.",
        f"Pay for it before {when(event, until)}; after that it goes to the next who waits.",
    )
    return _mail(
        profile, event, site, said, subject=f"A seat is free: {event.title}", tag="rsvp-seat-free"
    )


def given_up(profile: Profile, event: Event, site: str, *, paid_back: bool) -> SendMail:
    """They gave their seat, or their place on the waitlist, back."""
    money = "What you paid will be paid back to your card within a few days." if paid_back else ""
    said = (
        f"you will not be at {event.title} ({when(event)}), as you told us.",
        *((money,) if money else ()),
        "If you change your mind, ask for a seat again behind the link below.",
    )
    return _mail(
        profile, event, site, said, subject=f"Given back: {event.title}", tag="rsvp-canceled"
    )


def called_off(profile: Profile, event: Event, site: str) -> SendMail:
    """The event does not take place."""
    because = (event.canceled_because,) if event.canceled_because else ()
    said = (
        f"{event.title} ({when(event)}, {event.location}) does not take place.",
        *because,
        "If you paid for a ticket, what you paid will be paid back to your card.",
    )
    return _mail(
        profile, event, site, said, subject=f"Called off: {event.title}", tag="event-canceled"
    )


def soon(profile: Profile, event: Event, site: str) -> SendMail:
    """The event is near."""
    said = (
        f"{event.title} is near: {when(event)}, {event.location}.",
        "Your ticket is behind the link below. If you can not come, please give your seat back.",
    )
    return _mail(profile, event, site, said, subject=f"Soon: {event.title}", tag="event-reminder")


def _mail(
    profile: Profile, event: Event, site: str, said: tuple[str, ...], *, subject: str, tag: str
) -> SendMail:
    paragraphs = (f"Hello {profile.full_name},", *said)
    return letter(profile.email, subject, tag, paragraphs, f"{site}/events/{event.id}")
