"""BeeHiiv's line: what goes over the wire, and whose webhooks are believed."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from backend.providers import VendorIsNotConfigured, VendorRefused, WebhookIsForged
from backend.providers.beehiiv import Beehiiv, Subscription
from backend.settings import Mail
from tests.backend.standin import Standin, says, slams, standing

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY = b"the key of the webhooks of this test"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
AMA = "ama+judo@members.staging.wwmaa.example"
SUBSCRIPTIONS = "/v2/publications/pub_1/subscriptions"
BY_EMAIL = f"{SUBSCRIPTIONS}/by_email/ama%2Bjudo%40members.staging.wwmaa.example"
KNOWN = {"id": "sub_1", "email": AMA, "status": "active", "created": AT, "utm_source": ""}
MISSING = says({"status": 404, "statusText": "not_found", "errors": []}, 404)


@pytest.fixture
async def vendor() -> AsyncIterator[Standin]:
    async with standing() as stands:
        yield stands


@pytest.fixture
async def newsletter(vendor: Standin) -> AsyncIterator[Beehiiv]:
    given = {
        "postmark_api_key": "of no use here",
        "beehiiv_api_key": "key-of-this-test",
        "beehiiv_publication_id": "pub_1",
        "beehiiv_webhook_secret": SECRET,
        "beehiiv_base_url": f"{vendor.url}/v2",
    }
    made = Beehiiv(Mail.model_validate(given))
    yield made
    await made.close()


async def test_it_asks_for_its_publication_with_its_key(
    newsletter: Beehiiv, vendor: Standin
) -> None:
    vendor.will(says({"data": {"id": "pub_1", "name": "WWMAA"}}))
    await newsletter.ping()
    assert (vendor.asked.method, vendor.asked.path) == ("GET", "/v2/publications/pub_1")
    assert vendor.asked.headers["authorization"] == "Bearer key-of-this-test"


async def test_an_address_is_subscribed_even_when_the_first_answer_is_lost(
    newsletter: Beehiiv, vendor: Standin
) -> None:
    vendor.will(slams, says({"data": {**KNOWN, "status": "active"}}))
    made = await newsletter.subscribe(AMA, {"Tier": "basic"}, confirmed=True)
    assert (made.id, made.status) == ("sub_1", "active")
    assert (vendor.asked.method, vendor.asked.path) == ("POST", SUBSCRIPTIONS)
    assert vendor.asked.json == {
        "email": AMA,
        "custom_fields": [{"name": "Tier", "value": "basic"}],
        "double_opt_override": "off",
        "reactivate_existing": False,
        "send_welcome_email": False,
    }


async def test_a_subscription_is_found_changed_tagged_and_deleted(
    newsletter: Beehiiv, vendor: Standin
) -> None:
    fields = [{"name": "Tier", "kind": "string", "value": "basic"}]
    vendor.will(says({"data": {**KNOWN, "custom_fields": fields, "tags": ["judo"]}}))
    found = await newsletter.get_subscription(AMA)
    assert found is not None
    assert (found.custom_fields[0].value, found.tags) == ("basic", ("judo",))
    assert vendor.asked.path == BY_EMAIL
    assert vendor.asked.target.endswith("?expand%5B%5D=custom_fields&expand%5B%5D=tags")

    await newsletter.update_subscription(AMA, {"Tier": "premium"})
    assert (vendor.asked.method, vendor.asked.path) == ("PUT", BY_EMAIL)
    assert vendor.asked.json == {"custom_fields": [{"name": "Tier", "value": "premium"}]}
    await newsletter.update_subscription(AMA, unsubscribe=True, new_email="new@wwmaa.example")
    assert vendor.asked.json == {"email": "new@wwmaa.example", "unsubscribe": True}

    await newsletter.add_tags(found, "judo", "members")
    assert vendor.asked.path == f"{SUBSCRIPTIONS}/sub_1/tags"
    assert vendor.asked.json == {"tags": ["judo", "members"]}

    vendor.will(says({"data": KNOWN}), says(b"", 204))
    assert await newsletter.delete_subscription(AMA)
    assert (vendor.asked.method, vendor.asked.path) == ("DELETE", f"{SUBSCRIPTIONS}/sub_1")
    vendor.will(MISSING)
    assert await newsletter.get_subscription(AMA) is None
    assert not await newsletter.delete_subscription(AMA)
    with pytest.raises(VendorRefused):
        await newsletter.update_subscription(AMA, unsubscribe=True)


async def test_fields_are_listed_and_made(newsletter: Beehiiv, vendor: Standin) -> None:
    vendor.will(says({"data": [{"id": "cf_1", "kind": "string", "display": "Tier"}]}))
    assert await newsletter.list_custom_fields() == ("Tier",)
    await newsletter.create_custom_field("Dojo")
    assert vendor.asked.json == {"display": "Dojo", "kind": "string"}


async def test_posts_are_read_page_after_page(newsletter: Beehiiv, vendor: Standin) -> None:
    post = {
        "id": "post_1",
        "title": "Spring",
        "slug": "spring",
        "status": "confirmed",
        "authors": ["Kaya"],
        "web_url": "https://news.wwmaa.example/p/spring",
        "publish_date": AT,
        "content": {"free": {"web": "<p>Hajime!</p>"}},
    }
    second = {**post, "id": "post_2", "publish_date": None, "content": {}}
    vendor.will(
        says({"data": [post], "page": 1, "total_pages": 2}),
        says({"data": [second], "page": 2, "total_pages": 2}),
    )
    posts = [each async for each in newsletter.posts()]
    assert [each.id for each in posts] == ["post_1", "post_2"]
    assert [each.html for each in posts] == ["<p>Hajime!</p>", ""]
    assert [seen.query["page"] for seen in vendor.seen] == ["1", "2"]


BODY = json.dumps(
    {
        "uid": "event_1",
        "event_type": "subscription.confirmed",
        "event_timestamp": AT,
        "data": KNOWN,
    }
).encode()


def signed(body: bytes = BODY, key: bytes = KEY, at: int = AT) -> dict[str, str]:
    made = hmac.digest(key, f"msg_1.{at}.".encode() + body, "sha256")
    signature = f"v1a,xx v1,{base64.b64encode(made).decode()}"
    return {"svix-id": "msg_1", "svix-timestamp": str(at), "svix-signature": signature}


async def test_a_webhook_that_beehiiv_signed_is_an_event(newsletter: Beehiiv) -> None:
    event = newsletter.read_webhook(BODY, signed(), NOW)
    assert (event.id, event.type, event.created) == ("event_1", "subscription.confirmed", NOW)
    assert Subscription.model_validate(event.data).email == AMA


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(key=b"another"),
        signed(body=BODY + b" "),
        {**signed(), "svix-id": "msg_2"},
        signed(at=AT - 301),
        signed(at=AT + 301),
        {**signed(), "svix-timestamp": "now"},
    ],
)
async def test_a_forged_or_old_webhook_is_refused(
    headers: dict[str, str], newsletter: Beehiiv
) -> None:
    with pytest.raises(WebhookIsForged):
        newsletter.read_webhook(BODY, headers, NOW)


async def test_without_a_secret_no_webhook_is_believed(vendor: Standin) -> None:
    made = Beehiiv(Mail.model_validate({"postmark_api_key": "of no use here"}))
    with pytest.raises(VendorIsNotConfigured, match="BEEHIIV_WEBHOOK_SECRET"):
        made.read_webhook(BODY, signed(), NOW + timedelta(seconds=1))
    with pytest.raises(VendorIsNotConfigured, match="BEEHIIV_API_KEY and BEEHIIV_PUBLICATION_ID"):
        await made.ping()
    await made.close()
