"""What was interrupted might never have been asked: links stay good, and nothing is counted."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.app import Backend
from backend.errors import LoginIsRefused
from backend.features.accounts.accounts import Accounts
from backend.features.accounts.recovery import Recovery
from backend.features.newsletter import subscribing
from backend.parts import Parts
from backend.prepare import prepare
from backend.providers.zerodb import ZeroDB
from backend.schema.jobs import Job
from backend.schema.profiles import Profile
from backend.settings import Settings
from backend.store import StoreIsUnavailable
from backend.store.opening import open_store
from tests.backend.conftest import People
from tests.backend.inbox import Inbox
from tests.backend.people import PASSWORD

NEW = "eleven loud handclaps"


async def interrupted(parts: Parts, profile_id: str, request: Coroutine[Any, Any, Any]) -> None:
    """A request whose process dies while it waits for its turn with this person."""
    async with parts.store.exclusively(f"profile:{profile_id}"):
        dying = asyncio.create_task(request)
        await asyncio.sleep(0.5)
        assert not dying.done(), "it did not wait"
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)


async def test_a_link_whose_use_was_interrupted_opens_the_account_yet(
    visitor: httpx2.AsyncClient, parts: Parts, inbox: Inbox
) -> None:
    email = f"{uuid4().hex}@members.staging.wwmaa.example"
    told = {"email": email, "password": PASSWORD, "full_name": "Ama Owusu", "terms_accepted": True}
    await visitor.post("/api/auth/register", json=told)
    profile = await parts.store.first(Profile, {"email": email})
    assert profile is not None
    link = {"token": await inbox.token(email)}
    await interrupted(parts, profile.id, visitor.post("/api/auth/verify-email", json=link))
    assert (await visitor.post("/api/auth/verify-email", json=link)).status_code == 200
    assert (await visitor.post("/api/auth/verify-email", json=link)).status_code == 410


async def test_a_link_whose_use_was_interrupted_changes_the_password_yet_and_once(
    visitor: httpx2.AsyncClient, people: People, parts: Parts, inbox: Inbox
) -> None:
    person = await people.new()
    await visitor.post("/api/auth/forgot-password", json={"email": person.profile.email})
    link = {"token": await inbox.token(person.profile.email), "password": NEW}

    async def reset() -> int:
        return (await visitor.post("/api/auth/reset-password", json=link)).status_code

    await interrupted(parts, person.profile.id, reset())
    assert sorted(await asyncio.gather(*(reset() for _ in range(4)))) == [200, 410, 410, 410]
    assert (await person.log_in(NEW)).status_code == 200


@pytest.fixture
async def away(
    parts: Parts,
    zerodb: dict[str, str],
    outside: httpx2.ASGITransport,
    sandboxes: httpx2.AsyncClient,
) -> AsyncIterator[Parts]:
    """Parts whose store does not answer until the fault is lifted."""
    settings = Settings.load(zerodb | {"STORE": "zerodb", "RATE_LIMIT_LOGIN_PER_QUARTER_HOUR": "1"})
    store = await open_store(settings, ZeroDB(settings.database, outside))
    await prepare(store)
    fault = {"vendor": "zerodb", "kind": "status", "status": 503}
    (await sandboxes.post("/_sandbox/faults", json=fault)).raise_for_status()
    yield replace(parts, settings=settings, store=store)
    await sandboxes.delete("/_sandbox/faults")
    await store.close()


async def test_what_is_asked_while_the_store_is_away_does_not_count(
    away: Parts, backend: Backend, sandboxes: httpx2.AsyncClient
) -> None:
    accounts = Accounts(away.settings, away.store, away.redis, backend.state.passwords)
    email = f"{uuid4().hex}@members.staging.wwmaa.example"
    for _ in range(3):
        with pytest.raises(StoreIsUnavailable):
            await Recovery(away, backend.state.passwords).ask(email)
    with pytest.raises(StoreIsUnavailable):
        await accounts.log_in(email, PASSWORD)
    await sandboxes.delete("/_sandbox/faults")
    await Recovery(away, backend.state.passwords).ask(email)
    await subscribing.ask(away, email, [])
    assert await away.store.count(Job, {"task": "send_mail"}) == 2
    with pytest.raises(LoginIsRefused):
        await accounts.log_in(email, PASSWORD)
