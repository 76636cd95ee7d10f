"""The rules of the chat: who comes in, what may be said and how often, and what a host may do."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend import cookies
from backend.app import Backend
from backend.clock import CLOCK
from backend.features.training.chat_words import LONGEST
from backend.parts import Parts
from backend.schema.audit_log import AuditEntry
from backend.schema.document import AccessType
from backend.schema.profiles import Role
from tests.backend.chats import Dojo, Trio, backend, dojo, environ, opened, trio
from tests.backend.conftest import SITE, People
from tests.backend.people import Person
from tests.backend.sockets import Denied
from tests.backend.training import scheduled, somebody

__all__ = ["backend", "dojo", "environ", "trio"]


async def ticket(dojo: Dojo, person: Person) -> dict[str, Any]:
    answer = await person.post(dojo.at("/chat/tickets"))
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def cookie(person: Person) -> str:
    return f"{cookies.ACCESS}={person.tokens['access_token']}"


def bearer(person: Person) -> str:
    return str(person.headers["Authorization"])


WAYS: list[tuple[Callable[[Person], dict[str, str]], int]] = [
    (lambda _: {}, 401),
    (lambda _: {"authorization": "Bearer nonsense"}, 401),
    (lambda who: {"authorization": bearer(who)}, 101),
    (lambda who: {"authorization": bearer(who), "origin": SITE}, 101),
    (lambda who: {"authorization": bearer(who), "origin": "https://evil.example"}, 403),
    (lambda who: {"cookie": cookie(who), "origin": SITE}, 101),
    (lambda who: {"cookie": cookie(who), "origin": "https://evil.example"}, 403),
    (lambda who: {"cookie": cookie(who), "origin": "null"}, 403),
    (lambda who: {"cookie": cookie(who)}, 403),
    (lambda who: {"authorization": bearer(who), "host": "evil.example"}, 400),
]


@pytest.mark.parametrize(("way", "status"), WAYS)
async def test_a_chat_is_opened_by_a_token_or_from_a_page_of_ours(
    way: Callable[[Person], dict[str, str]], status: int, dojo: Dojo, backend: Backend
) -> None:
    try:
        async with dojo.comes(backend, **way(dojo.ana)) as ana:
            answered, kind = 101, (await ana.hear())["kind"]
    except Denied as denied:
        answered, kind = denied.status, denied.problem["type"]
    assert answered == status
    assert (kind == "welcome") == (status == 101)


async def test_a_ticket_opens_one_chat_once_within_half_a_minute(
    dojo: Dojo, backend: Backend, parts: Parts, trio: Trio
) -> None:
    told = await ticket(dojo, dojo.ana)
    assert told["url"] == f"ws://127.0.0.1:8000{dojo.at('/chat')}"
    other = await opened(parts, trio)
    with pytest.raises(Denied, match="401"):
        await other.comes(backend, *told["protocols"], origin=SITE).__aenter__()
    async with dojo.comes(backend, *told["protocols"], origin=SITE) as ana:
        assert ana.protocol == told["protocols"][0]
        assert (await ana.hear())["kind"] == "welcome"
    forged = told["protocols"][1].replace(dojo.ana.profile.id, dojo.ben.profile.id)
    for spent in (told["protocols"][1], forged, "ticket.", "ticket.a.b"):
        with pytest.raises(Denied, match="401"):
            await dojo.comes(backend, told["protocols"][0], spent).__aenter__()
    fresh = await ticket(dojo, dojo.ana)
    with pytest.raises(Denied, match="403"):
        await dojo.comes(backend, *fresh["protocols"], origin="https://evil.example").__aenter__()
    old = await ticket(dojo, dojo.ben)
    CLOCK.offset += timedelta(seconds=31)
    try:
        with pytest.raises(Denied, match="401"):
            await dojo.comes(backend, *old["protocols"], origin=SITE).__aenter__()
    finally:
        CLOCK.offset = timedelta()


async def test_only_who_has_a_place_in_a_session_that_is_on_comes_in(
    dojo: Dojo, backend: Backend, people: People, parts: Parts
) -> None:
    stranger = await somebody(people)
    dojo.session = await scheduled(parts, dojo.teacher, -1, status="live")
    for who, status in ((stranger, 409), (dojo.ana, 409), (dojo.teacher, 101)):
        assert await _asked(dojo, backend, who) == status
        made = await who.post(dojo.at("/chat/tickets"))
        assert made.status_code == (200 if status == 101 else status)
    assert (await dojo.ana.get(dojo.at("/chat"))).status_code == 409
    plain = await dojo.teacher.get(dojo.at("/chat"))
    assert (plain.status_code, plain.headers["upgrade"]) == (426, "websocket")
    for session, status in (
        (await scheduled(parts, dojo.teacher, -1, access_type=AccessType.premium_only), 404),
        (await scheduled(parts, dojo.teacher, -1, status="ended"), 409),
        (await scheduled(parts, dojo.teacher, 11), 409),
    ):
        dojo.session = session
        assert await _asked(dojo, backend, dojo.ana) == status


async def _asked(dojo: Dojo, backend: Backend, who: Person) -> int:
    try:
        async with dojo.sits(backend, who):
            return 101
    except Denied as denied:
        return denied.status


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"kind": "say"}',
        '{"kind": "say", "text": "  "}',
        '{"kind": "say", "text": "a\\u0000b"}',
        '{"kind": "say", "text": "a\\u202eb"}',
        '{"kind": "say", "text": "\\ud800"}',
        '{"kind": "react", "emoji": "x"}',
        '{"kind": "hand", "up": true, "of": "somebody"}',
        json.dumps({"kind": "say", "text": "x" * (LONGEST + 1)}),
    ],
)
async def test_what_is_not_understood_is_refused_to_its_sender_alone(
    text: str, dojo: Dojo, backend: Backend
) -> None:
    async with dojo.sits(backend, dojo.teacher) as teacher, dojo.sits(backend, dojo.ben) as ben:
        for one in (teacher, ben):
            await one.hear()
        teacher.send_text(text)
        told = await teacher.hear()
        assert (told["kind"], bool(told["why"])) == ("refused", True)
        await teacher.send(kind="say", text="x" * LONGEST)
        assert (await ben.hear())["kind"] == "said"


async def test_a_sixth_message_within_ten_seconds_is_refused_and_a_host_is_not_counted(
    people: People, trio: Trio, parts: Parts, backend: Backend
) -> None:
    # Nobody else has counted for somebody new.
    dojo = await opened(parts, (trio[0], await somebody(people), trio[2]))
    async with dojo.sits(backend, dojo.ana) as ana, dojo.sits(backend, dojo.teacher) as teacher:
        for one in (ana, teacher):
            await one.hear()
        for n in range(6):
            await ana.send(kind="say", text=str(n))
        told = [await ana.hear() for _ in range(6)]
        assert [each["kind"] for each in told] == ["said"] * 5 + ["refused"]
        assert 1 <= told[-1]["retry_after"] <= 3
        for n in range(6):
            await teacher.send(kind="say", text=str(n))
        assert [(await teacher.hear())["kind"] for _ in range(11)] == ["said"] * 11


async def test_a_host_mutes_and_removes_and_the_log_tells_of_it(
    dojo: Dojo, backend: Backend, parts: Parts
) -> None:
    mutes = dojo.at(f"/chat/mutes/{dojo.ana.profile.id}")
    async with dojo.sits(backend, dojo.ana) as ana, dojo.sits(backend, dojo.ben) as ben:
        for one in (ana, ben):
            await one.hear()
        await ana.send(kind="say", text="Something unkind.")
        said = (await ben.hear())["id"]
        gone = dojo.at(f"/chat/messages/{said}")
        for who, status in ((dojo.ben, 403), (dojo.teacher, 204), (dojo.teacher, 404)):
            assert (await who.door.delete(gone, headers=who.headers)).status_code == status
        assert await ben.hear() == {"kind": "removed", "id": said}
        for who, status in ((dojo.ben, 403), (dojo.teacher, 200)):
            answer = await who.door.put(mutes, json={"minutes": 5}, headers=who.headers)
            assert answer.status_code == status
        assert (await ben.hear())["who"] == {"id": dojo.ana.profile.id, "name": "Ana"}
        await ana.send(kind="say", text="And again.")
        assert (await ana.hear("refused"))["retry_after"] is None
        async with dojo.sits(backend, dojo.ana) as again, dojo.sits(backend, dojo.teacher) as host:
            shown = await again.hear()
            assert (shown["messages"], bool(shown["muted_until"])) == ([], True)
            assert (shown["may_moderate"], shown["muted"]) == (False, [])
            seen = await host.hear()
            assert (seen["may_moderate"], seen["muted"]) == (True, [answer.json()])
        headers = dojo.teacher.headers
        unmuted = await dojo.teacher.door.delete(mutes, headers=headers)
        assert unmuted.json()["until"] is None
        await ana.send(kind="say", text="Sorry.")
        assert (await ben.hear("said"))["text"] == "Sorry."
    subject = {"subject": f"training_sessions/{dojo.session.id}"}
    noted = [entry async for entry in parts.store.every(AuditEntry, dict(subject))]
    assert [entry.action for entry in sorted(noted, key=lambda it: it.number)] == [
        "training.unsaid",
        "training.muted",
        "training.unmuted",
    ]
    assert "unkind" not in str(noted)


async def test_a_mute_ends_by_itself(dojo: Dojo, backend: Backend) -> None:
    path = dojo.at(f"/chat/mutes/{dojo.ben.profile.id}")
    await dojo.teacher.door.put(path, json={"minutes": 1}, headers=dojo.teacher.headers)
    async with dojo.sits(backend, dojo.ben) as ben:
        await ben.hear()
        await ben.send(kind="react", emoji="👍")
        assert (await ben.hear())["kind"] == "refused"
        CLOCK.offset += timedelta(seconds=61)
        try:
            await ben.send(kind="react", emoji="👍")
            assert (await ben.hear())["kind"] == "reacted"
        finally:
            CLOCK.offset = timedelta()


async def test_hands_are_seen_by_who_comes_later_and_taken_down_by_the_host_or_by_leaving(
    dojo: Dojo, backend: Backend
) -> None:
    async with dojo.sits(backend, dojo.ana) as ana, dojo.sits(backend, dojo.ben) as ben:
        for one in (ana, ben):
            await one.hear()
            await one.send(kind="hand", up=True)
            while (await one.hear("hand"))["of"]["name"] != ("Ana" if one is ana else "Ben"):
                pass
        async with dojo.sits(backend, dojo.teacher) as teacher:
            assert [who["name"] for who in (await teacher.hear())["hands"]] == ["Ana", "Ben"]
            path = dojo.at(f"/chat/hands/{dojo.ana.profile.id}")
            answer = await dojo.teacher.door.delete(path, headers=dojo.teacher.headers)
            assert answer.status_code == 204
            assert (await teacher.hear())["of"]["name"] == "Ana"
            await teacher.send(kind="hand", up=True)
            assert (await teacher.hear())["kind"] == "refused"
        await dojo.ben.post(dojo.at("/leave"))
        assert [(await ana.hear("hand"))["up"] for _ in range(3)] == [True, False, False]
        async with dojo.sits(backend, dojo.teacher) as teacher:
            assert (await teacher.hear())["hands"] == []


@pytest.mark.parametrize("role", Role)
async def test_what_a_host_may_do_is_for_the_instructor_the_board_and_admins(
    role: Role, dojo: Dojo, people: People
) -> None:
    person = await somebody(people, role)
    path = dojo.at(f"/chat/mutes/{dojo.ana.profile.id}")
    answer = await person.door.put(path, json={"minutes": 1}, headers=person.headers)
    assert answer.status_code == (200 if role.at_least(Role.board_member) else 403)
