"""What people tried by hand on staging before each release, line by line, through the front door of
the environment that has risen: real ports, a real worker, mails in the inbox, Stripe's own page."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import httpx2
import jwt
import pytest

from tests.journeys.town import PASSWORD, Somebody, Town, soon
from tests.staging.places import Place

Held = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def town(raised: tuple[Place, Any]) -> Iterator[Town]:
    place, said = raised
    assert "backend" in said.stdout, said.stderr
    told = place.status()
    personas = {each["email"]: each["password"] for each in told["personas"]}
    secrets = json.loads((place.folder / "secrets.json").read_text())
    with (
        httpx2.Client(base_url=told["urls"]["backend"], timeout=30, trust_env=False) as api,
        httpx2.Client(base_url=told["urls"]["sandboxes"], timeout=30, trust_env=False) as vendors,
    ):
        yield Town(api, vendors, personas, secrets["METRICS_TOKEN"])


@pytest.fixture(scope="module")
def member(town: Town) -> Somebody:
    """Somebody whom two board members have let in, and who has not paid yet."""
    return town.member()


@pytest.fixture(scope="module")
def instructor(town: Town) -> Somebody:
    return town.persona("instructor")


@pytest.fixture
def held(instructor: Somebody) -> Iterator[Held]:
    """Publishes events of the instructor's, which are called off afterwards."""
    made: list[str] = []
    starts = datetime.now(UTC) + timedelta(days=400)

    def publish(**more: Any) -> dict[str, Any]:
        about = {"title": "Breakfalls for beginners", "event_type": "workshop", "capacity": 1}
        when = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(2)).isoformat()}
        new = about | when | {"location": "Main dojo"} | more
        draft: dict[str, Any] = instructor.post("/api/events", new, status=201)
        made.append(draft["id"])
        published: dict[str, Any] = instructor.post(f"/api/events/{draft['id']}/publish")
        return published

    yield publish
    for event_id in made:
        instructor.post(f"/api/events/{event_id}/cancel", {"because": "It was only a test."})


def test_somebody_registers_by_mail_and_logs_in_with_a_token_that_is_theirs(town: Town) -> None:
    somebody = town.newcomer()
    me = somebody.get("/api/auth/me")
    assert (me["email"], me["role"]) == (somebody.email, "visitor")
    claims = jwt.decode(somebody.token, options={"verify_signature": False})
    assert claims["sub"] == me["id"]
    assert 0 < claims["exp"] - claims["iat"] <= 900
    Somebody(town, "").get("/api/auth/me", status=401)


def test_an_event_is_created_published_answered_and_entered_with_its_ticket_once(
    town: Town, held: Held, instructor: Somebody, member: Somebody
) -> None:
    event = held()
    path = f"/api/events/{event['id']}"
    assert (event["status"], event["seats_left"]) == ("published", 1)
    seat = member.post(f"{path}/rsvp")
    assert seat["status"] == "confirmed"
    assert town.letter(member.email, "Your seat: Breakfalls")["links"][0].endswith(path[4:])
    assert town.persona("member.basic").post(f"{path}/rsvp")["status"] == "waitlist"
    door = f"{path}/check-ins"
    member.post(door, {"code": seat["ticket"]}, status=403)
    assert instructor.post(door, {"code": seat["ticket"]})["email"] == member.email
    instructor.post(door, {"code": seat["ticket"]}, status=409)
    listed = instructor.get(f"{path}/attendees")
    assert (listed["confirmed"], listed["waiting"], listed["checked_in"]) == (1, 1, 1)


def test_a_membership_is_applied_for_and_two_members_of_the_board_approve(
    town: Town, member: Somebody
) -> None:
    (application,) = member.get("/api/applications/mine")
    assert (application["status"], application["approvals_given"]) == ("approved", 2)
    assert member.get("/api/auth/me")["role"] == "member"
    for subject in ("has arrived", "is under review", "Welcome to the association"):
        assert town.letter(member.email, subject)["to"] == [member.email]


def test_one_member_of_the_board_alone_makes_nobody_a_member(town: Town) -> None:
    somebody = town.newcomer()
    application = somebody.apply()
    approve = f"/api/board/applications/{application}/approve"
    one = town.persona("board.one")
    assert one.post(approve, {})["status"] == "under_review"
    one.post(approve, {}, status=403)
    assert somebody.get("/api/auth/me")["role"] == "visitor"
    somebody.post("/api/membership/checkout", {"tier": "basic"}, status=409)
    somebody.post(f"/api/applications/{application}/withdraw")


def test_search_finds_what_is_meant_in_other_words(town: Town) -> None:
    asked = "What can I have for breakfast before a competition?"
    found = Somebody(town, "").get("/api/search", q=asked, limit=3)["results"]
    assert "/blog/what-to-eat-on-tournament-day" in [each["url"] for each in found]


def test_a_membership_is_paid_for_on_stripes_page_and_its_webhook_brings_the_tier(
    town: Town, member: Somebody
) -> None:
    assert member.get("/api/membership") is None
    town.pay(member.post("/api/membership/checkout", {"tier": "premium"})["url"])
    paid = soon(lambda: member.get("/api/membership"), "a membership that is paid for")
    assert (paid["tier"], paid["status"]) == ("premium", "active")
    assert member.get("/api/auth/me")["tier"] == "premium"
    assert town.letter(member.email, "Your receipt")
    (invoice,) = member.get("/api/membership/invoices")
    assert invoice["status"] == "paid"


def test_a_ticket_is_held_paid_for_on_stripes_page_and_confirmed_by_its_webhook(
    town: Town, held: Held, member: Somebody
) -> None:
    path = f"/api/events/{held(title='A seminar that costs', price_cents=2_500)['id']}"
    seat = member.post(f"{path}/rsvp")
    assert (seat["status"], seat["ticket"]) == ("held", None)
    town.pay(seat["pay_at"])

    def confirmed() -> Any:
        told = member.get(f"{path}/rsvp")
        return told if told["status"] == "confirmed" else None

    assert soon(confirmed, "a seat that is paid for")["ticket"]
    assert town.letter(member.email, "Your seat: A seminar that costs")


def test_a_reader_subscribes_by_mail_and_is_on_the_list_at_beehiiv_until_they_leave(
    town: Town,
) -> None:
    reader = Somebody(town, f"{uuid4().hex}@readers.staging.wwmaa.example")
    wish = {"email": reader.email, "consent": True}
    reader.post("/api/newsletter/subscribe", wish, status=202)
    token = unquote(town.token(reader.email, "Please confirm"))
    assert reader.post("/api/newsletter/confirm", {"token": token})["status"] == "subscribed"
    way_out = town.token(reader.email, "You are subscribed")
    left = reader.post(f"/api/newsletter/unsubscribe?token={way_out}")
    assert left["status"] == "unsubscribed"


def test_a_training_session_is_scheduled_registered_for_and_called_off(
    town: Town, instructor: Somebody, member: Somebody
) -> None:
    starts = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    new = {"title": "Kata, slowly", "discipline": "Karate", "starts_at": starts}
    session = instructor.post("/api/training/sessions", new, status=201)
    path = f"/api/training/sessions/{session['id']}"
    member.post(f"{path}/registration")
    assert member.get(f"{path}/access")["may_join"] is False
    off = instructor.post(f"{path}/cancel", {"because": "It was only a test."})
    assert off["status"] == "canceled"
    assert town.letter(member.email, "Called off: Kata, slowly")


def test_a_forgotten_password_is_chosen_anew_by_mail_and_ends_every_session(town: Town) -> None:
    somebody = town.newcomer()
    somebody.post("/api/auth/forgot-password", {"email": somebody.email}, status=202)
    new = {"token": town.token(somebody.email, "password"), "password": "eight calm rolls, no rush"}
    somebody.post("/api/auth/reset-password", new)
    somebody.get("/api/auth/me", status=401)
    somebody.token = ""
    old = {"email": somebody.email, "password": PASSWORD}
    somebody.post("/api/auth/login", old, status=401)
    somebody.log_in(new["password"])
    assert somebody.get("/api/auth/me")["email"] == somebody.email


def test_metrics_count_what_people_did(town: Town, held: Held, member: Somebody) -> None:
    path = f"/api/events/{held()['id']}/rsvp"
    labels = {"method": "DELETE", "endpoint": "/api/events/{event_id}/rsvp", "status_code": "200"}
    before = town.counted(**labels)
    member.post(path)
    member.delete(path)
    soon(lambda: town.counted(**labels) == before + 1 or None, "one more request that is counted")
