"""Events of Stripe's, some twice, in any order, at a backend that is killed again and again: each
has its effect exactly once. With `--long` they are a thousand."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import stripe

from backend.prepare import prepare
from backend.schema.profiles import Profile
from backend.schema.subscriptions import Subscription
from backend.settings import Settings
from backend.store import Store
from backend.store.opening import open_store
from sandboxes.stripe import STRIPE
from tests.conftest import free_port
from tests.sandboxes.served import served

ROOT = Path(__file__).parents[2]
KEY, SECRET = "sk_" + "test_under_fire", "whsec_" + "under_fire"
CENTS = 2900


@dataclass(frozen=True)
class Fire:
    """How many people pay, how many events that makes at least, and how often the backend dies."""

    people: int
    events: int
    kills: int


SHORT, LONG = Fire(30, 300, 2), Fire(100, 1000, 5)


@dataclass
class Killable:
    """A backend of two workers on a port, which can be killed and started again."""

    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.environ['PORT']}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "backend"],
            cwd=ROOT,
            env=self.environ,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < deadline, "the backend did not start"
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL to all of its processes at once."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def _answers(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/api/health", trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False


@pytest.fixture(scope="module")
def sandboxes(postgres_url: str) -> Iterator[str]:
    with served(postgres_url, STRIPE) as url:
        yield url


@pytest.fixture(scope="module")
def environ(postgres_url: str, redis_url: str, sandboxes: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHON_ENV": "staging",
        "ENVIRONMENT_NAME": f"t{uuid4().hex[:8]}",
        "PORT": str(free_port()),
        "BACKEND_URL": "http://127.0.0.1:8000",
        "FRONTEND_URL": "http://localhost:3000",
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "JWT_SECRET": "a secret of this test run alone, long enough",
        "POSTMARK_API_KEY": "postmark-token-of-this-test",
        "FROM_EMAIL": "staging@wwmaa.com",
        "LOG_LEVEL": "ERROR",
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_BASIC_PRICE_ID": "price_fire",
        "STRIPE_BASE_URL": f"{sandboxes}/stripe",
    }


@pytest.fixture
async def store(environ: dict[str, str]) -> AsyncIterator[Store]:
    """What the backend keeps, with people in it."""
    store = await open_store(Settings.load(environ))
    await prepare(store)
    yield store
    await store.close()


@contextmanager
def running(backend: Killable) -> Iterator[None]:
    backend.start()
    try:
        yield
    finally:
        backend.kill()


def subscribe(client: stripe.StripeClient, profile_id: str) -> str:
    """A person pays for a year; Stripe's id of it. It makes some ten events."""
    customer = client.v1.customers.create(
        {"payment_method": "pm_card_visa", "metadata": {"profile_id": profile_id}}
    )
    (method,) = client.v1.payment_methods.list({"customer": customer.id}).data
    asked: Any = {
        "customer": customer.id,
        "items": [{"price": "price_fire"}],
        "default_payment_method": method.id,
        "metadata": {"profile_id": profile_id},
    }
    return client.v1.subscriptions.create(asked).id


def kill_again_and_again(backend: Killable, control: httpx2.Client, times: int) -> None:
    """Each time a little time to work, then the end, a new start, and all that was missed."""
    for _ in range(times):
        time.sleep(1.0)
        backend.kill()
        backend.start()
        control.post("/_sandbox/deliveries/backfill?vendor=stripe").raise_for_status()


def undelivered(control: httpx2.Client) -> int:
    states = ("pending", "failed")
    listed = [
        control.get(f"/_sandbox/deliveries?vendor=stripe&state={state}&limit=10000").json()
        for state in states
    ]
    return sum(map(len, listed))


def forgeries_refused(url: str, body: str) -> list[int]:
    """What comes of a true event under signatures that are not Stripe's."""
    moment = int(time.time())
    headers = [f"t={moment},v1={'ab' * 32}", f"t={moment - 900},v1={'ab' * 32}", "v1=ab", ""]
    return [
        httpx2.post(
            f"{url}/api/webhooks/stripe",
            content=body,
            headers={"Stripe-Signature": header},
            trust_env=False,
        ).status_code
        for header in headers
    ]


async def test_events_have_their_effect_once_while_the_backend_is_killed(
    request: pytest.FixtureRequest, store: Store, environ: dict[str, str], sandboxes: str
) -> None:
    fire = LONG if request.config.getoption("--long") else SHORT
    people = [
        Profile(email=f"p{n}@members.staging.wwmaa.example", full_name="Ama Owusu")
        for n in range(fire.people)
    ]
    await store.insert(*people)
    done = await asyncio.to_thread(_under_fire, environ, sandboxes, [p.id for p in people], fire)

    kept = {each.stripe_subscription_id: each async for each in store.every(Subscription)}
    assert kept.keys() == {*done.subscriptions}
    assert {each.status for each in kept.values()} == {"active"}
    assert [(e.paid_invoices, e.paid_cents) for e in kept.values()] == [(1, CENTS)] * fire.people
    assert len({each.profile_id for each in kept.values()}) == fire.people
    assert done.events >= fire.events
    assert done.deliveries >= done.events * 1.05, "some were sent twice"
    assert set(done.forged) == {400}


@dataclass
class Done:
    """What was sent, and what came of the forged."""

    subscriptions: list[str]
    events: int
    deliveries: int
    forged: list[int]


def _under_fire(environ: dict[str, str], sandboxes: str, people: list[str], fire: Fire) -> Done:
    backend = Killable(environ | {"WEB_CONCURRENCY": "2"})
    client = stripe.StripeClient(
        KEY,
        base_addresses={"api": f"{sandboxes}/stripe"},
        http_client=stripe.RequestsClient(),
    )
    with (
        httpx2.Client(base_url=sandboxes, timeout=30, trust_env=False) as control,
        running(backend),
    ):
        price = {"id": "price_fire", "product": "prod_fire", "name": "A year", "unit_amount": CENTS}
        control.put("/_sandbox/stripe/prices", json=[price]).raise_for_status()
        hook = f"{backend.url}/api/webhooks/stripe"
        told = {"vendor": "stripe", "url": hook, "secret": SECRET}
        control.put("/_sandbox/webhooks", json=told).raise_for_status()
        mischief = {"duplicate": 0.1, "shuffle_s": 4}
        control.put("/_sandbox/deliveries/mischief", json=mischief).raise_for_status()
        with ThreadPoolExecutor(3) as pool:
            burning = pool.submit(kill_again_and_again, backend, control, fire.kills)
            subscriptions = list(pool.map(lambda each: subscribe(client, each), people))
            burning.result()
        deadline = time.monotonic() + 90
        while undelivered(control):
            assert time.monotonic() < deadline, "some events were never delivered"
            control.post("/_sandbox/deliveries/backfill?vendor=stripe").raise_for_status()
            time.sleep(1)
        sent = control.get("/_sandbox/deliveries?vendor=stripe&limit=10000").json()
        forged = forgeries_refused(backend.url, sent[0]["body"])
    return Done(subscriptions, len({each["event_id"] for each in sent}), len(sent), forged)
