"""BeeHiiv's webhooks: made by its API, signed as Svix signs them, told of what happens."""

from datetime import datetime
from typing import Any

import httpx2
import pytest
from openai import InvalidWebhookSignatureError, OpenAI

from tests.sandboxes.listener import HOOK, Heard, Listener
from tests.sandboxes.newsletter import Newsletter

EVERY = ["subscription.created", "subscription.confirmed", "subscription.deleted"] + [
    f"subscription.{what}" for what in ("upgraded", "downgraded")
]
PAUSES_S = (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)


@pytest.fixture(autouse=True)
async def none_elsewhere(newsletter: Newsletter, listener: Listener) -> None:
    """The machine's own time, for signatures bear it and are checked against it."""
    await newsletter.sandboxes.post("/_sandbox/clock", json={"reset": True})
    listener.forget()


async def hook(newsletter: Newsletter, *events: str, url: str = HOOK) -> dict[str, Any]:
    made = await newsletter.post("/webhooks", {"url": url, "event_types": list(events)})
    return dict(made["data"])


async def secret(newsletter: Newsletter, id_: str) -> str:
    answer = await newsletter.sandboxes.get(f"/_sandbox/beehiiv/webhooks/{id_}/secret")
    return str(answer.json()["secret"])


def verify(heard: Heard, key: str) -> None:
    """Raises where the signature is not right. OpenAI's client knows the same scheme, which has
    become a standard; only the headers are called otherwise there."""
    names = ("id", "timestamp", "signature")
    headers = {f"webhook-{name}": heard.headers[f"svix-{name}"] for name in names}
    OpenAI(api_key="of no use here").webhooks.verify_signature(heard.body, headers, secret=key)


async def test_a_webhook_is_made_changed_and_deleted(newsletter: Newsletter) -> None:
    told = {"url": "https://hooks.example/webhook", "event_types": ["post.sent"]}
    made = (await newsletter.post("/webhooks", told))["data"]
    assert made == told | {
        "id": made["id"],
        "created": made["created"],
        "updated": made["created"],
        "description": "",
    }
    assert made["id"].startswith("ep_")
    path = f"/webhooks/{made['id']}"
    change = {"event_types": ["post.sent", "subscription.confirmed"], "description": "New posts."}
    changed = (await newsletter.ask("PATCH", path, change)).json()["data"]
    assert changed == made | change | {"updated": changed["updated"]}
    assert (await newsletter.get(path))["data"] == changed
    assert (await newsletter.get("/webhooks?limit=5")) == {"data": [changed]}
    assert (await newsletter.ask("DELETE", path)).status_code == 204
    for method in ("GET", "PATCH", "DELETE"):
        assert (await newsletter.ask(method, path, {})).status_code == 404


async def test_what_becomes_of_a_subscription_is_told(
    newsletter: Newsletter, listener: Listener
) -> None:
    await hook(newsletter, *EVERY)
    made = (await newsletter.subscribe())["data"]
    path = f"/subscriptions/{made['id']}"
    for change in ({"tier": "premium"}, {"tier": "free"}, {"unsubscribe": True}):
        await newsletter.ask("PATCH", path, change)
    await newsletter.settle()
    told = [each.json() for each in listener.heard]
    assert [(each["event_type"], each["data"]["status"]) for each in told] == [
        ("subscription.created", "validating"),
        ("subscription.confirmed", "active"),
        ("subscription.upgraded", "active"),
        ("subscription.downgraded", "active"),
        ("subscription.deleted", "inactive"),
    ]
    assert all(each.keys() == {"uid", "event_timestamp", "event_type", "data"} for each in told)
    assert len({each["uid"] for each in told}) == len(told)


async def test_a_subscription_is_told_with_its_fields_in_words(
    newsletter: Newsletter, listener: Listener
) -> None:
    await hook(newsletter, "subscription.confirmed")
    held = {
        "First Name": ("string", "Haruto", "Haruto"),
        "Born": ("date", "1998-02-03", "Feb 3, 1998"),
        "Grading": ("datetime", "2024-01-15T15:45:00", "Jan 15, 2024 3:45 PM"),
        "Belts": ("list", ["white", "brown"], "white, brown"),
        "Age": ("integer", 27, 27),
        "Teaches": ("boolean", True, True),
        "Joined": ("date", "long ago", "long ago"),
    }
    for display, (kind, _, _) in held.items():
        await newsletter.field(display, kind)
    given = [{"name": name, "value": value} for name, (_, value, _) in held.items()]
    made = (await newsletter.subscribe(custom_fields=given, stripe_customer_id="cus_1"))["data"]
    (heard,) = listener.heard
    shared = ("id", "email", "status", "created", "referral_code", "referring_site")
    assert heard.json()["data"] == {name: made[name] for name in shared} | {
        "subscription_tier": "free",
        "subscription_premium_tier_names": [],
        "stripe_customer_id": "cus_1",
        "utm_campaign": "",
        "utm_channel": "api",
        "utm_medium": "",
        "utm_source": "",
        "custom_fields": [
            {"name": name, "kind": kind, "value": words} for name, (kind, _, words) in held.items()
        ],
        "tags": [],
    }


async def test_what_becomes_of_a_post_is_told(newsletter: Newsletter, listener: Listener) -> None:
    await hook(newsletter, "post.sent", "post.updated", "post.scheduled")
    now = (await newsletter.sandboxes.get("/_sandbox/clock")).json()["now"]
    at = int(datetime.fromisoformat(now).timestamp()) + 3600
    told = {"title": "Falling well", "body_content": "<p>Chin.</p>", "status": "confirmed"}
    made = await newsletter.post(
        "/posts", told | {"scheduled_at": datetime.fromtimestamp(at).astimezone().isoformat()}
    )
    path = f"/posts/{made['data']['id']}"
    await newsletter.settle()
    await newsletter.ask("PATCH", path, {"subtitle": "Ukemi"})
    await newsletter.settle(3601)
    await newsletter.ask("DELETE", path)
    await newsletter.settle()
    assert [each.json()["event_type"] for each in listener.heard] == [
        "post.scheduled",
        "post.updated",
        "post.sent",
        "post.updated",
    ]
    sent = listener.heard[2].json()["data"]
    assert (sent["subtitle"], sent["publish_date"], sent["status"]) == ("Ukemi", at, "confirmed")
    assert listener.heard[3].json()["data"] == sent | {"status": "archived"}
    assert "content" not in sent


async def test_a_webhook_is_signed_as_svix_signs(
    newsletter: Newsletter, listener: Listener
) -> None:
    made = await hook(newsletter, "subscription.created")
    await newsletter.subscribe()
    (heard,) = listener.heard
    key = await secret(newsletter, made["id"])
    assert key.startswith("whsec_")
    verify(heard, key)
    for forged in (
        Heard(heard.path, heard.headers, heard.body.replace("haruto", "akari")),
        Heard(heard.path, heard.headers.mutablecopy() | {"svix-id": "msg_1"}, heard.body),
    ):
        with pytest.raises(InvalidWebhookSignatureError):
            verify(forged, key)


async def test_an_environment_says_where_webhooks_go_and_how_they_are_signed(
    newsletter: Newsletter, listener: Listener
) -> None:
    key = "whsec_" + "0af1" * 12
    told = {"vendor": "beehiiv", "url": f"{HOOK}/of/environment", "secret": key}
    put = await newsletter.sandboxes.put("/_sandbox/webhooks", json=told)
    await newsletter.subscribe()
    created = next(each for each in listener.heard if "created" in each.body)
    verify(created, key)
    shown = (await newsletter.get(f"/webhooks/{put.json()['id']}"))["data"]
    assert len(shown["event_types"]) == 19
    await newsletter.ask("DELETE", f"/webhooks/{put.json()['id']}")


async def test_a_webhook_is_tried_again_as_svix_does_with_the_same_id(
    newsletter: Newsletter, listener: Listener
) -> None:
    await hook(newsletter, "subscription.created")
    listener.status = 500
    await newsletter.subscribe()
    assert len(listener.heard) == 1
    for number, pause in enumerate(PAUSES_S, start=2):
        await newsletter.settle(pause - 1)
        assert len(listener.heard) == number - 1
        await newsletter.settle(2)
        assert len(listener.heard) == number
    await newsletter.settle(86_400)
    assert len(listener.heard) == 1 + len(PAUSES_S)
    assert len({each.headers["svix-id"] for each in listener.heard}) == 1
    assert len({each.headers["svix-timestamp"] for each in listener.heard}) == len(listener.heard)


async def test_a_publication_does_not_tell_of_another(
    newsletter: Newsletter, listener: Listener
) -> None:
    await hook(newsletter, "subscription.created")
    other = Newsletter(newsletter.sandboxes, "pub_11111111-1111-1111-1111-111111111111")
    await other.provide()
    await other.subscribe()
    assert listener.heard == []
    await newsletter.subscribe()
    assert len(listener.heard) == 1


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"url": HOOK},
        {"url": HOOK, "event_types": []},
        {"url": HOOK, "event_types": ["post.read"]},
        {"url": "backend.test", "event_types": ["post.sent"]},
    ],
)
async def test_a_webhook_that_makes_no_sense_is_refused(
    newsletter: Newsletter, told: dict[str, Any]
) -> None:
    answer = await newsletter.ask("POST", "/webhooks", told)
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


async def test_nobody_is_told_the_secret_of_no_webhook(sandboxes: httpx2.AsyncClient) -> None:
    answer = await sandboxes.get("/_sandbox/beehiiv/webhooks/ep_nowhere/secret")
    assert answer.status_code == 404
