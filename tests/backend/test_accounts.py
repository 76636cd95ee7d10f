"""Accounts, through the front door."""

import asyncio
import time
from uuid import uuid4

import httpx2
import pytest

from backend.clock import now
from backend.parts import Parts
from backend.schema.jobs import Job
from backend.schema.profiles import Profile, ProfileStatus, Role
from tests.backend.conftest import People
from tests.backend.inbox import Inbox
from tests.backend.people import PASSWORD


def new_address() -> str:
    return f"ama.{uuid4().hex[:8]}@members.staging.wwmaa.example"


def registration(email: str, **changes: object) -> dict[str, object]:
    return {
        "email": email,
        "password": PASSWORD,
        "full_name": "Ama Owusu",
        "terms_accepted": True,
        **changes,
    }


async def test_somebody_registers_reads_the_mail_follows_the_link_and_logs_in(
    visitor: httpx2.AsyncClient, inbox: Inbox
) -> None:
    email = new_address()
    told = await visitor.post("/api/auth/register", json=registration(email))
    assert told.status_code == 202

    before = await visitor.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert before.status_code == 401

    token = await inbox.token(email)
    verified = await visitor.post("/api/auth/verify-email", json={"token": token})
    assert verified.status_code == 200

    after = await visitor.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert after.status_code == 200
    assert after.json()["profile"]["email"] == email
    me = await visitor.get(
        "/api/auth/me", headers={"Authorization": f"Bearer {after.json()['access_token']}"}
    )
    assert me.json()["full_name"] == "Ama Owusu"
    assert me.json()["role"] == "visitor"


async def test_a_link_works_once(visitor: httpx2.AsyncClient, inbox: Inbox) -> None:
    email = new_address()
    await visitor.post("/api/auth/register", json=registration(email))
    token = await inbox.token(email)
    answers = [
        await visitor.post("/api/auth/verify-email", json={"token": token}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 410]


async def test_registering_a_known_address_answers_the_same_and_tells_its_owner(
    visitor: httpx2.AsyncClient, inbox: Inbox, people: People
) -> None:
    owner = await people.new()
    known = await visitor.post("/api/auth/register", json=registration(owner.profile.email))
    unknown = await visitor.post("/api/auth/register", json=registration(new_address()))
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    newest, *_ = await inbox.mails(owner.profile.email)
    assert newest["subject"] == "You already have an account"
    assert (await owner.log_in()).status_code == 200


async def test_the_password_belongs_to_the_link_that_was_opened(
    visitor: httpx2.AsyncClient, inbox: Inbox
) -> None:
    email = new_address()
    await visitor.post("/api/auth/register", json=registration(email))
    token = await inbox.token(email)
    await visitor.post(
        "/api/auth/register", json=registration(email, password="an intruder's own words")
    )
    await visitor.post("/api/auth/verify-email", json={"token": token})
    good = await visitor.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert good.status_code == 200


async def test_an_address_is_one_address_however_it_is_typed(
    visitor: httpx2.AsyncClient, people: People
) -> None:
    person = await people.new()
    typed = f"  {person.profile.email.upper()} "
    answer = await visitor.post("/api/auth/login", json={"email": typed, "password": PASSWORD})
    assert answer.status_code == 200


async def test_a_hundred_registrations_of_one_address_make_one_account(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    email = new_address()
    answers = await asyncio.gather(
        *(visitor.post("/api/auth/register", json=registration(email)) for _ in range(100))
    )
    assert {answer.status_code for answer in answers} == {202}
    assert await parts.store.count(Profile, {"email": email}) == 1


@pytest.mark.parametrize("role", list(Role))
async def test_everybody_is_who_they_are(role: Role, people: People) -> None:
    person = await people.new(role)
    await person.log_in()
    me = (await person.get("/api/auth/me")).json()
    assert (me["id"], me["role"]) == (person.profile.id, role.value)


@pytest.mark.parametrize("status", [ProfileStatus.pending, ProfileStatus.suspended])
async def test_who_is_not_active_does_not_log_in(status: ProfileStatus, people: People) -> None:
    person = await people.new(status=status)
    assert (await person.log_in()).status_code == 401


async def test_a_person_suspended_while_logged_in_is_refused_at_once(
    people: People, parts: Parts
) -> None:
    person = await people.new()
    await person.log_in()
    kept = await parts.store.get(Profile, person.profile.id)
    assert kept
    await parts.store.update(kept.changed(status=ProfileStatus.suspended))
    assert (await person.get("/api/auth/me")).status_code == 401


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    visitor: httpx2.AsyncClient, people: People
) -> None:
    person = await people.new()
    wrong = await person.log_in("not the password")
    unknown = await visitor.post(
        "/api/auth/login", json={"email": new_address(), "password": "not the password"}
    )
    for answer in (wrong, unknown):
        assert answer.status_code == 401
    differing = {"request_id"}
    same = [{k: v for k, v in a.json().items() if k not in differing} for a in (wrong, unknown)]
    assert same[0] == same[1]


async def test_an_unknown_address_takes_as_long_as_a_known_one(
    visitor: httpx2.AsyncClient, people: People
) -> None:
    async def seconds(email: str) -> float:
        started = time.perf_counter()
        await visitor.post("/api/auth/login", json={"email": email, "password": "wrong"})
        return time.perf_counter() - started

    known, unknown = [], []
    # In turn, so that whatever else the machine does slows both.
    for _ in range(9):
        known.append(await seconds((await people.new()).profile.email))
        unknown.append(await seconds(new_address()))
    # Both hash one password; without that, an unknown address would answer ten times as fast.
    assert sorted(unknown)[4] > sorted(known)[4] / 2


async def test_after_five_failures_an_address_waits_whether_or_not_it_exists(
    visitor: httpx2.AsyncClient, people: People
) -> None:
    for email in ((await people.new()).profile.email, new_address()):
        wrong = {"email": email, "password": "wrong"}
        codes = [(await visitor.post("/api/auth/login", json=wrong)).status_code for _ in range(6)]
        assert codes == [401] * 5 + [429]
        right = await visitor.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert right.status_code == 429
        assert 0 < int(right.headers["retry-after"]) <= 900


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"email": "no address"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "guessed"),
        ({"password": "wwmaa12345!"}, "guessed"),
        ({"password": "x" * 129}, "password"),
        ({"full_name": ""}, "full_name"),
        ({"terms_accepted": False}, "terms"),
        ({"role": "admin"}, "role"),
        ({"email": 7}, "email"),
    ],
)
async def test_a_registration_that_is_not_right_is_refused_and_leaves_nothing(
    changes: dict[str, object], word: str, visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    before = await parts.store.count(Profile)
    answer = await visitor.post(
        "/api/auth/register", json={**registration(new_address()), **changes}
    )
    assert answer.status_code == 422
    assert word in answer.json()["detail"]
    assert await parts.store.count(Profile) == before


async def test_when_no_mail_can_be_sent_it_is_kept_and_sent_later(
    visitor: httpx2.AsyncClient,
    sandboxes: httpx2.AsyncClient,
    inbox: Inbox,
    parts: Parts,
) -> None:
    email = new_address()
    assert await inbox.mails(email) == []
    fault = {"vendor": "postmark", "kind": "status", "status": 500, "times": 1}
    assert (await sandboxes.post("/_sandbox/faults", json=fault)).is_success
    assert (await visitor.post("/api/auth/register", json=registration(email))).status_code == 202
    assert await inbox.mails(email) == []
    waiting = [each async for each in parts.store.every(Job, {"state": "waiting"})]
    assert [each.why for each in waiting] == [
        "VendorIsUnavailable: postmark is not available: it answered 500"
    ]
    await parts.store.update(waiting[0].changed(due_at=now()))
    assert len(await inbox.mails(email)) == 1


async def test_what_a_mail_said_is_forgotten_when_it_is_sent(
    visitor: httpx2.AsyncClient, inbox: Inbox, parts: Parts
) -> None:
    email = new_address()
    await visitor.post("/api/auth/register", json=registration(email))
    token = await inbox.token(email)
    kept = [each.model_dump_json() async for each in parts.store.every(Job)]
    assert kept
    assert not [each for each in kept if token in each or email in each]
