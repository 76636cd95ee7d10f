"""The newsletter's list at the front door: on it by one's own mail alone, off it by a click."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import httpx2
import pytest

from backend.clock import CLOCK
from backend.features.newsletter.syncing import PushSubscriber, SyncSubscribers
from backend.jobs import do_later
from backend.jobs.running import work_off
from backend.parts import Parts
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.worker.tasks import TASKS
from tests.backend.inbox import Inbox
from tests.backend.letters import backend, beehiiv, signed, tell, told
from tests.sandboxes.newsletter import Newsletter

__all__ = ["backend", "beehiiv"]


@pytest.fixture
def address() -> str:
    return f"{uuid4().hex}@readers.staging.wwmaa.example"


async def wish(door: httpx2.AsyncClient, address: str, **more: Any) -> httpx2.Response:
    body = {"email": address, "consent": True} | more
    return await door.post("/api/newsletter/subscribe", json=body)


async def confirm(door: httpx2.AsyncClient, token: str) -> httpx2.Response:
    return await door.post("/api/newsletter/confirm", json={"token": unquote(token)})


async def kept(parts: Parts, address: str) -> NewsletterSubscriber:
    found = await parts.store.first(NewsletterSubscriber, {"email": address})
    assert found
    return found


async def read(door: httpx2.AsyncClient, inbox: Inbox, address: str) -> str:
    """Subscribe and confirm; the token of the welcome's link."""
    await wish(door, address)
    assert (await confirm(door, await inbox.token(address))).status_code == 200
    return unquote(await inbox.token(address))


async def there(parts: Parts, address: str) -> Any:
    await work_off(parts, TASKS)
    return await parts.providers.beehiiv.get_subscription(address)


async def test_who_confirms_is_subscribed_here_and_at_beehiiv(
    visitor: httpx2.AsyncClient, parts: Parts, inbox: Inbox, address: str
) -> None:
    assert (await wish(visitor, address, interests=["events", "news"])).status_code == 202
    asked = await kept(parts, address)
    assert (asked.status, asked.subscribed_at) == (NewsletterStatus.pending, None)
    assert asked.consented_at is not None
    assert await there(parts, address) is None

    token = await inbox.token(address)
    for _ in range(2):
        answer = await confirm(visitor, token)
        assert (answer.status_code, answer.json()["status"]) == (200, "subscribed")
    found = await there(parts, address)
    listed = await kept(parts, address)
    assert listed.beehiiv_subscriber_id == found.id
    assert listed.subscribed_at is not None
    assert [(it.name, it.value) for it in found.custom_fields] == [
        ("Interests", "events, news"),
        ("Tier", "none"),
    ]
    subjects = [mail["subject"] for mail in await inbox.mails(address)]
    assert subjects == ["You are subscribed", "Please confirm your subscription"]


async def test_nothing_tells_whether_an_address_is_on_the_list(
    visitor: httpx2.AsyncClient, inbox: Inbox, address: str
) -> None:
    first = await wish(visitor, address)
    await confirm(visitor, await inbox.token(address))
    again = await wish(visitor, address)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    newest, *_ = await inbox.mails(address)
    assert newest["subject"] == "You are subscribed already"


async def test_an_address_is_not_flooded(
    visitor: httpx2.AsyncClient, inbox: Inbox, address: str
) -> None:
    answers = {(await wish(visitor, address)).status_code for _ in range(6)}
    assert answers == {202}
    assert len(await inbox.mails(address)) == 3


@pytest.mark.parametrize(
    "more", [{"consent": False}, {"consent": None}, {"interests": ["cooking"]}, {"email": "ama"}]
)
async def test_without_consent_nothing_is_kept(
    more: dict[str, Any], visitor: httpx2.AsyncClient, parts: Parts, address: str
) -> None:
    assert (await wish(visitor, address, **more)).status_code == 422
    assert await parts.store.count(NewsletterSubscriber, {"email": address}) == 0


async def test_a_link_confirms_for_a_day_and_only_what_was_asked_last(
    visitor: httpx2.AsyncClient, inbox: Inbox, address: str
) -> None:
    await wish(visitor, address)
    first = await inbox.token(address)
    await wish(visitor, address)
    assert (await confirm(visitor, first)).status_code == 410
    second = await inbox.token(address)
    CLOCK.offset = timedelta(hours=25)
    try:
        assert (await confirm(visitor, second)).status_code == 410
    finally:
        CLOCK.offset = timedelta()
    for forged in (second[:-2], "x", second.replace("a", "b"), f"{second}é"):
        assert (await confirm(visitor, forged)).status_code == 410
    assert (await confirm(visitor, second)).status_code == 200


async def test_a_mail_program_unsubscribes_by_one_click_and_a_scanner_does_not(
    visitor: httpx2.AsyncClient, parts: Parts, inbox: Inbox, address: str
) -> None:
    await read(visitor, inbox, address)
    mails = await inbox.mails(address)
    assert len(mails) == 2
    for mail in mails:
        assert mail["one_click"]
    way_out = urlsplit(mails[0]["unsubscribe"])
    path = f"{way_out.path}?{way_out.query}"
    looked = await visitor.get(path)
    assert (looked.status_code, looked.headers["location"].partition("?")[0]) == (
        303,
        "http://localhost:3000/newsletter/preferences",
    )
    assert (await kept(parts, address)).status is NewsletterStatus.subscribed

    for _ in range(2):
        clicked = await visitor.post(path, data={"List-Unsubscribe": "One-Click"})
        assert clicked.json()["status"] == "unsubscribed"
    assert (await kept(parts, address)).unsubscribed_at is not None
    assert (await there(parts, address)).status == "inactive"


async def test_preferences_open_by_the_signed_link_alone(
    visitor: httpx2.AsyncClient, parts: Parts, inbox: Inbox, address: str
) -> None:
    token = await read(visitor, inbox, address)
    path = "/api/newsletter/preferences"
    shown = await visitor.get(path, params={"token": token})
    assert (shown.json()["email"], len(shown.json()["interests"])) == (address, 4)
    body = {"token": token, "interests": ["training"]}
    assert (await visitor.put(path, json=body)).json()["interests"] == ["training"]
    found = await there(parts, address)
    assert found.custom_fields[0].value == "training"
    subscriber_id = (await kept(parts, address)).id
    for forged in (subscriber_id, f"{subscriber_id}.{token.rpartition('.')[2][::-1]}"):
        assert (await visitor.get(path, params={"token": forged})).status_code == 410
        left = await visitor.post("/api/newsletter/unsubscribe", params={"token": forged})
        assert left.status_code == 410
    assert (await kept(parts, address)).status is NewsletterStatus.subscribed


async def test_who_left_is_not_subscribed_again_but_by_confirming_anew(
    visitor: httpx2.AsyncClient, parts: Parts, inbox: Inbox, address: str, beehiiv: Newsletter
) -> None:
    token = await read(visitor, inbox, address)
    await visitor.post("/api/newsletter/unsubscribe", params={"token": token})
    await there(parts, address)
    await wish(visitor, address)
    assert (await kept(parts, address)).status is NewsletterStatus.unsubscribed
    await do_later(parts.store, PushSubscriber(subscriber_id=(await kept(parts, address)).id))
    await do_later(parts.store, SyncSubscribers())
    assert (await there(parts, address)).status == "inactive"

    assert (await confirm(visitor, await inbox.token(address))).status_code == 200
    assert (await there(parts, address)).status in ("validating", "active")
    await beehiiv.settle()
    await do_later(parts.store, SyncSubscribers())
    assert (await there(parts, address)).status == "active"
    assert (await kept(parts, address)).status is NewsletterStatus.subscribed


async def test_who_leaves_at_beehiiv_has_left_here_each_event_once(
    visitor: httpx2.AsyncClient, parts: Parts, inbox: Inbox, address: str
) -> None:
    await read(visitor, inbox, address)
    found = await there(parts, address)
    event = told("subscription.deleted", found.model_dump())
    # What is told is asked for again: old news of somebody who is there takes nobody off.
    assert (await tell(visitor, event)).json() == {"outcome": "applied"}
    await work_off(parts, TASKS)
    assert (await kept(parts, address)).status is NewsletterStatus.subscribed

    await parts.providers.beehiiv.update_subscription(address, unsubscribe=True)
    event = told("subscription.deleted", found.model_dump())
    outcomes = [(await tell(visitor, event)).json()["outcome"] for _ in range(2)]
    assert outcomes == ["applied", "duplicate"]
    await work_off(parts, TASKS)
    assert (await kept(parts, address)).status is NewsletterStatus.unsubscribed


async def test_forged_webhooks_are_refused(visitor: httpx2.AsyncClient, address: str) -> None:
    event = told("subscription.deleted", {"id": "sub_1", "email": address, "status": "inactive"})
    for headers in ({"svix-id": "1"}, signed(b"other"), signed(b"", moment=1)):
        answer = await tell(visitor, event, headers)
        assert answer.json()["type"] == "urn:wwmaa:problem:webhook-is-refused"
    assert (await tell(visitor, told("subscription.deleted", {}))).status_code == 503
    assert (await tell(visitor, told("survey.response_submitted", {}))).json() == {
        "outcome": "ignored"
    }


async def test_a_sync_settles_and_names_what_differs(
    parts: Parts, beehiiv: Newsletter, address: str
) -> None:
    names = ("left", "gone", "joined", "new", "bad", "lost")
    people = {name: f"{name}.{address}" for name in names}
    bad = f"{uuid4().hex}@readers.invalid"
    for name in ("left", "gone", "joined"):
        await beehiiv.subscribe(people[name])
    await beehiiv.subscribe(bad)
    await parts.providers.beehiiv.update_subscription(people["gone"], unsubscribe=True)
    states = {
        people["left"]: (NewsletterStatus.bounced, "x"),
        people["gone"]: (NewsletterStatus.subscribed, "x"),
        people["new"]: (NewsletterStatus.subscribed, None),
        people["lost"]: (NewsletterStatus.subscribed, "x"),
        bad: (NewsletterStatus.subscribed, "x"),
    }
    for email, (status, id_) in states.items():
        made = NewsletterSubscriber(email=email, status=status, beehiiv_subscriber_id=id_)
        await parts.store.insert(made)
    for _ in range(2):
        await do_later(parts.store, SyncSubscribers())
        await work_off(parts, TASKS)
    ours = {name: (await kept(parts, people[name])).status.value for name in names if name != "bad"}
    assert ours == {
        "left": "bounced",
        "gone": "unsubscribed",
        "joined": "subscribed",
        "new": "subscribed",
        "lost": "subscribed",
    }
    assert (await kept(parts, bad)).status is NewsletterStatus.bounced
    assert (await there(parts, people["left"])).status == "inactive"
    assert (await there(parts, people["new"])).id
    assert await there(parts, people["lost"]) is None
