"""Organizers and their events, through the front door, and the calendars that follow from them."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from icalendar import Calendar

from backend.clock import CLOCK, now
from backend.features.events.organizing import RemindOfEvents
from backend.jobs import do_later
from backend.parts import Parts
from backend.schema.profiles import Role
from tests.backend.conftest import People, event
from tests.backend.inbox import Inbox
from tests.backend.people import Person

NEW = {
    "title": "Breakfalls for beginners",
    "event_type": "workshop",
    "starts_at": (now() + timedelta(days=3)).isoformat(),
    "ends_at": (now() + timedelta(days=3, hours=2)).isoformat(),
    "location": "Main dojo",
    "capacity": 1,
}


async def somebody(people: People, role: Role = Role.member) -> Person:
    person = await people.new(role)
    await person.log_in()
    return person


@pytest.fixture
async def teacher(people: People) -> Person:
    return await somebody(people, Role.instructor)


async def created(teacher: Person, **fields: object) -> dict[str, Any]:
    answer = await teacher.post("/api/events", {**NEW, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def published(teacher: Person, **fields: object) -> dict[str, Any]:
    made = await created(teacher, **fields)
    answer = await teacher.post(f"/api/events/{made['id']}/publish")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def organized(person: Person, *ids: str) -> list[str]:
    """Those of these events that somebody finds among those to organize, and can open."""
    found = [
        each["id"] for each in (await person.get("/api/events/organized?limit=100")).json()["items"]
    ]
    opened = [
        it for it in ids if (await person.get(f"/api/events/organized/{it}")).status_code == 200
    ]
    assert opened == [it for it in ids if it in found]
    return opened


async def change(person: Person, id_: str, **fields: object) -> httpx2.Response:
    return await person.door.patch(f"/api/events/{id_}", json=fields, headers=person.headers)


async def test_an_event_is_made_published_changed_and_called_off(
    teacher: Person, visitor: httpx2.AsyncClient
) -> None:
    made = await created(teacher)
    assert (await visitor.get(f"/api/events/{made['id']}")).status_code == 404
    assert (await teacher.post(f"/api/events/{made['id']}/publish")).json()["status"] == "published"
    assert (await change(teacher, made["id"], location="Hall 2")).json()["location"] == "Hall 2"
    shown = (await visitor.get(f"/api/events/{made['id']}")).json()
    assert (shown["title"], shown["location"]) == (NEW["title"], "Hall 2")
    assert await organized(teacher, made["id"]) == [made["id"]]
    called = await teacher.post(f"/api/events/{made['id']}/cancel", {"because": "Snow."})
    assert called.json()["canceled_because"] == "Snow."
    assert (await change(teacher, made["id"], location="Hall 3")).status_code == 409
    assert (await teacher.post(f"/api/events/{made['id']}/publish")).status_code == 409


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ends_at": NEW["starts_at"]}, "ends after it starts"),
        ({"timezone": "Mars/Olympus"}, "no such time zone"),
        ({"capacity": 0}, "greater than or equal to 1"),
        ({"organizer_id": "me"}, "Extra inputs"),
        ({"title": ""}, "at least 1 character"),
        ({"price_cents": 49}, "50 cents at least"),
        ({"starts_at": "0318-12-10T22:07:59Z"}, "between the years 1900 and 3000"),
        ({"ends_at": "9999-12-31T23:59:59-12:00"}, "between the years 1900 and 3000"),
    ],
)
async def test_an_event_that_can_not_be_is_refused_in_words(
    teacher: Person, fields: dict[str, object], said: str
) -> None:
    answer = await teacher.post("/api/events", {**NEW, **fields})
    assert (answer.status_code, said in answer.text) == (422, True), answer.text


async def test_events_belong_to_their_organizer_and_to_the_board(
    teacher: Person, people: People, visitor: httpx2.AsyncClient
) -> None:
    made = await created(teacher)
    verdicts = {}
    for role in Role:
        person = await somebody(people, role)
        mine = await person.post("/api/events", NEW)
        verdicts[role] = (mine.status_code, (await change(person, made["id"], tags=[])).status_code)
        if role.at_least(Role.instructor):
            sees_others = role.at_least(Role.board_member)
            own = mine.json()["id"]
            wanted = [made["id"], own] if sees_others else [own]
            assert await organized(person, made["id"], own) == wanted
    nobody = await visitor.patch(f"/api/events/{made['id']}", json={"tags": []})
    assert nobody.status_code == 401
    assert verdicts == {
        Role.visitor: (403, 403),
        Role.member: (403, 403),
        Role.instructor: (201, 403),
        Role.board_member: (201, 200),
        Role.admin: (201, 200),
    }


async def test_more_seats_go_to_those_who_wait_and_fewer_than_taken_are_refused(
    teacher: Person, people: People
) -> None:
    made = await published(teacher)
    first, second = await somebody(people), await somebody(people)
    path = f"/api/events/{made['id']}/rsvp"
    for person in (first, second):
        await person.post(path)
    grown = await change(teacher, made["id"], capacity=2)
    assert grown.json()["seats_left"] == 0
    assert (await second.get(path)).json()["status"] == "confirmed"
    shrunk = await change(teacher, made["id"], capacity=1)
    assert (shrunk.status_code, "no more people" in shrunk.json()["detail"]) == (422, True)
    dearer = await change(teacher, made["id"], price_cents=100)
    assert dearer.status_code == 409


async def test_everybody_who_would_have_come_hears_that_an_event_is_called_off(
    teacher: Person, people: People, parts: Parts, sandboxes: httpx2.AsyncClient
) -> None:
    made = await published(teacher)
    coming, waiting = await somebody(people), await somebody(people)
    for person in (coming, waiting):
        await person.post(f"/api/events/{made['id']}/rsvp")
    for _ in range(2):
        await teacher.post(f"/api/events/{made['id']}/cancel", {"because": "The hall burnt down."})
    inbox = Inbox(parts, sandboxes)
    for person in (coming, waiting):
        newest, *older = await inbox.mails(person.profile.email)
        assert newest["subject"] == f"Called off: {made['title']}"
        assert len(older) == 1


async def test_an_event_is_repeated_some_weeks_later_with_nobody_in_it(
    teacher: Person, people: People
) -> None:
    made = await published(teacher)
    await (await somebody(people)).post(f"/api/events/{made['id']}/rsvp")
    answer = await teacher.post(f"/api/events/{made['id']}/duplicate", {"weeks": 2})
    again = answer.json()
    assert (answer.status_code, again["status"], again["seats_left"]) == (201, "draft", 1)
    assert again["id"] != made["id"]
    assert again["starts_at"] > made["starts_at"]


async def test_the_list_of_who_comes_is_for_organizers_and_no_spreadsheet_runs_it(
    teacher: Person, people: People
) -> None:
    made = await published(teacher, capacity=5)
    member = await people.new(Role.member, full_name="=cmd|' /C calc'!A0")
    await member.log_in()
    await member.post(f"/api/events/{made['id']}/rsvp")
    listed = (await teacher.get(f"/api/events/{made['id']}/attendees")).json()
    assert (listed["confirmed"], listed["waiting"], listed["checked_in"]) == (1, 0, 0)
    assert listed["people"][0]["email"] == member.profile.email
    table = await teacher.get(f"/api/events/{made['id']}/attendees.csv")
    assert table.content.startswith(b"\xef\xbb\xbfname,email,status")
    assert "\"'=cmd" in table.text or "\n'=cmd" in table.text
    for path in ("attendees", "attendees.csv"):
        assert (await member.get(f"/api/events/{made['id']}/{path}")).status_code == 403


async def test_those_who_come_are_reminded_a_day_before_once(
    teacher: Person, people: People, parts: Parts, sandboxes: httpx2.AsyncClient
) -> None:
    made = await published(teacher)
    member = await somebody(people)
    await member.post(f"/api/events/{made['id']}/rsvp")
    inbox = Inbox(parts, sandboxes)

    async def reminded() -> int:
        await do_later(parts.store, RemindOfEvents())
        mails = await inbox.mails(member.profile.email)
        return sum(mail["subject"].startswith("Soon:") for mail in mails)

    assert await reminded() == 0
    CLOCK.offset = timedelta(days=2, hours=12)
    try:
        assert [await reminded(), await reminded()] == [1, 1]
    finally:
        CLOCK.offset = timedelta()


async def test_a_calendar_follows_its_events_and_strikes_out_what_was_called_off(
    teacher: Person, people: People, visitor: httpx2.AsyncClient
) -> None:
    made = await published(teacher, title="Kata; slow, and slower")
    member = await somebody(people)
    await member.post(f"/api/events/{made['id']}/rsvp")
    url = (await member.get("/api/calendars/mine")).json()["url"]

    async def entry(address: str) -> Any:
        answer = await visitor.get(address)
        assert answer.headers["content-type"].startswith("text/calendar")
        entries = Calendar.from_ical(answer.content).walk("VEVENT")
        return next(each for each in entries if str(each["uid"]).startswith(made["id"]))

    before = await entry(url)
    assert (before["summary"], before["status"]) == (made["title"], "CONFIRMED")
    assert before["dtstart"].dt.isoformat()[:16] == made["starts_at"][:16]
    CLOCK.offset = timedelta(seconds=5)
    try:
        await teacher.post(f"/api/events/{made['id']}/cancel", {"because": "Snow."})
    finally:
        CLOCK.offset = timedelta()
    for address in (url, "/api/calendars/public.ics"):
        after = await entry(address)
        assert after["status"] == "CANCELLED"
        assert after["sequence"] > before["sequence"]
    assert (await visitor.get(url.replace(".ics", "x.ics"))).status_code == 404


async def test_a_member_sees_no_calendar_of_somebody_else(
    people: People, visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    member, other = await somebody(people), await somebody(people)
    kept = event()
    await parts.store.insert(kept)
    await member.post(f"/api/events/{kept.id}/rsvp")
    url = (await other.get("/api/calendars/mine")).json()["url"]
    assert kept.id not in (await visitor.get(url)).text
