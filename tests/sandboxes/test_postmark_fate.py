"""What becomes of a mail, and who hears of it: bounces, complaints, opens, clicks, leaving."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from tests.sandboxes.conftest import Send
from tests.sandboxes.listener import HOOK, Listener

TOKEN = {"X-Postmark-Server-Token": "sandbox"}
ON_DEMAND = "/_sandbox/postmark/messages"
PAGE = '<p><a href="https://wwmaa.example/dojo">Dojo</a></p>'
TRACKED = {"HtmlBody": PAGE, "TrackOpens": True, "TrackLinks": "HtmlAndText", "Tag": "welcome"}
ABOUT = {"RecordType", "MessageStream", "MessageID", "Tag", "Metadata"}
BOUNCE = ABOUT | {"ID", "Type", "TypeCode", "Name", "ServerID", "Description", "Details", "Email"}
BOUNCE |= {"From", "BouncedAt", "DumpAvailable", "Inactive", "CanActivate", "Subject"}
READER = {"Client", "OS", "Platform", "UserAgent", "Geo", "ReceivedAt", "Recipient"}
KEYS = {
    "Delivery": ABOUT | {"ServerID", "Recipient", "DeliveredAt", "Details"},
    "Bounce": BOUNCE,
    "SpamComplaint": BOUNCE,
    "Open": ABOUT | READER | {"FirstOpen", "ReadSeconds"},
    "Click": ABOUT | READER | {"ClickLocation", "OriginalLink"},
    "SubscriptionChange": ABOUT
    | {"ServerID", "ChangedAt", "Recipient", "Origin", "SuppressSending", "SuppressionReason"},
}
"""What Postmark's documentation shows of each webhook."""

Hear = Callable[[], Awaitable[list[dict[str, Any]]]]


@pytest.fixture
async def hear(sandboxes: httpx2.AsyncClient, listener: Listener) -> Hear:
    """What a webhook for everything was told so far."""
    told = {"vendor": "postmark", "url": HOOK, "secret": "dojo:kodokan"}
    assert (await sandboxes.put("/_sandbox/webhooks", json=told)).status_code in {200, 201}

    async def hear() -> list[dict[str, Any]]:
        await sandboxes.post("/_sandbox/clock", json={"advance_s": 0.001})
        return [heard.json() for heard in listener.heard]

    return hear


async def kept(send: Send, **fields: Any) -> str:
    """The id of a mail that was sent."""
    return str((await send(**TRACKED | fields)).json()["MessageID"])


async def events(sandboxes: httpx2.AsyncClient, id_: str) -> list[tuple[str, str]]:
    details = await sandboxes.get(f"/postmark/messages/outbound/{id_}/details", headers=TOKEN)
    return [(each["Type"], each["Recipient"]) for each in details.json()["MessageEvents"]]


async def test_a_delivered_mail_is_told_once_for_each_recipient(
    send: Send, hear: Hear, listener: Listener
) -> None:
    await kept(send, To="a@wwmaa.example, b@wwmaa.example", Metadata={"member": "42"})
    told = await hear()
    assert [each["RecordType"] for each in told] == ["Delivery", "Delivery"]
    assert {each["Recipient"] for each in told} == {"a@wwmaa.example", "b@wwmaa.example"}
    assert told[0]["Metadata"] == {"member": "42"}
    assert set(told[0]) == KEYS["Delivery"]
    headers = listener.heard[0].headers
    assert headers["authorization"] == "Basic ZG9qbzprb2Rva2Fu"
    assert headers["x-pm-retries-remaining"] == "6"
    assert headers["x-pm-webhook-trace-id"]


@pytest.mark.parametrize(
    ("what", "told", "event"),
    [
        ("bounce", ["Delivery", "Bounce", "SubscriptionChange"], "Bounced"),
        ("complaint", ["Delivery", "SpamComplaint", "SubscriptionChange"], "Bounced"),
        ("open", ["Delivery", "Open"], "Opened"),
        ("click", ["Delivery", "Click"], "LinkClicked"),
        ("unsubscribe", ["Delivery", "SubscriptionChange"], "SubscriptionChanged"),
    ],
)
async def test_what_is_let_happen_to_a_mail_is_told_and_written_down(
    send: Send, sandboxes: httpx2.AsyncClient, hear: Hear, what: str, told: list[str], event: str
) -> None:
    id_ = await kept(send)
    assert (await sandboxes.post(f"{ON_DEMAND}/{id_}/{what}")).status_code == 200
    heard = await hear()
    assert [each["RecordType"] for each in heard] == told
    for each in heard:
        assert set(each) == KEYS[each["RecordType"]]
        assert each["MessageID"] == id_
    recipient = "haruto@wwmaa.example"
    assert await events(sandboxes, id_) == [("Delivered", recipient), (event, recipient)]
    shown = (await sandboxes.get(f"/_sandbox/inbox/{id_}.json")).json()["events"]
    assert [each["what"] for each in shown] == ["Delivered", event]


async def test_the_mails_page_offers_what_can_happen_and_a_button_does_it(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    id_ = await kept(send, TrackOpens=False)
    page = (await sandboxes.get(f"/_sandbox/inbox/{id_}")).text
    assert f'action="{ON_DEMAND}/{id_}/bounce"' in page
    assert f'action="{ON_DEMAND}/{id_}/click"' in page
    assert f'action="{ON_DEMAND}/{id_}/open"' not in page
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = await sandboxes.post(f"{ON_DEMAND}/{id_}/bounce", headers=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/_sandbox/inbox/{id_}")
    assert "Bounced" in (await sandboxes.get(f"/_sandbox/inbox/{id_}")).text


@pytest.mark.parametrize(
    ("what", "fields", "told", "status"),
    [
        ("open", {"TrackOpens": False}, {}, 409),
        ("open", {"HtmlBody": None}, {}, 409),
        ("click", {"TrackLinks": "None"}, {}, 409),
        ("click", {}, {"link": "https://elsewhere.example"}, 409),
        ("bounce", {}, {"type": "Boomerang"}, 422),
        ("bounce", {}, {"recipient": "nobody@wwmaa.example"}, 422),
        ("bounce", {}, [], 422),
    ],
)
async def test_what_can_not_have_happened_is_refused(
    send: Send,
    sandboxes: httpx2.AsyncClient,
    what: str,
    fields: dict[str, Any],
    told: object,
    status: int,
) -> None:
    id_ = await kept(send, **fields)
    answer = await sandboxes.post(f"{ON_DEMAND}/{id_}/{what}", json=told)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert [type_ for type_, _ in await events(sandboxes, id_)] == ["Delivered"]


async def test_a_soft_bounce_leaves_the_address_active(
    send: Send, sandboxes: httpx2.AsyncClient, hear: Hear
) -> None:
    id_ = await kept(send)
    bounce = await sandboxes.post(f"{ON_DEMAND}/{id_}/bounce", json={"type": "SoftBounce"})
    assert (bounce.json()["TypeCode"], bounce.json()["Inactive"]) == (4096, False)
    assert (await send()).json()["ErrorCode"] == 0
    assert "SubscriptionChange" not in [each["RecordType"] for each in await hear()]


async def test_only_the_first_open_and_click_are_kept_and_every_open_is_told(
    send: Send, sandboxes: httpx2.AsyncClient, hear: Hear
) -> None:
    id_ = await kept(send)
    for what in ("open", "open", "click", "click"):
        await sandboxes.post(f"{ON_DEMAND}/{id_}/{what}")
    told = [each for each in await hear() if each["RecordType"] in {"Open", "Click"}]
    firsts = [(each["RecordType"], each.get("FirstOpen")) for each in told]
    assert firsts == [("Open", True), ("Open", False), ("Click", None)]
    for kind in ("Opens", "Clicks"):
        for path in (kind.lower(), f"{kind.lower()}/{id_}"):
            query = "count=10&offset=0"
            asked = f"/postmark/messages/outbound/{path}?{query}"
            found = (await sandboxes.get(asked, headers=TOKEN)).json()
            assert found["TotalCount"] == len(found[kind]) == 1
    assert found["Clicks"][0]["OriginalLink"] == "https://wwmaa.example/dojo"


async def test_a_refused_webhook_is_tried_as_postmark_tries(
    send: Send, sandboxes: httpx2.AsyncClient, hear: Hear, listener: Listener
) -> None:
    listener.status = 503
    await kept(send)
    await hear()
    pauses = [1, 5, 10, 10, 10, 15]
    for number, pause in enumerate(pauses, 1):
        assert len(listener.heard) == number
        by = timedelta(minutes=pause, seconds=1)
        await sandboxes.post("/_sandbox/clock", json={"advance_s": by.total_seconds()})
    left = [heard.headers["x-pm-retries-remaining"] for heard in listener.heard]
    assert left == ["6", "5", "4", "3", "2", "1", "0"]
    traces = {heard.headers["x-pm-webhook-trace-id"] for heard in listener.heard}
    assert len(traces) == 1
    (told,) = (await sandboxes.get("/_sandbox/deliveries?state=failed")).json()
    assert len(told["attempts"]) == 7


async def test_a_listener_that_says_no_is_not_asked_again(
    send: Send, sandboxes: httpx2.AsyncClient, hear: Hear, listener: Listener
) -> None:
    listener.status = 422
    await kept(send)
    await hear()
    (told,) = (await sandboxes.get("/_sandbox/deliveries?state=failed")).json()
    assert len(told["attempts"]) == 1


BOUNCES = "bounce-testing.postmarkapp.com"


@pytest.mark.parametrize(
    ("name", "header", "type_"),
    [
        ("softbounce", None, "SoftBounce"),
        ("soft_bounce", None, "SoftBounce"),
        ("hardbounce", "Blocked", "Blocked"),
        ("spamcomplaint", None, "HardBounce"),
        ("whatever", None, "HardBounce"),
    ],
)
async def test_postmarks_testing_domain_bounces_as_it_is_told(
    send: Send, sandboxes: httpx2.AsyncClient, name: str, header: str | None, type_: str
) -> None:
    headers = [{"Name": "X-PM-Bounce-Type", "Value": header}] if header else []
    id_ = await kept(send, To=f"{name}@{BOUNCES}", Headers=headers)
    path = f"/postmark/bounces?count=1&offset=0&messageID={id_}"
    (bounce,) = (await sandboxes.get(path, headers=TOKEN)).json()["Bounces"]
    assert bounce["Type"] == type_
    assert [each for each, _ in await events(sandboxes, id_)] == ["Bounced"]


async def test_an_unknown_mail_has_no_fate(sandboxes: httpx2.AsyncClient) -> None:
    path = f"{ON_DEMAND}/0b1c2d3e-4f50-4162-8394-a5b6c7d8e9f0/bounce"
    answer = await sandboxes.post(path)
    assert (answer.status_code, "there is no mail" in answer.json()["error"]) == (404, True)
