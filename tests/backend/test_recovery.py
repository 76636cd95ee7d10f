"""New passwords and open sessions, through the front door."""

from datetime import timedelta

import httpx2

from backend.clock import CLOCK
from backend.parts import Parts
from backend.schema.jobs import Job, JobState
from backend.schema.profiles import Role
from tests.backend.conftest import People
from tests.backend.inbox import Inbox
from tests.backend.people import PASSWORD, Person

NEW = "eleven loud handclaps"


async def somebody(people: People, role: Role = Role.member) -> Person:
    person = await people.new(role)
    await person.log_in()
    return person


async def forget(visitor: httpx2.AsyncClient, email: str) -> httpx2.Response:
    return await visitor.post("/api/auth/forgot-password", json={"email": email})


async def choose(visitor: httpx2.AsyncClient, token: str, password: str = NEW) -> httpx2.Response:
    body = {"token": token, "password": password}
    return await visitor.post("/api/auth/reset-password", json=body)


async def test_a_forgotten_password_is_chosen_anew_by_mail_and_old_sessions_end(
    visitor: httpx2.AsyncClient, people: People, inbox: Inbox
) -> None:
    member = await somebody(people)
    assert (await forget(visitor, member.profile.email)).status_code == 202
    token = await inbox.token(member.profile.email)
    weak = await choose(visitor, token, "password123")
    assert weak.status_code == 422
    assert (await choose(visitor, token)).status_code == 200
    assert (await choose(visitor, token)).status_code == 410
    assert (await member.get("/api/auth/me")).status_code == 401
    assert (await member.log_in(PASSWORD)).status_code == 401
    assert (await member.log_in(NEW)).status_code == 200
    newest = (await inbox.mails(member.profile.email))[0]
    assert newest["subject"] == "Your password was changed"


async def test_an_unknown_address_is_answered_alike_and_its_owner_is_told(
    visitor: httpx2.AsyncClient, people: People, inbox: Inbox
) -> None:
    member = await people.new(Role.member)
    known = await forget(visitor, member.profile.email)
    unknown = await forget(visitor, "nobody.at.all@members.staging.wwmaa.example")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    mails = await inbox.mails("nobody.at.all@members.staging.wwmaa.example")
    assert [mail["subject"] for mail in mails] == ["There is no account with this address"]


async def test_whose_mailbox_is_closed_is_answered_alike_and_leaves_no_dead_job(
    visitor: httpx2.AsyncClient,
    people: People,
    inbox: Inbox,
    parts: Parts,
    sandboxes: httpx2.AsyncClient,
) -> None:
    member = await people.new(Role.member)
    await forget(visitor, member.profile.email)
    (mail,) = await inbox.mails(member.profile.email)
    bounce = f"/_sandbox/postmark/messages/{mail['id']}/bounce"
    (await sandboxes.post(bounce, json={"type": "HardBounce"})).raise_for_status()
    assert (await forget(visitor, member.profile.email)).status_code == 202
    assert [each["id"] for each in await inbox.mails(member.profile.email)] == [mail["id"]]
    assert await parts.store.count(Job, {"state": JobState.dead.value}) == 0
    assert await parts.store.count(Job, {"state": JobState.waiting.value}) == 0


async def test_a_link_is_good_for_an_hour_and_an_address_gets_three_in_it(
    visitor: httpx2.AsyncClient, people: People, inbox: Inbox
) -> None:
    member = await people.new(Role.member)
    for _ in range(5):
        assert (await forget(visitor, member.profile.email)).status_code == 202
    assert len(await inbox.mails(member.profile.email)) == 3
    token = await inbox.token(member.profile.email)
    CLOCK.offset = timedelta(minutes=61)
    try:
        assert (await choose(visitor, token)).status_code == 410
    finally:
        CLOCK.offset = timedelta()


async def test_who_knows_the_password_changes_it_and_stays_logged_in_here_alone(
    people: People,
) -> None:
    here = await somebody(people)
    elsewhere = Person(here.door, here.profile)
    await elsewhere.log_in()
    path = "/api/auth/change-password"
    wrong = await here.post(path, {"current": "not this one at all", "password": NEW})
    assert wrong.status_code == 401
    assert (await here.post(path, {"current": PASSWORD, "password": NEW})).status_code == 200
    assert (await here.get("/api/auth/me")).status_code == 200
    assert (await elsewhere.get("/api/auth/me")).status_code == 401


async def test_sessions_are_listed_and_ended_one_by_one_or_all_others(people: People) -> None:
    here, stranger = await somebody(people), await somebody(people)
    others = [Person(here.door, here.profile) for _ in range(3)]
    for each in others:
        await each.log_in()
    listed = (await here.get("/api/auth/sessions")).json()
    assert (len(listed), [each["is_this"] for each in listed].count(True)) == (4, True)
    theirs = next(each["id"] for each in listed if not each["is_this"])
    path = f"/api/auth/sessions/{theirs}"
    assert (await stranger.door.delete(path, headers=stranger.headers)).status_code == 404
    assert (await here.door.delete(path, headers=here.headers)).status_code == 204
    assert len((await here.get("/api/auth/sessions")).json()) == 3
    await here.door.delete("/api/auth/sessions", headers=here.headers)
    assert [each["is_this"] for each in (await here.get("/api/auth/sessions")).json()] == [True]
    assert [(await each.get("/api/auth/me")).status_code for each in others] == [401] * 3


async def test_a_profile_is_changed_shown_to_others_by_choice_and_has_a_photo(
    people: People, visitor: httpx2.AsyncClient
) -> None:
    member, other = await somebody(people), await somebody(people)
    id_ = member.profile.id
    assert (await visitor.get(f"/api/people/{id_}")).status_code == 404
    change = {"bio": "I fall well.", "disciplines": ["judo"], "is_public": True}
    answer = await member.door.patch("/api/people/me", json=change, headers=member.headers)
    assert (answer.json()["bio"], answer.json()["is_public"]) == ("I fall well.", True)
    shown = (await visitor.get(f"/api/people/{id_}")).json()
    assert shown["disciplines"] == ["judo"]
    assert not {"email", "phone"} & shown.keys()
    assert id_ in [each["id"] for each in (await visitor.get("/api/people")).json()["items"]]
    refused = await member.door.patch(
        "/api/people/me", json={"role": "admin"}, headers=member.headers
    )
    assert refused.status_code == 422
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    for content, status in ((b"<svg/>", 415), (png + bytes(2 * 1024 * 1024), 415), (png, 204)):
        put = await member.door.put("/api/people/me/photo", content=content, headers=member.headers)
        assert put.status_code == status
    photo = await other.get(f"/api/people/{id_}/photo")
    assert (photo.content, photo.headers["content-type"]) == (png, "image/png")
    hidden = {"is_public": False}
    await member.door.patch("/api/people/me", json=hidden, headers=member.headers)
    seen = [await each.get(f"/api/people/{id_}/photo") for each in (member, other)]
    assert [each.status_code for each in seen] == [200, 404]
    await member.door.patch("/api/people/me", json={"is_public": True}, headers=member.headers)
    await member.door.delete("/api/people/me/photo", headers=member.headers)
    assert (await other.get(f"/api/people/{id_}/photo")).status_code == 404


async def test_no_name_and_no_telephone_is_taken_for_an_attack(people: People) -> None:
    member = await people.new()
    await member.log_in()
    for name, phone, location, bio in (
        ("Grant Select", "(555) 123-4567", "Union City", "I execute a throw -- slowly."),
        ("Zoë O'Neill; Drop", "+33 6 12 34 56 78", "Alter do Chão", "/* exec */ xp_ and sp_"),
    ):
        told = {"full_name": name, "phone": phone, "location": location, "bio": bio}
        answer = await member.door.patch("/api/people/me", json=told, headers=member.headers)
        assert answer.status_code == 200, answer.text
        assert answer.json().items() >= told.items()
