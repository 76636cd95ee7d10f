"""How events are attended, in figures; the text beside a figure is its definition."""

from collections import Counter
from collections.abc import Iterable

from pydantic import AwareDatetime, BaseModel, ConfigDict

from backend.clock import now
from backend.features.administration.figures import Figures, MonthFigures
from backend.features.administration.months import Month, latest
from backend.schema.events import Event, EventStatus, EventType
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.store import AnyOf, Range, Store

AT_ONCE = 100
"""Of how many events the answers are asked for at a time."""


AHEAD = 6
"""How many months to come are told too, whose seats are being taken now."""


class Seats(BaseModel):
    """What became of the seats of an event, or of several."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    confirmed: int
    """RSVPs that have a seat for good."""
    held: int
    """RSVPs that hold a seat while it is being paid for."""
    waiting: int
    """RSVPs on the waitlist."""
    given_back: int
    """RSVPs that were canceled."""
    checked_in: int
    """Confirmed RSVPs whose ticket was shown at the door."""


class EventFigures(Seats):
    """One event."""

    id: str
    title: str
    event_type: EventType
    status: EventStatus
    starts_at: AwareDatetime
    capacity: int | None
    """Null where everybody may come."""


class EventsInMonth(Seats, MonthFigures):
    """The events that begin in a month; the seats are those of the published ones."""

    published: int
    canceled: int
    capacity: int
    """The seats of published events that have a limit."""
    confirmed_of_capacity: float | None
    """The share of these seats that are confirmed; null where there are none."""
    checked_in_of_confirmed: float | None
    """The share of the checked in among the confirmed, at published events that are over."""


class Events(Figures):
    """The events by the moment at which they begin, drafts left out; six months to come too."""

    months: list[EventsInMonth]
    events: list[EventFigures]
    """Those of all these months, by when they begin."""


class _Attended(BaseModel):
    event: Event
    answers: list[Rsvp]

    def seats(self) -> Counter[str]:
        """What there is to count, by the names of `Seats`."""
        stand = Counter(each.status for each in self.answers)
        confirmed = [it for it in self.answers if it.status is RsvpStatus.confirmed]
        return Counter(
            confirmed=stand[RsvpStatus.confirmed],
            held=stand[RsvpStatus.held],
            waiting=stand[RsvpStatus.waitlist],
            given_back=stand[RsvpStatus.canceled],
            checked_in=sum(each.checked_in_at is not None for each in confirmed),
        )


async def events(store: Store, months: int) -> Events:
    """The figures of the events of these months."""
    asked = latest(months, now(), AHEAD)
    held = await _attended(store, Range(asked[0].start, asked[-1].end))
    by_month = [(month, [it for it in held if it.event.starts_at in month]) for month in asked]
    return Events(
        months=[_events_in(*each) for each in by_month],
        events=[_event(each) for each in held],
    )


async def _attended(store: Store, times: Range) -> list[_Attended]:
    found = [each async for each in store.every(Event, {"starts_at": times})]
    shown = {each.id: each for each in found if each.status is not EventStatus.draft}
    answers: dict[str, list[Rsvp]] = {id_: [] for id_ in shown}
    ids = list(shown)
    for start in range(0, len(ids), AT_ONCE):
        of_these = {"event_id": AnyOf(tuple(ids[start : start + AT_ONCE]))}
        async for each in store.every(Rsvp, of_these):
            answers[each.event_id].append(each)
    held = [_Attended(event=shown[id_], answers=answers[id_]) for id_ in ids]
    return sorted(held, key=lambda each: (each.event.starts_at, each.event.id))


def _event(attended: _Attended) -> EventFigures:
    told = attended.event.model_dump(include=set(EventFigures.model_fields))
    return EventFigures(**told, **attended.seats())


def _events_in(month: Month, held: list[_Attended]) -> EventsInMonth:
    shown = [each for each in held if each.event.status is EventStatus.published]
    over = _sum(each for each in shown if each.event.ends_at <= now())
    limited = [each for each in shown if each.event.capacity is not None]
    capacity = sum(each.event.capacity or 0 for each in limited)
    return EventsInMonth(
        month=month.name,
        published=len(shown),
        canceled=len(held) - len(shown),
        capacity=capacity,
        confirmed_of_capacity=_share(_sum(limited)["confirmed"], capacity),
        checked_in_of_confirmed=_share(over["checked_in"], over["confirmed"]),
        **{name: _sum(shown)[name] for name in Seats.model_fields},
    )


def _sum(held: Iterable[_Attended]) -> Counter[str]:
    return sum((each.seats() for each in held), Counter())


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
