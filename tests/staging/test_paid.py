"""Stripe's sandbox knows what the seeds have paid: nothing differs, and members manage theirs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.schema.subscriptions import Subscription
from backend.store import Store
from staging import filling
from staging.local import Local
from staging.seeds.subscriptions import years_from
from tests.staging.places import Place

SOON_S = 30.0


class Person:
    """A persona at the front door."""

    def __init__(self, api: httpx2.Client, local: Local, name: str) -> None:
        self.api = api
        told = {"email": f"{name}@staging.wwmaa.example", "password": local.password}
        session = api.post("/api/auth/login", json=told).raise_for_status().json()
        self.bearer = {"Authorization": f"Bearer {session['access_token']}"}

    def get(self, path: str) -> Any:
        return self.api.get(path, headers=self.bearer).raise_for_status().json()

    def post(self, path: str) -> Any:
        headers = {**self.bearer, "Idempotency-Key": uuid4().hex}
        return self.api.post(path, headers=headers).raise_for_status().json()

    def differences(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.get("/api/membership/differences")
        return found


LogIn = Callable[[str], Person]


@pytest.fixture
def log_in(local: Local) -> Iterator[LogIn]:
    """Lets a persona in."""
    url = local.url("backend")
    with httpx2.Client(base_url=url, trust_env=False, timeout=30) as api:
        yield partial(Person, api, local)


@pytest.fixture
def local(place: Place) -> Local:
    return Local.at(place.folder)


@pytest.fixture
async def anew(local: Local) -> AsyncIterator[Store]:
    """The seeds as new, which they are again afterwards."""
    async with filling.opened(local) as store:
        for _ in range(2):
            await filling.empty(local, store)
            await filling.fill(local, store, filling.story(local))
            if _ == 0:
                yield store


async def test_nothing_differs_and_what_is_planted_is_named(anew: Store, log_in: LogIn) -> None:
    admin = log_in("admin")
    assert admin.differences() == []
    kept = await anew.first(Subscription, {"status": "active", "tier": "premium"})
    assert kept is not None
    await anew.update(kept.changed(tier="basic"))
    assert admin.differences() == [
        {
            "subscription": kept.stripe_subscription_id,
            "what": "tier",
            "here": "basic",
            "at_stripe": "premium",
        }
    ]
    await anew.remove(Subscription, {"id": kept.id})
    (missing,) = admin.differences()
    assert (missing["what"], missing["here"]) == ("subscription", "missing")


async def test_a_seeded_member_opens_the_portal_cancels_and_resumes(
    local: Local, anew: Store, log_in: LogIn
) -> None:
    member = log_in("member.premium")
    page = httpx2.get(member.post("/api/membership/portal")["url"], trust_env=False)
    assert "4242" in page.text

    async def until(*, ends: bool) -> None:
        for _ in range(round(SOON_S / 0.1)):
            if member.get("/api/membership")["ends_then"] is ends:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"the membership does not become one that ends: {ends}")

    member.post("/api/membership/cancel")
    await until(ends=True)
    # A seed that people changed stays so, here as there, until it is reset.
    await filling.fill(local, anew, filling.story(local))
    assert member.get("/api/membership")["ends_then"] is True
    assert log_in("admin").differences() == []
    member.post("/api/membership/resume")
    await until(ends=False)
    (invoice,) = member.get("/api/membership/invoices")
    assert (invoice["status"], invoice["amount_paid"]) == ("paid", 149_00)


def test_a_year_ends_on_the_same_day_of_the_next_as_stripe_counts() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert years_from(leap, 1) == datetime(2029, 2, 28, 12, tzinfo=UTC)
    assert years_from(datetime(2027, 6, 1, tzinfo=UTC), 1) == datetime(2028, 6, 1, tzinfo=UTC)
