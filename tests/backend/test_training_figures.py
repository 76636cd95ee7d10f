"""What came of training sessions: figures that can be counted again by hand."""

import csv
import io
from datetime import timedelta

import pytest

from backend.clock import now
from backend.features.training.figures import most_at_once
from backend.parts import Parts
from backend.schema.profiles import Role
from backend.schema.session_attendance import SessionAttendance, Visit
from backend.schema.training_sessions import TrainingSession
from tests.backend.conftest import People
from tests.backend.people import Person
from tests.backend.training import at, scheduled, somebody, teacher

__all__ = ["teacher"]

START = now() - timedelta(hours=3)


def visits(*minutes: tuple[int, int]) -> list[Visit]:
    """Times in which somebody was there, in minutes after the beginning."""
    return [
        Visit(began_at=START + timedelta(minutes=came), seen_at=START + timedelta(minutes=went))
        for came, went in minutes
    ]


async def was_there(
    parts: Parts, session: TrainingSession, person: Person, *minutes: tuple[int, int]
) -> None:
    """Keep that somebody registered, and was there in these minutes."""
    there = visits(*minutes)
    await parts.store.insert(
        SessionAttendance(
            session_id=session.id,
            profile_id=person.profile.id,
            registered_at=START,
            joined_at=there[0].began_at if there else None,
            left_at=there[-1].seen_at if there else None,
            seen_at=there[-1].seen_at if there else None,
            visits=there,
        )
    )


@pytest.mark.parametrize(
    ("there", "most"),
    [
        ([], 0),
        ([visits((0, 10)), visits((10, 20))], 1),
        ([visits((0, 10), (15, 30)), visits((5, 20)), visits((16, 17))], 3),
    ],
)
def test_the_most_at_once_are_those_who_overlap(there: list[list[Visit]], most: int) -> None:
    records = [SessionAttendance(session_id="s", profile_id="p", visits=each) for each in there]
    assert most_at_once(records) == most


async def test_a_teacher_counts_who_came_and_who_came_again(
    teacher: Person, people: People, parts: Parts
) -> None:
    first, second = [await scheduled(parts, teacher, hours * -60) for hours in (30, 3)]
    again, once, never = [await somebody(people) for _ in range(3)]
    await was_there(parts, first, again, (0, 20), (25, 40))
    await was_there(parts, second, again, (0, 60))
    await was_there(parts, second, once, (30, 45))
    await was_there(parts, second, never)
    told = (await teacher.get("/api/training/figures")).json()
    assert (told["people"], told["returned"]) == (2, 1)
    assert [each["session_id"] for each in told["sessions"]] == [second.id, first.id]
    assert (
        (await teacher.get(at(second, "/figures"))).json()
        == told["sessions"][0]
        == {
            "session_id": second.id,
            "registered": 3,
            "came": 2,
            "came_of_registered": 2,
            "most_at_once": 2,
            "watched_minutes": 75,
        }
    )
    assert told["sessions"][1]["watched_minutes"] == 35


async def test_who_came_is_a_table_without_formulas(
    teacher: Person, people: People, parts: Parts
) -> None:
    session = await scheduled(parts, teacher, -180)
    person = await somebody(people, full_name="=HYPERLINK(1)")
    await was_there(parts, session, person, (0, 31))
    answer = await teacher.get(at(session, "/attendees.csv"))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    (line,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (line["name"], line["watched_minutes"]) == ("'=HYPERLINK(1)", "31")
    (listed,) = (await teacher.get(at(session, "/attendees"))).json()
    assert (listed["name"], listed["email"]) == ("=HYPERLINK(1)", person.profile.email)
    other = await somebody(people, Role.instructor)
    for what in ("/figures", "/attendees", "/attendees.csv"):
        assert (await other.get(at(session, what))).status_code == 403
