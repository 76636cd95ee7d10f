"""What the association sets for itself is changed by admins, one at a time, and holds at once."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from backend.clock import now
from backend.parts import Parts
from backend.schema.applications import Application
from backend.schema.audit_log import AuditEntry
from backend.schema.profiles import Role
from tests.backend.conftest import People
from tests.backend.inbox import Inbox
from tests.backend.people import Person

SETTINGS = "/api/admin/settings"


@pytest.fixture
async def admin(people: People) -> Person:
    """An admin who is logged in."""
    person = await people.new(Role.admin)
    await person.log_in()
    return person


async def change(by: Person, **fields: object) -> httpx2.Response:
    """Change what is named of the settings as they are, or as of a named version."""
    known = (await by.get(SETTINGS)).json()
    told = {name: known[name] for name in ("contact_email", "reapply_after_days", "version")}
    return await by.door.put(SETTINGS, json=told | fields, headers=by.headers)


async def test_who_changes_what_is_not_as_it_was_read_is_refused(
    admin: Person, visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    read = (await admin.get(SETTINGS)).json()["version"]
    both = await asyncio.gather(
        *(change(admin, reapply_after_days=days, version=read) for days in (10, 20))
    )
    assert sorted(each.status_code for each in both) == [200, 409]
    (won,) = (each.json() for each in both if each.status_code == 200)
    (lost,) = (each.json() for each in both if each.status_code == 409)
    assert lost["type"] == "urn:wwmaa:problem:changed-meanwhile"
    assert (won["version"], won["reapply_after_days"] in (10, 20)) == (read + 1, True)
    # What is the same already is no change.
    again = await change(admin)
    assert again.json()["version"] == won["version"]
    shown = (await visitor.get("/api/association")).json()
    assert shown["reapply_after_days"] == won["reapply_after_days"]
    log = await parts.store.find(AuditEntry, {"action": "settings.changed"})
    assert [each.details for each in log.items] == [{"fields": ["reapply_after_days"]}]
    for wrong in ({"reapply_after_days": 366}, {"contact_email": "nobody"}, {"colour": "red"}):
        assert (await change(admin, **wrong)).status_code == 422


async def test_a_rejection_keeps_to_the_time_that_holds_when_it_is_said(
    admin: Person, people: People, parts: Parts
) -> None:
    days: list[int] = []
    for wanted in (7, 90):
        assert (await change(admin, reapply_after_days=wanted)).status_code == 200
        one = await people.new()
        mine = {"profile_id": one.profile.id, "applicant_email": one.profile.email}
        told = {"applicant_name": "Ama Owusu", "requested_tier": "basic", "status": "pending"}
        application = Application.model_validate(mine | told | {"submitted_at": now()})
        await parts.store.insert(application)
        path = f"/api/board/applications/{application.id}/reject"
        assert (await admin.post(path, {"because": "Too early"})).status_code == 200
        kept = await parts.store.get(Application, application.id)
        assert kept is not None
        assert kept.reapply_from is not None
        days.append(round((kept.reapply_from - now()) / timedelta(days=1)))
    assert days == [7, 90]


async def test_mails_name_the_address_that_is_set(
    admin: Person, people: People, inbox: Inbox
) -> None:
    assert (await change(admin, contact_email="Dojo@wwmaa.example")).status_code == 200
    person = await people.new(Role.member)
    path = f"/api/admin/members/{person.profile.id}"
    assert (await admin.post(f"{path}/suspend", {"because": "Lost"})).status_code == 200
    (mail,) = await inbox.mails(person.profile.email)
    assert "write to dojo@wwmaa.example" in mail["text"]
