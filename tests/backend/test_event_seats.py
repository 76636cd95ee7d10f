"""Seats at events, through the front door: none is given to two people, none stays empty."""

from datetime import timedelta

import httpx2
import pytest

from backend.clock import now
from backend.errors import NotFound
from backend.features.events import seats
from backend.parts import Parts
from backend.schema.document import AccessType
from backend.schema.events import Event, EventStatus
from backend.schema.profiles import Profile, Role
from backend.schema.rsvps import Rsvp
from backend.store import Store
from tests.backend.conftest import People, event
from tests.backend.inbox import Inbox
from tests.backend.people import Person

SITE = "http://localhost:3000"


@pytest.fixture
def inbox(parts: Parts, sandboxes: httpx2.AsyncClient) -> Inbox:
    return Inbox(parts, sandboxes)


async def somebody(people: People, role: Role = Role.member) -> Person:
    person = await people.new(role)
    await person.log_in()
    return person


async def ask(person: Person, kept: Event) -> httpx2.Response:
    return await person.post(f"/api/events/{kept.id}/rsvp")


async def subjects(inbox: Inbox, person: Person) -> list[str]:
    return [mail["subject"] for mail in await inbox.mails(person.profile.email)]


async def test_a_member_takes_a_seat_and_finds_it_again(
    people: People, parts: Parts, inbox: Inbox
) -> None:
    kept = event(capacity=2)
    await parts.store.insert(kept)
    member = await somebody(people)
    seat = (await ask(member, kept)).json()
    assert seat["status"] == "confirmed"
    assert (await ask(member, kept)).json() == seat
    mine = (await member.get("/api/events/mine")).json()["items"]
    assert [(each["event"]["id"], each["seat"]) for each in mine] == [(kept.id, seat)]
    shown = (await member.get(f"/api/events/{kept.id}")).json()
    assert shown["seats_left"] == 1
    assert await subjects(inbox, member) == [f"Your seat: {kept.title}"]


async def test_a_seat_that_is_given_back_goes_to_whoever_waited_longest(
    people: People, parts: Parts, inbox: Inbox
) -> None:
    kept = event(capacity=1)
    await parts.store.insert(kept)
    first, second, third = [await somebody(people) for _ in range(3)]
    answers = [(await ask(each, kept)).json()["status"] for each in (first, second, third)]
    assert answers == ["confirmed", "waitlist", "waitlist"]
    given = await first.delete(f"/api/events/{kept.id}/rsvp")
    assert given.json()["status"] == "canceled"
    stands = [
        (await each.get(f"/api/events/{kept.id}/rsvp")).json()["status"]
        for each in (first, second, third)
    ]
    assert stands == ["canceled", "confirmed", "waitlist"]
    assert await subjects(inbox, second) == [
        f"Your seat: {kept.title}",
        f"On the waitlist: {kept.title}",
    ]
    # Who comes back comes last.
    assert (await ask(first, kept)).json()["status"] == "waitlist"
    await second.delete(f"/api/events/{kept.id}/rsvp")
    stand = (await third.get(f"/api/events/{kept.id}/rsvp")).json()
    assert stand["status"] == "confirmed"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": EventStatus.draft}, 404),
        ({"access_type": AccessType.premium_only}, 404),
        ({"status": EventStatus.canceled}, 409),
        ({"starts_at": now() - timedelta(minutes=1)}, 409),
        ({"capacity": 1, "seats_taken": 1, "has_waitlist": False}, 409),
    ],
    ids=["a draft", "not theirs to see", "called off", "begun", "full"],
)
async def test_an_event_that_takes_nobody_says_why(
    people: People, parts: Parts, fields: dict[str, object], status: int
) -> None:
    kept = event(**fields)
    await parts.store.insert(kept)
    answer = await ask(await somebody(people), kept)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert await parts.store.count(Rsvp, {"event_id": kept.id}) == 0


async def test_nothing_is_given_back_twice_or_after_the_beginning(
    people: People, parts: Parts
) -> None:
    kept = event(capacity=1)
    await parts.store.insert(kept)
    member = await somebody(people)
    path = f"/api/events/{kept.id}/rsvp"
    assert (await member.delete(path)).status_code == 404
    await ask(member, kept)
    assert (await member.delete(path)).status_code == 200
    assert (await member.delete(path)).status_code == 404
    left = await parts.store.get(Event, kept.id)
    assert left is not None
    assert left.seats_taken == 0


async def test_a_seat_at_an_event_that_is_not_there_is_not_found(shared: Store) -> None:
    with pytest.raises(NotFound):
        await seats.take(shared, "nowhere", Profile(email="a@b.example", full_name="A"), SITE)
