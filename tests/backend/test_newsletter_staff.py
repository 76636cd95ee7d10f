"""The newsletter's list for staff, and addresses that mail came back from or complained."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.clock import now
from backend.features.newsletter.suppressing import TakeSuppressions
from backend.jobs import do_later
from backend.jobs.running import work_off
from backend.parts import Parts
from backend.schema.audit_log import AuditEntry
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Role
from backend.worker.tasks import TASKS
from tests.backend.conftest import People
from tests.backend.inbox import Inbox
from tests.backend.letters import backend, beehiiv
from tests.backend.people import Person

__all__ = ["backend", "beehiiv"]

LIST = "/api/admin/newsletter"


@pytest.fixture
async def admin(people: People) -> Person:
    somebody = await people.new(Role.admin)
    await somebody.log_in()
    return somebody


async def on_the_list(parts: Parts, status: str, **fields: Any) -> NewsletterSubscriber:
    address = f"{uuid4().hex}@readers.staging.wwmaa.example"
    told = {"email": address, "status": status, "consented_at": now(), **fields}
    kept = NewsletterSubscriber.model_validate(told)
    await parts.store.insert(kept)
    return kept


async def status_of(parts: Parts, kept: NewsletterSubscriber) -> str:
    found = await parts.store.get(NewsletterSubscriber, kept.id)
    assert found
    return found.status.value


async def test_staff_list_count_and_export_the_addresses(parts: Parts, admin: Person) -> None:
    await parts.store.remove(NewsletterSubscriber, {"is_seed_data": False})
    reader = await on_the_list(parts, "subscribed", interests=["events", "news"])
    waiting = await on_the_list(parts, "pending")
    page = (await admin.get(f"{LIST}/subscribers", limit=1)).json()
    assert [it["email"] for it in page["items"]] == [waiting.email]
    rest = (await admin.get(f"{LIST}/subscribers", limit=1, after=page["next"])).json()
    assert ([it["email"] for it in rest["items"]], rest["next"]) == ([reader.email], None)
    for asked in ({"status": "subscribed"}, {"email": reader.email.upper()}):
        found = (await admin.get(f"{LIST}/subscribers", **asked)).json()["items"]
        assert [it["id"] for it in found] == [reader.id]
    told = (await admin.get(f"{LIST}/counts")).json()
    counts = told["counts"]
    assert (counts["subscribed"], counts["pending"], counts["complained"]) == (1, 1, 0)
    assert (told["not_told"], page["items"][0]["is_known_to_beehiiv"]) == (1, False)
    assert told["suppressions_at"] is None
    await do_later(parts.store, TakeSuppressions())
    await work_off(parts, TASKS)
    again = (await admin.get(f"{LIST}/counts")).json()
    assert again["suppressions_at"] is not None
    table = (await admin.get(f"{LIST}/subscribers.csv", status="subscribed")).text.splitlines()
    assert len(table) == 2
    assert table[1].startswith(f'{reader.email},subscribed,"events, news",')


async def test_staff_ask_an_address_again_while_it_has_not_confirmed(
    parts: Parts, admin: Person, inbox: Inbox
) -> None:
    waiting, reader = await on_the_list(parts, "pending"), await on_the_list(parts, "subscribed")
    path = f"{LIST}/subscribers/{{}}/confirmation"
    assert (await admin.post(path.format(waiting.id))).status_code == 204
    [mail] = await inbox.mails(waiting.email)
    assert mail["subject"] == "Please confirm your subscription"
    assert (await admin.post(path.format(reader.id))).status_code == 409
    assert (await admin.post(path.format("nobody"))).status_code == 404
    assert await inbox.mails(reader.email) == []


async def test_an_address_is_removed_here_and_at_beehiiv_and_it_is_written_down(
    parts: Parts, admin: Person
) -> None:
    address = f"{uuid4().hex}@readers.staging.wwmaa.example"
    beehiiv = parts.providers.beehiiv
    there = await beehiiv.subscribe(address, {}, confirmed=True)
    kept = await on_the_list(parts, "subscribed", email=address, beehiiv_subscriber_id=there.id)
    path = f"{LIST}/subscribers/{kept.id}"
    assert (await admin.door.delete(path, headers=admin.headers)).status_code == 204
    await work_off(parts, TASKS)
    assert await parts.store.get(NewsletterSubscriber, kept.id) is None
    assert await beehiiv.get_subscription(address) is None
    entry = await parts.store.first(AuditEntry, {"action": "newsletter.removed"})
    assert entry
    assert (entry.actor_id, address in entry.model_dump_json()) == (admin.profile.id, False)
    assert (await admin.door.delete(path, headers=admin.headers)).status_code == 404


@pytest.mark.parametrize("role", [None, Role.member, Role.board_member])
async def test_the_list_is_for_admins_alone(
    role: Role | None, people: People, parts: Parts, visitor: httpx2.AsyncClient
) -> None:
    headers, kept = {}, await on_the_list(parts, "pending")
    if role:
        somebody = await people.new(role)
        await somebody.log_in()
        headers = somebody.headers
    for method, path in (
        ("GET", "subscribers"),
        ("GET", "subscribers.csv"),
        ("GET", "counts"),
        ("POST", f"subscribers/{kept.id}/confirmation"),
        ("DELETE", f"subscribers/{kept.id}"),
    ):
        answer = await visitor.request(method, f"{LIST}/{path}", headers=headers)
        assert answer.status_code == (403 if role else 401)
    assert await status_of(parts, kept) == "pending"


async def test_whose_mail_came_back_or_who_complained_gets_the_newsletter_no_more(
    parts: Parts, sandboxes: httpx2.AsyncClient, visitor: httpx2.AsyncClient, inbox: Inbox
) -> None:
    beehiiv = parts.providers.beehiiv
    readers = {}
    for what, expected in (("bounce", "bounced"), ("complaint", "complained")):
        address = f"{uuid4().hex}@readers.staging.wwmaa.example"
        there = await beehiiv.subscribe(address, {}, confirmed=True)
        readers[what, expected] = await on_the_list(
            parts, "subscribed", email=address, beehiiv_subscriber_id=there.id
        )
        await visitor.post("/api/newsletter/subscribe", json={"email": address, "consent": True})
        [mail] = await inbox.mails(address)
        done = await sandboxes.post(f"/_sandbox/postmark/messages/{mail['id']}/{what}")
        done.raise_for_status()
    await do_later(parts.store, TakeSuppressions())
    await work_off(parts, TASKS)
    for (_, expected), kept in readers.items():
        assert await status_of(parts, kept) == expected
        found = await beehiiv.get_subscription(kept.email)
        assert found
        assert found.status == "inactive"
        await visitor.post("/api/newsletter/subscribe", json={"email": kept.email, "consent": True})
        assert len(await inbox.mails(kept.email)) == 1
