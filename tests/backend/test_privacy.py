"""Privacy: what is kept is shown, taken along and forgotten, and a scan proves that it is."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from backend.app import STRIPE_LISTENERS, Backend, create_app
from backend.audit import examine
from backend.clock import CLOCK, now
from backend.features.privacy.forgetting import PSEUDONYM
from backend.features.privacy.residue import scan
from backend.features.privacy.retention import SEVEN_YEARS, EndRetention
from backend.features.privacy.sources import FORMER, Traces
from backend.jobs import do_later
from backend.jobs.running import work_off
from backend.parts import Parts
from backend.schema.applications import Application, Reference
from backend.schema.blog_posts import BlogPost
from backend.schema.files import StoredFile
from backend.schema.jobs import Job, JobState
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.schema.subscriptions import Subscription
from backend.webhooks import tell
from backend.worker.tasks import TASKS
from tests.backend.conftest import People, event, running, variables
from tests.backend.documents import article
from tests.backend.inbox import Inbox
from tests.backend.people import PASSWORD, Person

STRIPE_KEY = "sk_" + "test_of_this_test"
PUBLICATION = "pub_22222222-2222-4222-8222-222222222222"


@pytest.fixture(scope="module")
async def backend(
    postgres_url: str,
    redis_url: str,
    outside: httpx2.ASGITransport,
    sandboxes: httpx2.AsyncClient,
) -> Any:
    """A backend that knows Stripe and BeeHiiv."""
    made = await sandboxes.put(f"/_sandbox/beehiiv/publications/{PUBLICATION}", json={"name": "W"})
    made.raise_for_status()
    price = {"id": "price_basic", "product": "prod_1", "name": "basic", "unit_amount": 2_900}
    (await sandboxes.put("/_sandbox/stripe/prices", json=[price])).raise_for_status()
    told = {
        "STRIPE_SECRET_KEY": STRIPE_KEY,
        "STRIPE_BASIC_PRICE_ID": "price_basic",
        "STRIPE_BASE_URL": "http://sandboxes.test/stripe",
        "BEEHIIV_API_KEY": "beehiiv-key-of-this-test",
        "BEEHIIV_PUBLICATION_ID": PUBLICATION,
        "BEEHIIV_BASE_URL": "http://sandboxes.test/beehiiv/v2",
    }
    app: Backend = create_app(variables(postgres_url, redis_url) | told, outside)
    async with running(app):
        yield app


@pytest.fixture(autouse=True)
async def present() -> AsyncIterator[None]:
    """What moved the clock moves it back."""
    yield
    CLOCK.offset = timedelta()


async def somebody(people: People, role: Role = Role.member) -> Person:
    person = await people.new(role, full_name=f"Ingeborg Quistorp {uuid4().hex}")
    await person.log_in()
    return person


async def subscribed(person: Person, parts: Parts, sandboxes: httpx2.AsyncClient) -> Subscription:
    """A membership that is paid for at Stripe, of which we have heard."""

    async def send(path: str, form: dict[str, str]) -> Any:
        headers = {"Authorization": f"Bearer {STRIPE_KEY}"}
        answer = await sandboxes.post(f"/stripe/v1/{path}", data=form, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    paid_by = {"payment_method": "pm_card_visa"}
    default = {"invoice_settings[default_payment_method]": "pm_card_visa"}
    named = {"email": person.profile.email, "name": person.profile.full_name}
    customer = await send("customers", named | paid_by | default)
    buys = {"customer": customer["id"], "items[0][price]": "price_basic"}
    await send("subscriptions", buys | {"metadata[profile_id]": person.profile.id})
    await hear(parts)
    kept = await parts.store.first(Subscription, {"profile_id": person.profile.id})
    assert kept is not None
    return kept


async def hear(parts: Parts) -> None:
    """All that Stripe has told of so far, told again."""
    since = parts.providers.stripe.events_since(now() - timedelta(days=1))
    for told in reversed([each async for each in since]):
        await tell(STRIPE_LISTENERS, parts, told)


async def forget(person: Person, **other: str) -> httpx2.Response:
    body = {"password": PASSWORD, "confirmation": "DELETE"} | other
    return await person.post("/api/privacy/deletion", body, key=uuid4().hex)


async def everywhere(person: Person, parts: Parts) -> dict[str, str]:
    """Documents that name this person in one way or another; the ids of those that stay."""
    me, store = person.profile, parts.store
    mine = {"profile_id": me.id, "applicant_email": me.email, "applicant_name": me.full_name}
    other = {"profile_id": "o1", "applicant_email": "other@wwmaa.example", "applicant_name": "Ody"}
    by = Reference(name=me.full_name, email=me.email, relationship="Teacher")
    of_other = Application.model_validate(other | {"requested_tier": "basic"})
    of_other = of_other.changed(references_given=[by])
    past, coming = event(organizer_id=me.id), event(seats_taken=1, capacity=1)
    past = past.changed(starts_at=now() - timedelta(days=3), ends_at=now() - timedelta(days=2))
    post = article(f"post-{uuid4().hex[:6]}", "Text", author=me.full_name, author_id=me.id)
    was = Rsvp(event_id=past.id, profile_id=me.id, status=RsvpStatus.confirmed)
    comes = Rsvp(event_id=coming.id, profile_id=me.id, status=RsvpStatus.confirmed)
    photo = StoredFile.of(
        b"\x89PNG\r\n\x1a\n1", owner_id=me.id, subject=f"profiles/{me.id}", name="photo"
    )
    await store.insert(
        Application.model_validate(mine | {"requested_tier": "basic"}), of_other, past, coming, post
    )
    await store.insert(was, comes, photo)
    await parts.providers.beehiiv.subscribe(me.email, {}, confirmed=True)
    await store.insert(
        NewsletterSubscriber.model_validate({"email": me.email, "status": "subscribed"})
    )
    return {"post": post.id, "was": was.id, "coming": coming.id, "other": of_other.id}


async def test_all_that_is_kept_comes_by_mail_once_a_day(
    people: People, parts: Parts, inbox: Inbox, visitor: httpx2.AsyncClient
) -> None:
    person = await somebody(people)
    await everywhere(person, parts)
    assert (await person.post("/api/privacy/exports")).status_code == 202
    again = await person.post("/api/privacy/exports")
    assert (again.status_code, int(again.headers["retry-after"]) > 86_000) == (429, True)
    mails = await inbox.mails(person.profile.email)
    link = next(each for each in mails[0]["links"] if "/api/privacy/exports/" in each)
    answer = await visitor.get(link)
    told = answer.json()
    full = {name for name, found in told["kept"].items() if found["documents"]}
    assert {
        "profiles.id",
        "applications.profile_id",
        "applications.references_given.email",
        "rsvps.profile_id",
        "events.organizer_id",
        "blog_posts.author_id",
        "newsletter_subscribers.email",
        "files.owner_id",
        "audit_log.actor_id",
    } <= full
    assert (told["beehiiv"]["email"], len(told["sessions"])) == (person.profile.email, 1)
    assert "argon2" not in answer.text
    assert "other@wwmaa.example" not in answer.text
    forged = link[:-3] + ("abc" if not link.endswith("abc") else "cba")
    assert (await visitor.get(forged)).status_code == 410
    CLOCK.offset = timedelta(hours=24, minutes=1)
    assert (await visitor.get(link)).status_code == 410
    await work_off(parts, TASKS)
    await person.log_in()
    assert (await person.post("/api/privacy/exports")).status_code == 202


async def test_somebody_is_forgotten_everywhere(
    people: People,
    parts: Parts,
    inbox: Inbox,
    sandboxes: httpx2.AsyncClient,
    postgres_url: str,
) -> None:
    person = await somebody(people)
    ids = await everywhere(person, parts)
    paid = await subscribed(person, parts, sandboxes)
    await parts.redis.set(f"{parts.settings.prefix}reset:x", json.dumps({"p": person.profile.id}))
    traces = Traces(person.profile.id, person.profile.email, person.profile.full_name)
    assert {each.where.split("/")[0] for each in await scan(parts, traces)} >= {
        *("profiles", "applications", "rsvps", "subscriptions", "events", "blog_posts", "files"),
        f"{parts.settings.prefix}reset:x",
    }
    assert (await forget(person)).status_code == 202
    assert (await person.get("/api/auth/me")).status_code == 401
    assert (await person.log_in()).status_code == 401
    mails = [each["subject"] for each in await inbox.mails(person.profile.email)]
    assert mails[0] == "Your account is deleted"
    assert await scan(parts, traces) == []
    told = await parts.providers.stripe.get_subscription(paid.stripe_subscription_id)
    assert told is not None
    assert told.status == "canceled"
    await hear(parts)
    assert await scan(parts, traces) == []
    await only_what_vendors_retain(postgres_url, person.profile.email)
    await stands_unnamed(parts, ids, paid)
    assert not (await examine(parts.store)).broken


async def stands_unnamed(parts: Parts, ids: dict[str, str], paid: Subscription) -> None:
    """What must be kept is there, without a name; what others wait for is theirs."""
    kept = await parts.store.get(Subscription, paid.id)
    seat = await parts.store.get(Rsvp, ids["was"])
    post = await parts.store.get(BlogPost, ids["post"])
    other = await parts.store.get(Application, ids["other"])
    assert kept is not None
    assert seat is not None
    assert post is not None
    assert other is not None
    assert kept.profile_id.startswith(PSEUDONYM)
    assert (kept.profile_id, kept.status.value, kept.paid_cents) == (
        seat.profile_id,
        "canceled",
        paid.paid_cents,
    )
    assert (post.author, other.references_given[0].name) == (FORMER, FORMER)
    coming = await parts.store.count(Rsvp, {"event_id": ids["coming"], "status": "canceled"})
    assert coming == 1


async def only_what_vendors_retain(postgres_url: str, email: str) -> None:
    """The vendors know the address from their mails, and from what was paid, and nowhere else."""
    connection = await asyncpg.connect(postgres_url)
    rows = await connection.fetch(
        "SELECT vendor, kind FROM sandbox.records WHERE data::text LIKE $1", f"%{email}%"
    )
    await connection.close()
    found = {f"{row['vendor']}/{row['kind']}" for row in rows}
    retained = re.compile("postmark/|stripe/(invoice|charge|event|payment)")
    assert {each for each in found if not retained.match(each)} == set()


async def test_what_is_wrong_deletes_nothing(people: People, parts: Parts) -> None:
    person = await somebody(people)
    assert (await forget(person, password="another one entirely")).status_code == 401
    assert (await forget(person, confirmation="delete")).status_code == 422
    body = {"password": PASSWORD, "confirmation": "DELETE"}
    assert (await person.post("/api/privacy/deletion", body, key="")).status_code == 400
    for _ in range(5):
        last = await forget(person, password="another one entirely")
    assert last.status_code == 429
    kept = await parts.store.get(Profile, person.profile.id)
    assert kept is not None
    assert kept.status is ProfileStatus.active


async def test_the_last_admin_stays(people: People, parts: Parts) -> None:
    first, second = await somebody(people, Role.admin), await somebody(people, Role.admin)
    assert (await forget(first)).status_code == 202
    refused = await forget(second)
    assert (refused.status_code, "last admin" in refused.json()["detail"]) == (409, True)
    assert (await second.get("/api/auth/me")).status_code == 200


async def test_a_job_that_died_anywhere_begins_anew(
    people: People, parts: Parts, sandboxes: httpx2.AsyncClient, inbox: Inbox
) -> None:
    person = await somebody(people)
    await everywhere(person, parts)
    assert (await forget(person)).status_code == 202
    for path in ("beehiiv", "postmark"):
        fault = {"vendor": path, "kind": "status", "status": 503}
        (await sandboxes.post("/_sandbox/faults", json=fault)).raise_for_status()
    await work_off(parts, TASKS)
    job = await parts.store.first(Job, {"key": f"forgetting:{person.profile.id}"})
    assert job is not None
    assert (job.state, job.attempts) == (JobState.waiting, 1)
    (await sandboxes.delete("/_sandbox/faults")).raise_for_status()
    # Half of it is done already, as by a process that was killed.
    await parts.store.remove(Rsvp, {"profile_id": person.profile.id})
    await parts.store.remove(Profile, {"id": person.profile.id})
    CLOCK.offset = timedelta(hours=2)
    await work_off(parts, TASKS)
    traces = Traces(person.profile.id, person.profile.email)
    assert await scan(parts, traces) == []
    mails = [each["subject"] for each in await inbox.mails(person.profile.email)]
    assert mails.count("Your account is deleted") == 1


async def test_what_the_law_has_us_keep_goes_after_seven_years(
    people: People, parts: Parts, sandboxes: httpx2.AsyncClient
) -> None:
    person = await somebody(people)
    paid = await subscribed(person, parts, sandboxes)
    await forget(person)
    await work_off(parts, TASKS)
    for days, left in ((0, 1), (2, 0)):
        CLOCK.offset = SEVEN_YEARS - timedelta(days=1) + timedelta(days=days)
        await do_later(parts.store, EndRetention())
        await work_off(parts, (EndRetention,))
        assert await parts.store.count(Subscription, {"id": paid.id}) == left
