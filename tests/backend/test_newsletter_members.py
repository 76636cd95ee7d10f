"""Members on the newsletter's list: by their own wish alone, and under the tier they have now."""

from uuid import uuid4

import httpx2
import pytest

from backend.features.newsletter.joining import KeepInStep
from backend.jobs import do_later
from backend.jobs.running import work_off
from backend.parts import Parts
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.schema.profiles import Profile, Role
from backend.worker.tasks import TASKS
from tests.backend.inbox import Inbox
from tests.backend.letters import backend, beehiiv

__all__ = ["backend", "beehiiv"]


async def register(door: httpx2.AsyncClient, address: str, **more: object) -> None:
    person = {"email": address, "password": "correct horse battery", "full_name": "Ama Owusu"}
    answer = await door.post("/api/auth/register", json=person | {"terms_accepted": True} | more)
    assert answer.status_code == 202, answer.text


async def verified(door: httpx2.AsyncClient, inbox: Inbox, address: str) -> None:
    token = await inbox.token(address)
    assert (await door.post("/api/auth/verify-email", json={"token": token})).status_code == 200


async def keep_in_step(parts: Parts) -> None:
    await do_later(parts.store, KeepInStep())
    await work_off(parts, TASKS)


async def on_the_list(parts: Parts, address: str) -> NewsletterSubscriber | None:
    return await parts.store.first(NewsletterSubscriber, {"email": address})


@pytest.fixture
def address() -> str:
    return f"{uuid4().hex}@members.staging.wwmaa.example"


async def test_who_asks_for_it_at_registration_gets_it_once_the_address_is_verified(
    visitor: httpx2.AsyncClient, parts: Parts, inbox: Inbox, address: str
) -> None:
    await register(visitor, address, wants_newsletter=True)
    await keep_in_step(parts)
    assert await on_the_list(parts, address) is None
    await verified(visitor, inbox, address)
    for _ in range(2):
        await keep_in_step(parts)
    kept = await on_the_list(parts, address)
    assert kept
    assert (kept.status, kept.consented_at is None) == (NewsletterStatus.subscribed, False)
    subjects = [mail["subject"] for mail in await inbox.mails(address)]
    assert subjects.count("You are subscribed") == 1

    # Whoever has left is not put on the list again by the wish of then.
    token = (await inbox.token(address)).replace("%3D", "=")
    left = await visitor.post("/api/newsletter/unsubscribe", params={"token": token})
    assert left.status_code == 200
    await keep_in_step(parts)
    kept = await on_the_list(parts, address)
    assert kept
    assert kept.status is NewsletterStatus.unsubscribed


async def test_nobody_is_subscribed_silently_nor_by_another_who_registered_their_address(
    visitor: httpx2.AsyncClient, parts: Parts, inbox: Inbox, address: str
) -> None:
    await register(visitor, address, wants_newsletter=True)
    await register(visitor, address)
    await verified(visitor, inbox, address)
    await keep_in_step(parts)
    assert await on_the_list(parts, address) is None


async def test_beehiiv_knows_the_tier_that_a_reader_has_now(
    visitor: httpx2.AsyncClient, parts: Parts, inbox: Inbox, address: str
) -> None:
    await register(visitor, address, wants_newsletter=True)
    await verified(visitor, inbox, address)
    for fields, expected in (
        ({}, "none"),
        ({"role": Role.member, "tier": "premium"}, "premium"),
        ({"tier": "basic"}, "basic"),
        ({"role": Role.visitor}, "none"),
    ):
        profile = await parts.store.first(Profile, {"email": address})
        assert profile
        await parts.store.update(profile.changed(**fields))
        await keep_in_step(parts)
        found = await parts.providers.beehiiv.get_subscription(address)
        assert found
        assert {it.name: it.value for it in found.custom_fields}["Tier"] == expected
