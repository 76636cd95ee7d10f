"""Live training through the front door: its schedule, its rooms, and who is there."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from backend.clock import now
from backend.features.training.ending import EndOverdue
from backend.features.training.rooms import OpenRooms
from backend.features.training.telling import RemindOfSessions
from backend.jobs import do_later
from backend.jobs.running import work_off
from backend.parts import Parts
from backend.schema.document import AccessType
from backend.schema.profiles import Role
from backend.schema.session_attendance import SessionAttendance, Visit
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from backend.worker.tasks import TASKS
from tests.backend.conftest import People
from tests.backend.inbox import Inbox
from tests.backend.people import Person
from tests.backend.training import SESSIONS, at, backend, scheduled, somebody, teacher

__all__ = ["backend", "teacher"]


def new(**fields: object) -> dict[str, object]:
    starts_at = (now() + timedelta(days=2)).isoformat()
    return {"title": "Kata", "discipline": "Karate", "starts_at": starts_at, **fields}


async def change(person: Person, path: str, **fields: object) -> httpx2.Response:
    return await person.door.patch(path, json=fields, headers=person.headers)


async def kept(parts: Parts, session: TrainingSession) -> TrainingSession:
    found = await parts.store.get(TrainingSession, session.id)
    assert found is not None
    return found


async def test_a_session_is_scheduled_changed_and_called_off(teacher: Person) -> None:
    made = await teacher.post(SESSIONS, new())
    assert (made.status_code, made.json()["capacity"]) == (201, 50)
    path = f"{SESSIONS}/{made.json()['id']}"
    assert (await change(teacher, path, title="Kata, slowly")).json()["title"] == "Kata, slowly"
    assert [each["id"] for each in (await teacher.get(f"{SESSIONS}/taught")).json()] == [
        made.json()["id"]
    ]
    off = await teacher.post(f"{path}/cancel", {"because": "Snow."})
    assert (off.json()["status"], off.json()["canceled_because"]) == ("canceled", "Snow.")
    assert (await change(teacher, path, title="Again")).status_code == 409
    assert (await teacher.post(f"{path}/join")).status_code == 409


@pytest.mark.parametrize(
    "fields",
    [
        {"starts_at": "2020-01-01T00:00:00Z"},
        {"duration_minutes": 0},
        {"duration_minutes": 481},
        {"capacity": 0},
        {"instructor_id": "me"},
    ],
)
async def test_a_session_that_can_not_be_is_refused(
    teacher: Person, fields: dict[str, Any]
) -> None:
    answer = await teacher.post(SESSIONS, new(**fields))
    assert (answer.status_code, next(iter(fields)) in answer.text) == (422, True)


async def test_people_see_the_sessions_that_their_membership_opens(
    teacher: Person, people: People, parts: Parts, visitor: httpx2.AsyncClient
) -> None:
    made = [await scheduled(parts, teacher, access_type=access) for access in AccessType]
    member = await somebody(people)
    for headers, opened in (({}, 1), (member.headers, 2), (teacher.headers, 3)):
        asked = {"instructor_id": teacher.profile.id}
        listed = await visitor.get(SESSIONS, params=asked, headers=headers)
        assert len(listed.json()["items"]) == opened
        shown = [(await visitor.get(at(each), headers=headers)).status_code for each in made]
        assert shown == [200] * opened + [404] * (3 - opened)
    secret = at(made[2], "/join")
    assert (await member.post(secret)).status_code == 404


async def test_a_session_is_changed_by_its_instructor_and_the_board_and_begun_by_the_first_alone(
    teacher: Person, people: People, parts: Parts
) -> None:
    session = await scheduled(parts, teacher)
    verdicts = {}
    for role in Role:
        person = await somebody(people, role)
        changed = await change(person, at(session), tags=[])
        begun = await person.post(at(session, "/start"))
        verdicts[role] = (changed.status_code, begun.status_code)
    assert verdicts == dict.fromkeys(Role, (403, 403)) | {
        Role.board_member: (200, 403),
        Role.admin: (200, 403),
    }


@pytest.mark.parametrize(
    ("minutes", "status", "expected"),
    [
        (11, "scheduled", 409),
        (9, "scheduled", 200),
        (-59, "scheduled", 200),
        (-61, "scheduled", 409),
        (-61, "live", 200),
        (5000, "live", 200),
        (5, "ended", 409),
        (5, "canceled", 409),
    ],
)
async def test_one_may_join_from_ten_minutes_before_and_live_always(
    teacher: Person, people: People, parts: Parts, minutes: int, status: str, expected: int
) -> None:
    session = await scheduled(parts, teacher, minutes, status=status)
    member = await somebody(people)
    access = (await member.get(at(session, "/access"))).json()
    assert access["may_join"] == (expected == 200)
    assert bool(access["why"]) == (expected == 409)
    assert (await member.post(at(session, "/join"))).status_code == expected


async def test_a_room_never_holds_more_than_its_capacity(
    teacher: Person, people: People, parts: Parts
) -> None:
    session = await scheduled(parts, teacher, capacity=3)
    crowd = [await somebody(people) for _ in range(8)]
    answers = await asyncio.gather(*(each.post(at(session, "/join")) for each in crowd))
    inside = [who for who, it in zip(crowd, answers, strict=True) if it.status_code == 200]
    outside = [who for who in crowd if who not in inside]
    assert (len(inside), len(outside)) == (3, 5)
    assert (await teacher.post(at(session, "/join"))).json()["attendance"] is None
    # Joining again keeps a place, and takes none.
    assert (await inside[0].post(at(session, "/join"))).status_code == 200
    assert (await outside[0].get(at(session, "/access"))).json()["places_left"] == 0
    left = await inside[0].post(at(session, "/leave"))
    assert left.json()["left_at"] is not None
    assert (await outside[0].post(at(session, "/join"))).status_code == 200
    assert (await inside[0].post(at(session, "/join"))).status_code == 409
    assert await parts.store.count(SessionAttendance, {"session_id": session.id}) == 4


async def test_who_is_not_heard_of_any_more_holds_no_place(
    teacher: Person, people: People, parts: Parts
) -> None:
    session = await scheduled(parts, teacher, capacity=1, status="live")
    silent, waiting = await somebody(people), await somebody(people)
    began, seen = now() - timedelta(minutes=20), now() - timedelta(minutes=6)
    gone = SessionAttendance(
        session_id=session.id,
        profile_id=silent.profile.id,
        joined_at=began,
        seen_at=seen,
        visits=[Visit(began_at=began, seen_at=seen)],
    )
    await parts.store.insert(gone)
    assert (await waiting.post(at(session, "/join"))).status_code == 200
    assert (await silent.post(at(session, "/join"))).status_code == 409
    await teacher.post(at(session, "/end"))
    told = (await silent.get(at(session, "/attendance"))).json()
    # The time in which nobody heard of them counts for nothing.
    assert told["watched_seconds"] == 14 * 60
    assert told["left_at"][:19] == seen.isoformat()[:19]


async def test_rooms_are_made_an_hour_before_and_seen_by_signed_links(
    teacher: Person, people: People, parts: Parts, sandboxes: httpx2.AsyncClient
) -> None:
    near = await scheduled(parts, teacher, 9)
    far = await scheduled(parts, teacher, 90)
    for _ in range(2):
        await do_later(parts.store, OpenRooms())
        await work_off(parts, TASKS)
    room = (await kept(parts, near)).cloudflare_room_id
    assert room is not None
    assert (await kept(parts, far)).cloudflare_room_id is None
    member = await somebody(people)
    url = (await member.post(at(near, "/join"))).json()["watch_url"]
    begun = (await teacher.post(at(near, "/start"))).json()
    assert begun["session"]["status"] == "live"
    assert (await teacher.post(at(near, "/start"))).json()["rtmps_key"] == begun["rtmps_key"]
    await sandboxes.post(f"/_sandbox/cloudflare/live_inputs/{room}/start")
    assert (await sandboxes.get(url)).text.startswith("#EXTM3U")
    unsigned = url.replace(url.split("/")[-3], room)
    assert (await sandboxes.get(unsigned)).status_code == 401
    for secret in (begun["rtmps_key"], room):
        assert secret not in (await member.get(at(near))).text


async def test_a_room_that_is_missing_is_made_when_the_session_begins(
    teacher: Person, people: People, parts: Parts
) -> None:
    early = await scheduled(parts, teacher, 11)
    assert (await teacher.post(at(early, "/start"))).status_code == 409
    session = await scheduled(parts, teacher, 9)
    both = await asyncio.gather(*(teacher.post(at(session, "/start")) for _ in range(2)))
    assert [answer.status_code for answer in both] == [200, 200]
    assert both[0].json()["rtmps_key"] == both[1].json()["rtmps_key"]
    name = f"training {session.id}"
    assert await parts.providers.cloudflare.find_live_input(name) is not None
    member = await somebody(people)
    await member.post(at(session, "/join"))
    assert (await teacher.post(at(session, "/end"))).json()["status"] == "ended"
    assert (await member.get(at(session, "/attendance"))).json()["left_at"] is not None
    assert (await teacher.post(at(session, "/start"))).status_code == 409


async def test_those_who_registered_are_reminded_twice_and_told_when_it_is_off(
    teacher: Person, people: People, parts: Parts, sandboxes: httpx2.AsyncClient
) -> None:
    session = await scheduled(parts, teacher, 23 * 60)
    member, withdrawn = await somebody(people), await somebody(people)
    for person in (member, member, withdrawn):
        answer = await person.post(at(session, "/registration"))
        assert (answer.status_code, answer.json()["joined_at"]) == (200, None)
    path = at(session, "/registration")
    for status in (200, 404):
        again = await withdrawn.door.delete(path, headers=withdrawn.headers)
        assert again.status_code == status
    inbox = Inbox(parts, sandboxes)

    async def subjects() -> list[str]:
        for _ in range(2):
            await do_later(parts.store, RemindOfSessions())
            mails = await inbox.mails(member.profile.email)
        return [mail["subject"] for mail in mails]

    assert await subjects() == ["Soon: Kata, slowly"]
    soon = (now() + timedelta(minutes=50)).isoformat()
    await change(teacher, at(session), starts_at=soon)
    assert await subjects() == ["Soon: Kata, slowly"] * 2
    for _ in range(2):
        await teacher.post(at(session, "/cancel"), {"because": "Snow."})
    assert (await subjects())[0] == "Called off: Kata, slowly"
    assert len(await subjects()) == 3
    assert await inbox.mails(withdrawn.profile.email) == []


async def test_a_session_that_nobody_ended_ends_half_an_hour_after_its_time(
    teacher: Person, parts: Parts
) -> None:
    late = [await scheduled(parts, teacher, -91, status=it) for it in ("live", "scheduled")]
    not_yet = await scheduled(parts, teacher, -89, status="live")
    await do_later(parts.store, EndOverdue())
    await work_off(parts, TASKS)
    for session in late:
        ended = await kept(parts, session)
        assert ended.status is TrainingStatus.ended
        assert ended.ended_at is not None
    assert (await kept(parts, not_yet)).status is TrainingStatus.live
