"""Administration: people are found, seen, given roles, suspended and restored, by admins alone."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.clock import now
from backend.parts import Parts
from backend.schema.applications import Application
from backend.schema.audit_log import AuditEntry
from backend.schema.document import Tier
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.schema.training_sessions import TrainingSession
from tests.backend.conftest import People
from tests.backend.documents import paid
from tests.backend.inbox import Inbox
from tests.backend.people import PASSWORD, Person

MEMBERS = "/api/admin/members"


@pytest.fixture
async def admin(people: People) -> Person:
    """An admin who is logged in."""
    return await logged_in(people, Role.admin)


async def logged_in(people: People, role: Role = Role.member, **fields: object) -> Person:
    person = await people.new(role, **fields)
    await person.log_in()
    return person


async def put_role(by: Person, whom: Person, role: Role) -> httpx2.Response:
    path, told = f"{MEMBERS}/{whom.profile.id}/role", {"role": role.value}
    return await by.door.put(path, json=told, headers=by.headers)


async def kept(parts: Parts, person: Person) -> Profile:
    found = await parts.store.get(Profile, person.profile.id)
    assert found is not None
    return found


async def audited(parts: Parts, person: Person) -> list[AuditEntry]:
    """What was done to somebody, the newest first."""
    about = {"subject": f"profiles/{person.profile.id}"}
    return list((await parts.store.find(AuditEntry, about, order="-number")).items)


async def all_pages(by: Person, path: str, **params: Any) -> list[dict[str, Any]]:
    """Every item of a listing, by its cursors."""
    found: list[dict[str, Any]] = []
    while True:
        answer = await by.get(path, **params)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert len(told["items"]) <= params.get("limit", 20)
        found += told["items"]
        if told["next"] is None:
            return found
        params["after"] = told["next"]


async def test_people_are_found_by_name_or_address_and_by_what_they_are(
    people: People, admin: Person, parts: Parts
) -> None:
    word = uuid4().hex[:8]
    named = [
        await people.new(Role.member, full_name=f"Zoë {word} {last}", tier=Tier.premium)
        for last in ("Cheng", "Adu", "Brandt", "Diallo", "Egger")
    ]
    asked = await people.new(Role.visitor, full_name="Somebody", email=f"{word}@wwmaa.example")
    shut = await people.new(full_name=f"Shut {word}", status=ProfileStatus.suspended)

    async def found(**params: Any) -> list[str]:
        return [each["id"] for each in await all_pages(admin, MEMBERS, **params)]

    by_name = sorted([*named, asked, shut], key=lambda each: each.profile.full_name)
    assert await found(search=word.upper(), limit=2) == [each.profile.id for each in by_name]
    assert await found(search=f"brand zoe {word}") == [named[2].profile.id]
    assert await found(search=f"{word}@") == [asked.profile.id]
    assert await found(search=word, status="suspended") == [shut.profile.id]
    assert await found(search=word, role="visitor") == [shut.profile.id, asked.profile.id]
    assert (await found(search=word, order="-created_at"))[0] == shut.profile.id
    premium = {each["id"] for each in await all_pages(admin, MEMBERS, tier="premium", limit=3)}
    assert len(premium) == await parts.store.count(Profile, {"tier": Tier.premium})
    assert not await found(search=f"{word} nobody")
    assert (await admin.get(MEMBERS, after="nonsense")).status_code == 422
    assert (await admin.get(MEMBERS, serach=word)).status_code == 422


async def test_one_person_is_seen_at_a_glance(people: People, admin: Person, parts: Parts) -> None:
    person = await logged_in(people, terms_accepted_at=now(), terms_version="1.0")
    me, store = person.profile, parts.store
    mine = {"profile_id": me.id, "applicant_email": me.email, "applicant_name": me.full_name}
    await store.insert(
        Application.model_validate(mine | {"requested_tier": "basic"}),
        paid(me.id, paid_cents=5_800),
        NewsletterSubscriber(email=me.email, status=NewsletterStatus.subscribed),
        Rsvp(event_id="e1", profile_id=me.id, status=RsvpStatus.confirmed),
        Rsvp(event_id="e2", profile_id=me.id, status=RsvpStatus.canceled),
    )
    answer = await admin.get(f"{MEMBERS}/{me.id}")
    told = answer.json()
    assert [each["status"] for each in told["applications"]] == ["draft"]
    assert [each["paid_cents"] for each in told["subscriptions"]] == [5_800]
    assert (len(told["sessions"]), told["seats"], told["trainings"]) == (1, 1, 0)
    assert told["consents"]["terms_version"] == "1.0"
    assert told["consents"]["newsletter"] == "subscribed"
    assert "argon2" not in answer.text
    assert (await admin.get(f"{MEMBERS}/nobody")).status_code == 404


async def test_a_role_holds_at_once_is_audited_and_written_of(
    people: People, admin: Person, parts: Parts, inbox: Inbox
) -> None:
    person = await logged_in(people)
    told = await put_role(admin, person, Role.board_member)
    assert (told.status_code, told.json()["role"], told.json()["sessions"]) == (
        200,
        "board_member",
        [],
    )
    assert (await person.get("/api/auth/me")).status_code == 401
    again = {"refresh_token": person.tokens["refresh_token"]}
    assert (await person.door.post("/api/auth/refresh", json=again)).status_code == 401
    await person.log_in()
    assert (await person.get("/api/board/applications")).status_code == 200
    (entry,) = await audited(parts, person)
    assert (entry.action, entry.actor_id) == ("role.changed", admin.profile.id)
    assert entry.details == {"before": "member", "after": "board_member"}
    (mail,) = await inbox.mails(person.profile.email)
    assert mail["subject"] == "You have another role"
    # The same once more changes nothing, and ends no session.
    assert (await put_role(admin, person, Role.board_member)).status_code == 200
    assert (await person.get("/api/auth/me")).status_code == 200
    assert len(await audited(parts, person)) == 1


async def test_nobody_changes_their_own_role_and_there_is_always_an_admin(
    people: People, admin: Person, parts: Parts
) -> None:
    other = await logged_in(people, Role.admin)
    assert (await put_role(admin, admin, Role.member)).status_code == 403
    mine = f"{MEMBERS}/{admin.profile.id}/suspend"
    assert (await admin.post(mine, {"because": "A holiday"})).status_code == 403
    answers = await asyncio.gather(
        put_role(admin, other, Role.member), put_role(other, admin, Role.member)
    )
    # Who comes second is no admin any more, or not logged in any more.
    statuses = sorted(each.status_code for each in answers)
    assert statuses in ([200, 401], [200, 403])
    roles = {(await kept(parts, each)).role for each in (admin, other)}
    assert roles == {Role.admin, Role.member}


async def test_who_pays_for_a_membership_is_no_visitor(
    people: People, admin: Person, parts: Parts
) -> None:
    person = await logged_in(people)
    subscription = paid(person.profile.id)
    await parts.store.insert(subscription)
    refused = await put_role(admin, person, Role.visitor)
    assert (refused.status_code, "let that end" in refused.json()["detail"]) == (409, True)
    over = subscription.changed(status="canceled", canceled_at=now())
    await parts.store.update(over)
    assert (await put_role(admin, person, Role.visitor)).status_code == 200


async def test_a_suspended_person_is_out_and_a_restored_one_in_again(
    people: People, admin: Person, parts: Parts, inbox: Inbox
) -> None:
    person = await logged_in(people)
    path = f"{MEMBERS}/{person.profile.id}"
    told = await admin.post(f"{path}/suspend", {"because": "Your phone is lost."})
    assert (told.status_code, told.json()["status"]) == (200, "suspended")
    assert (await person.get("/api/auth/me")).status_code == 401
    assert (await person.log_in()).status_code == 401
    assert (await admin.post(f"{path}/restore")).json()["status"] == "active"
    assert (await person.log_in()).status_code == 200
    actions = [each.action for each in await audited(parts, person)]
    assert actions == ["account.restored", "account.suspended"]
    mails = await inbox.mails(person.profile.email)
    assert [each["subject"] for each in mails] == [
        "Your account is open again",
        "Your account is suspended",
    ]
    assert "Your phone is lost." in mails[1]["text"]
    # Why is for the person alone, and in no book that is kept for ever.
    assert "phone" not in str(await audited(parts, person))


async def test_an_address_that_nobody_confirmed_is_not_opened_by_an_admin(
    people: People, admin: Person
) -> None:
    person = await people.new(status=ProfileStatus.pending)
    path = f"{MEMBERS}/{person.profile.id}"
    assert (await admin.post(f"{path}/suspend", {"because": "Spam"})).status_code == 409
    assert (await admin.post(f"{path}/restore")).status_code == 409
    assert (await person.log_in()).status_code == 401


async def test_who_asked_to_be_forgotten_is_not_restored(people: People, admin: Person) -> None:
    person = await logged_in(people)
    body = {"password": PASSWORD, "confirmation": "DELETE"}
    gone = await person.post("/api/privacy/deletion", body, key=uuid4().hex)
    assert gone.status_code == 202
    refused = await admin.post(f"{MEMBERS}/{person.profile.id}/restore")
    assert (refused.status_code, "forgotten" in refused.json()["detail"]) == (409, True)


async def test_instructors_are_named_and_listed_with_what_they_teach(
    people: People, admin: Person, parts: Parts
) -> None:
    person = await logged_in(people, full_name="Ines Taught")
    for status in ("ended", "ended", "scheduled", "canceled"):
        told = {"title": "Kata", "discipline": "Karate", "duration_minutes": 60, "status": status}
        told |= {"instructor_id": person.profile.id, "starts_at": now().isoformat()}
        await parts.store.insert(TrainingSession.model_validate(told))
    named = await admin.post("/api/admin/instructors", {"profile_id": person.profile.id})
    assert named.status_code == 200
    listed = await all_pages(admin, "/api/admin/instructors", limit=1)
    assert len(listed) == await parts.store.count(Profile, {"role": Role.instructor})
    (mine,) = (each for each in listed if each["id"] == person.profile.id)
    assert (mine["sessions_taught"], mine["sessions_to_come"]) == (2, 1)
    assert mine["taught_last_at"]
    assert (await kept(parts, person)).role is Role.instructor
    board = await people.new(Role.board_member)
    refused = await admin.post("/api/admin/instructors", {"profile_id": board.profile.id})
    assert (refused.status_code, (await kept(parts, board)).role) == (409, Role.board_member)
