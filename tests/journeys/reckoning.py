"""What must hold after a storm: what was acknowledged is there, and every effect is there once."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from backend.audit import examine
from backend.providers.opening import open_providers
from backend.providers.postmark import KEY
from backend.schema.applications import Application
from backend.schema.audit_log import AuditEntry
from backend.schema.document import Tier
from backend.schema.events import Event
from backend.schema.jobs import Job, JobState
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Profile
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.schema.subscriptions import Subscription
from backend.store import Range, Store, Where
from staging.filling import opened, settings
from staging.local import Local
from staging.vendors import YEARLY_CENTS
from tests.journeys.storm import PATIENCE_S, Storm
from tests.journeys.walks import Square, Walk

SOON = timedelta(minutes=20)
"""What is due later than this after the beginning, such as a reminder, is not waited for."""


async def reckon(local: Local, square: Square, walks: Sequence[Walk], began: datetime) -> list[str]:
    """Everything that does not hold."""
    token = settings(local).mail.postmark_api_key.get_secret_value()
    async with opened(local) as store:
        wrong = [line for walk in walks async for line in _of(local, store, walk)]
        for path in (square.event, square.seminar):
            wrong += [line async for line in _seats(store, path)]
        wrong += [line async for line in _jobs(square, token, store, began)]
        if broken := (await examine(store)).broken:
            wrong.append(f"the audit log: {broken}")
    wrong += [line for walk in walks for line in _acknowledged(walk)]
    wrong += [line for walk in walks for line in _mails(square, walk)]
    wrong += [line for each in square.board for line in _replayed(Walk(each))]
    return wrong


def settle(storm: Storm, square: Square) -> None:
    """Let everything be done that is under way: webhooks, and what dead workers had begun."""
    storm.until_whole()
    vendors, ends = square.town.vendors, time.monotonic() + PATIENCE_S
    while _undelivered(square):
        assert time.monotonic() < ends, "some webhooks were never delivered"
        vendors.post("/_sandbox/deliveries/backfill?vendor=stripe").raise_for_status()
        time.sleep(0.5)
    storm.pass_time()


async def idle(local: Local, began: datetime) -> None:
    """Wait until no job waits."""
    ends = time.monotonic() + PATIENCE_S
    since, until = Range(start=began), Range(end=began + SOON)
    waits: Where = {"state": JobState.waiting, "created_at": since, "due_at": until}
    async with opened(local) as store:
        while left := await store.find(Job, waits):
            if not left.items:
                return
            assert time.monotonic() < ends, f"these were not done: {left.items}"
            time.sleep(0.2)  # noqa: ASYNC251 -- nobody else is in this loop.


def _undelivered(square: Square) -> int:
    listed = (
        square.town.vendors.get(f"/_sandbox/deliveries?vendor=stripe&state={state}&limit=1000")
        for state in ("pending", "failed")
    )
    return sum(len(each.json()) for each in listed)


def _acknowledged(walk: Walk) -> list[str]:
    """What this person was told and does not hold, at the front door."""
    who, wrong = walk.person, []
    if walk.known:
        # The session of before still holds, and the password opens another.
        told = who.get("/api/auth/me")
        wrong += [
            f"{who.email}: {name} is {told[name]}, not {value}"
            for name, value in walk.known.items()
            if told[name] != value
        ]
        who.post("/api/auth/login", {"email": who.email, "password": walk.password})
    if walk.seat:
        path, status = walk.seat
        told = who.get(path)["status"]
        # Whoever waited may have got a seat meanwhile.
        if told != status and (status, told) != ("waitlist", "confirmed"):
            wrong.append(f"{who.email}: the seat is {told}, not {status}")
    return wrong + _replayed(walk)


def _mails(square: Square, walk: Walk) -> list[str]:
    """Mails that came not once."""
    asked = {"to": walk.person.email, "limit": "500"}
    told = square.town.vendors.get("/_sandbox/inbox.json", params=asked).json()
    times = {it: sum(it in each["subject"] for each in told) for it in walk.mails}
    return [f"{walk.person.email}: {n} mails {it!r}" for it, n in times.items() if n != 1]


def _replayed(walk: Walk) -> list[str]:
    """Requests with a remembered key that are answered otherwise the second time."""
    wrong = []
    for asked in walk.person.asked:
        if asked.path.endswith(("/rsvp", "/submit", "/approve", "/checkout")):
            again = walk.person.ask_again(asked)
            if "idempotency-replayed" not in again.headers or again.json() != asked.answer:
                wrong.append(f"{walk.person.email}: {asked.method} {asked.path} was done twice")
    return wrong


async def _of(local: Local, store: Store, walk: Walk) -> AsyncIterator[str]:
    """What is kept of a person more or less often than once."""
    who = walk.person.email
    profiles = await store.count(Profile, {"email": who})
    if profiles != bool(walk.known):
        yield f"{who}: {profiles} profiles"
    async for line in _votes(store, walk):
        yield line
    profile = await store.first(Profile, {"email": who})
    if profile and walk.known.get("tier"):
        paid = [each async for each in store.every(Subscription, {"profile_id": profile.id})]
        cents = [(each.paid_invoices, each.paid_cents) for each in paid]
        if cents != [(1, YEARLY_CENTS[Tier.premium])]:
            yield f"{who}: paid {cents}"
    if walk.list_status:
        async for line in _reader(local, store, walk):
            yield line


async def _votes(store: Store, walk: Walk) -> AsyncIterator[str]:
    if not walk.application:
        return
    kept = await store.get(Application, walk.application)
    assert kept is not None, "an acknowledged application is gone"
    voters = [each.by for each in kept.approvals]
    subject = {"subject": f"applications/{kept.id}"}
    noted = Counter([each.action async for each in store.every(AuditEntry, subject)])
    if len(voters) != 2 or len({*voters}) != 2 or max(noted.values()) > 2:
        yield f"{walk.person.email}: voted by {voters}, noted {noted}"


async def _reader(local: Local, store: Store, walk: Walk) -> AsyncIterator[str]:
    who = walk.person.email
    here = await store.first(NewsletterSubscriber, {"email": who})
    providers = open_providers(settings(local))
    there = await providers.beehiiv.get_subscription(who)
    await providers.close()
    is_on = there is not None and there.status == "active"
    if here is None or here.status != walk.list_status:
        yield f"{who}: {here and here.status} on our list, not {walk.list_status}"
    if is_on != (walk.list_status == "subscribed"):
        yield f"{who}: {there and there.status} at BeeHiiv, not {walk.list_status}"


async def _seats(store: Store, path: str) -> AsyncIterator[str]:
    event_id = urlsplit(path).path.split("/")[-2]
    event = await store.get(Event, event_id)
    assert event is not None, "an acknowledged event is gone"
    counted = Counter([r.status async for r in store.every(Rsvp, {"event_id": event_id})])
    taken = counted[RsvpStatus.confirmed] + counted[RsvpStatus.held]
    if event.seats_taken != taken or (event.capacity and taken > event.capacity):
        yield f"{event.title}: {taken} of {event.capacity} seats, counted as {event.seats_taken}"
    if counted[RsvpStatus.waitlist] and event.has_seat():
        yield f"{event.title}: some wait, and {counted} leave seats free"


async def _jobs(square: Square, token: str, store: Store, began: datetime) -> AsyncIterator[str]:
    """Each job that was done has had its effect once, and none was given up."""
    # Others may have lived in this environment for years before, and come back to the present.
    since = {"created_at": Range(start=began, end=began + SOON)}
    async for job in store.every(Job, {**since, "state": JobState.dead}):
        yield f"{job.task} {job.id} was given up: {job.why}"
    done = {job.id async for job in store.every(Job, {**since, "task": "send_mail"})}
    sent = Counter(_keys_of_mails(square, token))
    doubled = {key: times for key, times in sent.items() if key in done and times > 1}
    if doubled or done - sent.keys():
        yield f"mails: doubled {doubled}, missing {done - sent.keys()}"


def _keys_of_mails(square: Square, token: str) -> Iterator[str]:
    """The job of each mail that was sent."""
    known = {"X-Postmark-Server-Token": token, "Accept": "application/json"}
    path = "/postmark/messages/outbound"
    for offset in range(0, 10_000, 500):
        asked = {"count": 500, "offset": offset}
        answer = square.town.vendors.get(path, params=asked, headers=known)
        told = answer.raise_for_status().json()
        yield from (str(each["Metadata"].get(KEY)) for each in told["Messages"])
        if len(told["Messages"]) < 500:
            return
