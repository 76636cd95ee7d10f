"""The audit log is read by admins: filtered, paged, proven and exported, and never written to."""

import csv
import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from backend import audit
from backend.clock import now
from backend.parts import Parts
from backend.schema.audit_log import AuditEntry
from backend.schema.profiles import Role
from tests.backend.conftest import People
from tests.backend.people import Person

LOG = "/api/admin/audit"
TAMPER = """
UPDATE {t} SET data = jsonb_set(data, '{{action}}', '"praised"') WHERE data->>'digest' = $1
"""


@pytest.fixture
async def admin(people: People) -> Person:
    """An admin who is logged in."""
    person = await people.new(Role.admin)
    await person.log_in()
    return person


async def told(parts: Parts, actor: Person, subject: str, *actions: str) -> list[AuditEntry]:
    """Entries about one subject."""
    made = []
    for action in actions:
        async with parts.store.exclusively(subject) as held:
            details = {"note": "=1+1", "seats": 2}
            made.append(
                await audit.record(held, action, subject, actor_id=actor.profile.id, **details)
            )
    return made


async def numbers(admin: Person, **params: Any) -> list[int]:
    """The entries that are found, by their numbers, page after page."""
    found: list[int] = []
    while True:
        answer = await admin.get(LOG, **params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [each["number"] for each in page["items"]]
        assert (page["chain"] is None) == ("after" in params)
        if page["next"] is None:
            return found
        params["after"] = page["next"]


async def test_entries_are_found_by_who_what_and_when(
    people: People, admin: Person, parts: Parts
) -> None:
    subject, actor = f"events/{uuid4().hex}", await people.new(full_name="Ama Owusu")
    began = now()
    mine = await told(parts, actor, subject, "event.made", "event.made", "event.canceled")
    await told(parts, admin, "events/other", "event.made")
    newest_first = [each.number for each in reversed(mine)]
    assert await numbers(admin, subject=subject, limit=2) == newest_first
    assert await numbers(admin, actor=actor.profile.id) == newest_first
    made = await numbers(admin, subject=subject, action="event.made")
    assert made == newest_first[1:]
    middle = mine[1].created_at.isoformat()
    assert await numbers(admin, subject=subject, since=middle) == newest_first[:2]
    assert await numbers(admin, subject=subject, until=middle) == newest_first[2:]
    assert (
        await numbers(admin, subject=subject, until=(began - timedelta(days=1)).isoformat()) == []
    )
    assert len(await numbers(admin, limit=2)) == await parts.store.count(AuditEntry)
    (entry,) = (await admin.get(LOG, subject=subject, action="event.canceled")).json()["items"]
    assert (entry["actor_name"], entry["details"]["seats"]) == ("Ama Owusu", 2)
    assert (await admin.get(LOG, after="nonsense")).status_code == 422


async def test_the_log_is_taken_along_as_a_table_that_proves_itself(
    admin: Person, parts: Parts
) -> None:
    subject = f"events/{uuid4().hex}"
    mine = await told(parts, admin, subject, "=cmd", "event.made")
    answer = await admin.get(f"{LOG}.csv", subject=subject)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="audit-log.csv"'
    assert answer.content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["digest"] for row in rows] == [each.digest for each in reversed(mine)]
    assert (rows[1]["action"], json.loads(rows[0]["details"])["seats"]) == ("'=cmd", 2)
    assert rows[0]["previous"] == mine[0].digest
    whole = (await admin.get(f"{LOG}.csv")).text.splitlines()
    assert len(whole) == await parts.store.count(AuditEntry) + 1


async def test_the_answer_says_when_somebody_tampered_with_the_log(
    admin: Person, parts: Parts, postgres_url: str
) -> None:
    await told(parts, admin, "events/e", "event.made", "event.canceled")
    chain = (await admin.get(LOG, limit=1)).json()["chain"]
    assert (chain["is_whole"], chain["broken"]) == (True, "")
    assert chain["entries"] == await parts.store.count(AuditEntry)
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(TAMPER.format(t=f"{parts.settings.prefix}audit_log"), chain["head"])
    await connection.close()
    found = (await admin.get(LOG, action="event.made")).json()["chain"]
    assert (found["is_whole"], found["entries"]) == (False, chain["entries"] - 1)
    assert found["broken"] == f"entry {chain['entries']} was changed"


async def test_nothing_writes_to_the_log(admin: Person) -> None:
    for path in (LOG, f"{LOG}.csv", f"{LOG}/1"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = await admin.door.request(method, path, headers=admin.headers)
            assert answer.status_code in (404, 405)
