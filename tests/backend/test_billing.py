"""Stripe's webhooks at the front door: signed ones have their effect once, in whatever order."""

import hashlib
import hmac
import json
import time
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.app import Backend, create_app
from backend.parts import Parts
from backend.schema.subscriptions import Subscription, SubscriptionStatus
from tests.backend.conftest import People, running, variables

SECRET = "whsec_" + "of_this_test"
NOW = int(time.time())
YEAR = 31_536_000


@pytest.fixture(scope="module")
async def backend(postgres_url: str, redis_url: str, outside: httpx2.ASGITransport) -> Any:
    """A backend that knows Stripe, at whose sandbox nothing of these tests is known."""
    told = {
        "STRIPE_SECRET_KEY": "sk_" + "test_of_this_test",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_BASIC_PRICE_ID": "price_basic",
        "STRIPE_STANDARD_PRICE_ID": "price_standard",
        "STRIPE_PREMIUM_PRICE_ID": "price_premium",
        "STRIPE_BASE_URL": "http://sandboxes.test/stripe",
    }
    app: Backend = create_app(variables(postgres_url, redis_url) | told, outside)
    async with running(app):
        yield app


def event(kind: str, thing: dict[str, Any], created: int = NOW) -> dict[str, Any]:
    """An event as Stripe writes it, as far as anybody reads it."""
    name = f"evt_{uuid4().hex}"
    return {
        "id": name,
        "object": "event",
        "type": kind,
        "created": created,
        "data": {"object": thing},
    }


def subscription(id_: str, profile_id: str, **more: Any) -> dict[str, Any]:
    """A subscription as Stripe shows it."""
    item = {
        "id": "si_1",
        "price": {"id": "price_basic"},
        "current_period_start": NOW,
        "current_period_end": NOW + YEAR,
    }
    return {
        "id": id_,
        "object": "subscription",
        "customer": "cus_1",
        "status": "active",
        "items": {"object": "list", "data": [item]},
        "cancel_at_period_end": False,
        "canceled_at": None,
        "ended_at": None,
        "trial_end": None,
        "metadata": {"profile_id": profile_id},
    } | more


def invoice(subscription_id: str, paid: int = 2900) -> dict[str, Any]:
    """A paid invoice as Stripe shows it."""
    return {
        "id": f"in_{uuid4().hex}",
        "object": "invoice",
        "status": "paid",
        "customer": "cus_1",
        "parent": {"subscription_details": {"subscription": subscription_id}},
        "amount_due": paid,
        "amount_paid": paid,
        "currency": "usd",
        "created": NOW,
    }


def signed(body: bytes, moment: int | None = None, secret: str = SECRET) -> dict[str, str]:
    """The header that signs a body, as https://docs.stripe.com/webhooks/signature describes it."""
    moment = int(time.time()) if moment is None else moment
    told = f"{moment}.".encode() + body
    digest = hmac.digest(secret.encode(), told, hashlib.sha256).hex()
    return {"Stripe-Signature": f"t={moment},v1={digest}"}


async def tell(
    door: httpx2.AsyncClient, told: dict[str, Any], headers: dict[str, str] | None = None
) -> httpx2.Response:
    """Send an event as Stripe does."""
    body = json.dumps(told).encode()
    return await door.post("/api/webhooks/stripe", content=body, headers=headers or signed(body))


async def kept(parts: Parts, id_: str) -> Subscription:
    found = await parts.store.first(Subscription, {"stripe_subscription_id": id_})
    assert found
    return found


@pytest.fixture
async def profile_id(people: People) -> str:
    return (await people.new()).profile.id


async def test_an_event_has_its_effect_once(
    visitor: httpx2.AsyncClient, parts: Parts, profile_id: str
) -> None:
    id_ = f"sub_{uuid4().hex}"
    began = event("customer.subscription.created", subscription(id_, profile_id))
    paid = event("invoice.paid", invoice(id_))
    outcomes = [
        (await tell(visitor, each)).json()["outcome"] for each in (began, paid, paid, began)
    ]
    assert outcomes == ["applied", "applied", "duplicate", "duplicate"]
    found = await kept(parts, id_)
    assert (found.profile_id, found.tier, found.status) == (profile_id, "basic", "active")
    assert (found.paid_invoices, found.paid_cents) == (1, 2900)


async def test_older_news_changes_nothing(
    visitor: httpx2.AsyncClient, parts: Parts, profile_id: str
) -> None:
    id_ = f"sub_{uuid4().hex}"
    ended = subscription(id_, profile_id, status="canceled", canceled_at=NOW, ended_at=NOW)
    await tell(visitor, event("customer.subscription.deleted", ended, NOW + 60))
    late = event("customer.subscription.created", subscription(id_, profile_id), NOW)
    assert (await tell(visitor, late)).json()["outcome"] == "applied"
    assert (await kept(parts, id_)).status is SubscriptionStatus.canceled


@pytest.mark.parametrize(
    ("told", "means"),
    [("incomplete", "past_due"), ("unpaid", "past_due"), ("trialing", "trialing")]
    + [("incomplete_expired", "canceled"), ("past_due", "past_due"), ("paused", "past_due")],
)
async def test_each_word_of_stripes_means_something_here(
    visitor: httpx2.AsyncClient, parts: Parts, profile_id: str, told: str, means: str
) -> None:
    id_ = f"sub_{uuid4().hex}"
    thing = subscription(id_, profile_id, status=told)
    await tell(visitor, event("customer.subscription.created", thing))
    assert (await kept(parts, id_)).status == means


async def test_what_is_about_nobody_we_know_is_taken_and_ignored(
    visitor: httpx2.AsyncClient, parts: Parts, profile_id: str
) -> None:
    for told in (
        event("customer.subscription.created", subscription("sub_x", "nobody")),
        event("customer.created", {"id": "cus_1", "object": "customer"}),
        event("charge.succeeded", {"id": "py_1", "object": "payment"}),
    ):
        answer = await tell(visitor, told)
        assert (answer.status_code, answer.json()) == (200, {"outcome": "ignored"})
    assert await parts.store.count(Subscription, {"stripe_subscription_id": "sub_x"}) == 0


async def test_forgeries_are_refused_and_change_nothing(
    visitor: httpx2.AsyncClient, parts: Parts, profile_id: str
) -> None:
    id_ = f"sub_{uuid4().hex}"
    told = event("customer.subscription.created", subscription(id_, profile_id))
    body = json.dumps(told).encode()
    for headers in (
        {"Stripe-Signature": ""},
        {"Stripe-Signature": "t=now,v1=ab"},
        signed(body, secret="another"),
        signed(body + b" "),
        signed(body, moment=int(time.time()) - 301),
        signed(body, moment=int(time.time()) + 400),
    ):
        answer = await tell(visitor, told, headers)
        assert answer.status_code == 400, headers
        assert answer.json()["type"] == "urn:wwmaa:problem:webhook-is-refused"
    assert await parts.store.count(Subscription, {"stripe_subscription_id": id_}) == 0


async def test_what_makes_no_sense_is_asked_for_again(visitor: httpx2.AsyncClient) -> None:
    answer = await tell(visitor, {"id": "evt_1", "type": 5})
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_invoice_that_is_only_foreseen_is_heard_and_changes_nothing(
    visitor: httpx2.AsyncClient,
) -> None:
    foreseen = invoice("sub_1") | {"status": "draft"}
    del foreseen["id"]
    answer = await tell(visitor, event("invoice.upcoming", foreseen))
    assert (answer.status_code, answer.json()) == (200, {"outcome": "ignored"})
