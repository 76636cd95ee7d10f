"""Webhooks: how soon Stripe hears that its news were taken, at a hundred a second."""

import hmac
import json
import time
from itertools import cycle, islice
from typing import Any, Final

import httpx2

from bench.grounds import Grounds, server
from bench.line import Line
from bench.load import at_pace, request_for

A_SECOND: Final = 100
EVENTS: Final = 1000


def _subscriptions(here: Grounds) -> list[dict[str, Any]]:
    """The subscriptions that the seeds have at Stripe, as Stripe tells of them."""
    url = f"{here.local.url('sandboxes')}/stripe/v1/subscriptions"
    key = {"Authorization": f"Bearer {here.variables['STRIPE_SECRET_KEY']}"}
    answer = httpx2.get(url, params={"limit": 100}, headers=key).raise_for_status()
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def _event(number: int, subscription: dict[str, Any], secret: str) -> bytes:
    """A webhook of Stripe's that is news, signed."""
    told = {
        "id": f"evt_bench{number:08}",
        "object": "event",
        "type": "customer.subscription.updated",
        # Each is newer than the one before it, so that it has its effect.
        "created": int(time.time()) + number,
        "data": {"object": subscription},
        "livemode": False,
    }
    body, moment = json.dumps(told, indent=2).encode(), str(int(time.time()))
    signed = hmac.digest(secret.encode(), moment.encode() + b"." + body, "sha256").hex()
    headers = {"Content-Type": "application/json"}
    headers["Stripe-Signature"] = f"t={moment},v1={signed}"
    return request_for("/api/webhooks/stripe", headers, method="POST", body=body)


def hooks(here: Grounds) -> Line:
    """Events about the seeds' subscriptions, each with its effect, against a bare answer."""
    secret = here.variables["STRIPE_WEBHOOK_SECRET"]
    about = islice(cycle(_subscriptions(here)), EVENTS)
    events = [_event(number, each, secret) for number, each in enumerate(about)]
    ours = at_pace(here.local.ports["backend"], *events, a_second=A_SECOND)
    with server("bench.bare:app", 1, "/api/health", {}) as port:
        look = request_for("/api/health", {})
        bare = at_pace(port, *[look] * EVENTS, a_second=A_SECOND)
    return Line(
        f"webhooks at {A_SECOND}/s, acknowledged / bare answer",
        f"p50 {ours.p50:.1f}, p95 {ours.p95:.1f} ms",
        f"p50 {bare.p50:.1f}, p95 {bare.p95:.1f} ms",
        f"{ours.failed} failed",
        "p95 < 20 ms",
        ours.p95 < 20 and not ours.failed,
    )
