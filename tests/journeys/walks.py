"""What people do while processes are killed, each to the end, and what they were told of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from tests.journeys.storm import Steadfast
from tests.journeys.town import PASSWORD, Town, draft, soon
from tests.sandboxes.browser import Tab
from tests.sandboxes.shop import EMAIL, FILLED

NEW_PASSWORD = "eight calm rolls, no rush"
WELCOME, RECEIPT, SEAT = "Welcome to the association", "Your receipt", "Your seat:"


@dataclass
class Walk:
    """One person's way, as far as it was acknowledged."""

    person: Steadfast
    password: str = PASSWORD
    known: dict[str, Any] = field(default_factory=dict)
    """What is told of them once they have an account."""
    seat: tuple[str, str] | None = None
    """The path of their answer to an event, and how it stands."""
    list_status: str = ""
    """How they stand on the newsletter's list."""
    application: str = ""
    mails: tuple[str, ...] = ()
    """What stands in the subject of exactly one mail to them."""


@dataclass(frozen=True)
class Square:
    """Where they meet: the board, an event for few of them, and one that costs."""

    town: Town
    board: tuple[Steadfast, Steadfast]
    event: str
    seminar: str

    @classmethod
    def of(cls, town: Town, guests: int) -> "Square":
        """A square whose event has half as many seats as guests come."""
        instructor = log_in(town, "instructor")
        starts = datetime.now(UTC) + timedelta(days=400)
        when = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(1)).isoformat()}
        about = {"title": "Randori in a storm", "event_type": "workshop", "location": "Main dojo"}

        def publish(**more: Any) -> str:
            made = instructor.post("/api/events", about | when | more, status=201)
            instructor.post(f"/api/events/{made['id']}/publish")
            return f"/api/events/{made['id']}/rsvp"

        event, seminar = publish(capacity=max(1, guests // 2)), publish(price_cents=2_500)
        return cls(town, (log_in(town, "board.one"), log_in(town, "board.two")), event, seminar)


def log_in(town: Town, name: str) -> Steadfast:
    """A persona who goes on until they are answered."""
    person = Steadfast(town, f"{name}@staging.wwmaa.example")
    person.log_in(town.personas[person.email])
    return person


def newcomer(square: Square, _number: int) -> Walk:
    """Opens an account by mail, logs in, and tells something of themselves."""
    person = Steadfast(square.town, f"{uuid4().hex}@members.staging.wwmaa.example")
    told = {"email": person.email, "password": PASSWORD, "full_name": "Ama Owusu"}
    person.post("/api/auth/register", told | {"terms_accepted": True}, status=202)
    token = square.town.token(person.email, "Confirm")
    person.post("/api/auth/verify-email", {"token": token})
    person.log_in(PASSWORD)
    bio = f"I come from {uuid4().hex}."
    person.patch("/api/people/me", {"bio": bio})
    return Walk(person, known={"bio": bio, "role": "visitor"})


def applicant(square: Square, number: int) -> Walk:
    """Hands in an application, and is let in by two of the board."""
    walk = newcomer(square, number)
    made = walk.person.post("/api/applications", draft(), status=201)
    walk.application = (made or walk.person.get("/api/applications/mine")[0])["id"]
    walk.person.post(f"/api/applications/{walk.application}/submit")
    for each in square.board:
        each.post(f"/api/board/applications/{walk.application}/approve", {})
    walk.known |= {"role": "member"}
    walk.mails += (WELCOME,)
    return walk


def payer(square: Square, number: int) -> Walk:
    """Is let in, and pays for a year on Stripe's page."""
    walk = applicant(square, number)
    page = walk.person.post("/api/membership/checkout", {"tier": "premium"})["url"]

    def paid() -> Any:
        told = walk.person.get("/api/membership")
        if told is None:
            pay(square.town, page)
        return told

    assert soon(paid, "a membership that is paid for", pause=1.0)["tier"] == "premium"
    walk.known |= {"tier": "premium"}
    walk.mails += (RECEIPT,)
    return walk


def pay(town: Town, page: str) -> None:
    """Pay on a page of Stripe's; where that was done, it tells again what was not heard."""
    tab = Tab.open(town.vendors, page)
    if tab.reader.forms:
        tab.submit(**FILLED | EMAIL)
    else:
        town.vendors.post("/_sandbox/deliveries/backfill?vendor=stripe").raise_for_status()


def guest(square: Square, number: int) -> Walk:
    """Asks for one of too few seats; every other one gives it back."""
    walk = newcomer(square, number)
    status = walk.person.post(square.event)["status"]
    if number % 2:
        told = walk.person.delete(square.event)
        status = told["status"] if told else "canceled"
    walk.seat = (square.event, status)
    return walk


def buyer(square: Square, number: int) -> Walk:
    """Asks for a seat that costs, and pays for it on Stripe's page."""
    walk = newcomer(square, number)
    page = walk.person.post(square.seminar)["pay_at"]

    def confirmed() -> Any:
        told = walk.person.get(square.seminar)
        if told["status"] == "confirmed":
            return told
        pay(square.town, page)
        return None

    assert soon(confirmed, "a seat that is paid for", pause=1.0)["ticket"]
    walk.seat = (square.seminar, "confirmed")
    walk.mails += (SEAT,)
    return walk


def reader(square: Square, number: int) -> Walk:
    """Subscribes to the newsletter by mail; every other one leaves again by a link."""
    person = Steadfast(square.town, f"{uuid4().hex}@readers.staging.wwmaa.example")
    wish = {"email": person.email, "consent": True}
    person.post("/api/newsletter/subscribe", wish, status=202)

    def confirmed() -> Any:
        # Whoever asked twice gets two mails, of which the newest counts.
        told = {"token": unquote(square.town.token(person.email, "Please confirm"))}
        answer = square.town.api.request("POST", "/api/newsletter/confirm", json=told)
        return answer.json() if answer.status_code == 200 else None

    soon(confirmed, "a subscription that is confirmed")
    status = "subscribed"
    way_out = square.town.token(person.email, "You are subscribed")
    if number % 2:
        person.post(f"/api/newsletter/unsubscribe?token={way_out}")
        status = "unsubscribed"
    return Walk(person, list_status=status, mails=("You are subscribed",))


def forgetful(square: Square, number: int) -> Walk:
    """Chooses a new password by mail."""
    walk = newcomer(square, number)
    person = walk.person
    person.post("/api/auth/forgot-password", {"email": person.email}, status=202)
    token = square.town.token(person.email, "password")
    person.post("/api/auth/reset-password", {"token": token, "password": NEW_PASSWORD})
    person.token = ""
    person.log_in(NEW_PASSWORD)
    walk.password = NEW_PASSWORD
    return walk


WAYS: Sequence[Callable[[Square, int], Walk]] = (
    payer,
    guest,
    reader,
    buyer,
    applicant,
    forgetful,
    guest,
    newcomer,
)
"""The ways, of which one follows another; the longest comes first."""
