"""Tickets: what they cost is paid on Stripe's page, and what they open is one door, once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.app import Backend, create_app
from backend.clock import CLOCK, now
from backend.features.events import checkout
from backend.jobs.running import work_off
from backend.parts import Parts
from backend.providers.stripe import Event as Told
from backend.schema.events import Event
from backend.schema.jobs import Job
from backend.schema.profiles import Role
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.webhooks import Outcome
from backend.worker.tasks import TASKS
from tests.backend.conftest import People, event, running, variables
from tests.backend.people import Person


@pytest.fixture(scope="module")
async def backend(postgres_url: str, redis_url: str, outside: httpx2.ASGITransport) -> Any:
    """A backend that knows Stripe."""
    told = {
        "STRIPE_SECRET_KEY": "sk_" + "test_of_this_test",
        "STRIPE_WEBHOOK_SECRET": "whsec_" + "of_this_test",
        "STRIPE_BASE_URL": "http://sandboxes.test/stripe",
    }
    app: Backend = create_app(variables(postgres_url, redis_url) | told, outside)
    async with running(app):
        yield app


async def somebody(people: People, role: Role = Role.member) -> Person:
    person = await people.new(role)
    await person.log_in()
    return person


async def seat_of(person: Person, kept: Event) -> dict[str, Any]:
    seat: dict[str, Any] = (await person.get(f"/api/events/{kept.id}/rsvp")).json()
    return seat


def told(kind: str, rsvp: Rsvp, paid_with: str | None = None) -> Told:
    """What Stripe tells of the page on which this seat is paid for."""
    thing = {
        "id": f"cs_test_{uuid4().hex}",
        "object": "checkout.session",
        "mode": "payment",
        "status": "complete" if paid_with else "expired",
        "payment_status": "paid" if paid_with else "unpaid",
        "payment_intent": paid_with,
        "expires_at": int(now().timestamp()),
        "metadata": {"event_id": rsvp.event_id, "rsvp_id": rsvp.id},
    }
    created = int(now().timestamp())
    return Told.model_validate(
        {"id": f"evt_{uuid4().hex}", "type": kind, "created": created, "data": {"object": thing}}
    )


async def rsvp_of(parts: Parts, person: Person, kept: Event) -> Rsvp:
    found = await parts.store.first(Rsvp, {"event_id": kept.id, "profile_id": person.profile.id})
    assert found is not None
    return found


@pytest.fixture
async def paid(parts: Parts) -> Event:
    kept = event(capacity=1, price_cents=2_500)
    await parts.store.insert(kept)
    return kept


async def test_a_seat_is_held_until_it_is_paid_for_and_then_has_a_ticket(
    people: People, parts: Parts, paid: Event
) -> None:
    member = await somebody(people)
    asked = (await member.post(f"/api/events/{paid.id}/rsvp")).json()
    assert (asked["status"], asked["ticket"]) == ("held", None)
    assert asked["pay_at"].startswith("http")
    again = (await member.post(f"/api/events/{paid.id}/rsvp")).json()
    assert again == asked
    news = told("checkout.session.completed", await rsvp_of(parts, member, paid), "pi_1")
    assert await checkout.hear(parts, news) is Outcome.applied
    assert await checkout.hear(parts, news) is Outcome.duplicate
    seat = await seat_of(member, paid)
    assert (seat["status"], seat["pay_at"]) == ("confirmed", None)
    picture = await member.get(f"/api/events/{paid.id}/rsvp/ticket.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")


async def test_a_seat_that_nobody_pays_for_goes_to_whoever_waits(
    people: People, parts: Parts, paid: Event
) -> None:
    first, second = await somebody(people), await somebody(people)
    for person in (first, second):
        await person.post(f"/api/events/{paid.id}/rsvp")
    gone = told("checkout.session.expired", await rsvp_of(parts, first, paid))
    assert await checkout.hear(parts, gone) is Outcome.applied
    assert (await seat_of(first, paid))["status"] == "canceled"
    assert (await seat_of(second, paid))["status"] == "held"
    # Stripe may also never tell: then the hold itself comes to its end.
    CLOCK.offset = timedelta(hours=25)
    try:
        await work_off(parts, TASKS)
    finally:
        CLOCK.offset = timedelta()
    assert (await seat_of(second, paid))["status"] == "canceled"
    left = await parts.store.get(Event, paid.id)
    assert left is not None
    assert left.seats_taken == 0


async def test_money_that_comes_after_the_seat_has_gone_is_paid_back_once(
    people: People, parts: Parts, paid: Event
) -> None:
    member = await somebody(people)
    await member.post(f"/api/events/{paid.id}/rsvp")
    await member.delete(f"/api/events/{paid.id}/rsvp")
    news = told("checkout.session.completed", await rsvp_of(parts, member, paid), "pi_late")
    assert [await checkout.hear(parts, news) for _ in range(2)] == [
        Outcome.applied,
        Outcome.duplicate,
    ]
    refund = await parts.store.first(Job, {"key": "refund:pi_late"})
    assert refund is not None
    assert refund.arguments["payment_intent"] == "pi_late"
    assert (await seat_of(member, paid))["status"] == "canceled"


async def test_a_ticket_lets_one_person_in_once_at_its_own_event(
    people: People, parts: Parts
) -> None:
    teacher, member, stranger = [
        await somebody(people, role) for role in (Role.instructor, Role.member, Role.instructor)
    ]
    here, there = [event(organizer_id=teacher.profile.id) for _ in range(2)]
    await parts.store.insert(here, there)
    code = (await member.post(f"/api/events/{here.id}/rsvp")).json()["ticket"]
    door = f"/api/events/{here.id}/check-ins"
    assert (await member.post(door, {"code": code})).status_code == 403
    assert (await stranger.post(door, {"code": code})).status_code == 403
    elsewhere = await teacher.post(f"/api/events/{there.id}/check-ins", {"code": code})
    assert "another event" in elsewhere.json()["detail"]
    forged = await teacher.post(door, {"code": f"{code[:-1]}{'A' if code[-1] != 'A' else 'B'}"})
    assert (forged.status_code, "none of ours" in forged.json()["detail"]) == (409, True)
    let_in = await teacher.post(door, {"code": code})
    assert let_in.json()["name"] == member.profile.full_name
    twice = await teacher.post(door, {"code": code})
    assert (twice.status_code, "was used" in twice.json()["detail"]) == (409, True)
    await member.delete(f"/api/events/{here.id}/rsvp")
    assert (await rsvp_of(parts, member, here)).status is RsvpStatus.canceled
    assert "given back" in (await teacher.post(door, {"code": code})).json()["detail"]
