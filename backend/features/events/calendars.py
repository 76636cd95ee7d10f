"""Events as calendars (RFC 5545): a person's own, which their calendar asks for again and again."""

from datetime import timedelta
from typing import Final

from icalendar import Calendar
from icalendar import Event as Entry

from backend.schema.events import Event, EventStatus

REFRESH: Final = timedelta(hours=1)
COUNTED_FROM: Final = 1_577_836_800
"""The year 2020: seconds from there on fit into a SEQUENCE, and only ever grow."""


def calendar_of(name: str, events: list[Event], site: str) -> bytes:
    """A calendar of these events. A later state of an event has a higher SEQUENCE.

    What was called off stays in it as CANCELLED, so that calendars which know it strike it out.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//World Wide Martial Arts Association//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(_entry(event, site))
    written: bytes = calendar.to_ical()
    return written


def _entry(event: Event, site: str) -> Entry:
    is_canceled = event.status is EventStatus.canceled
    entry = Entry()
    entry.add("uid", f"{event.id}@wwmaa.com")
    entry.add("sequence", int(event.updated_at.timestamp()) - COUNTED_FROM)
    entry.add("dtstamp", event.updated_at)
    entry.add("last-modified", event.updated_at)
    entry.add("created", event.created_at)
    entry.add("dtstart", event.starts_at)
    entry.add("dtend", event.ends_at)
    entry.add("summary", event.title)
    entry.add("description", event.canceled_because or event.description)
    entry.add("location", event.location)
    entry.add("url", f"{site}/events/{event.id}")
    entry.add("categories", [event.event_type.value])
    entry.add("status", "CANCELLED" if is_canceled else "CONFIRMED")
    return entry
