"""Providers and sandboxes were written apart, from the vendors' documents; here they meet."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest

from backend.clock import now
from backend.providers import VendorIsUnavailable, VendorRefused
from backend.providers.opening import Providers, open_providers
from backend.providers.stripe import Charge, Invoice, Subscription
from backend.providers.zerodb import MOST_ROWS, TableExists, Vector
from backend.settings import VENDORS, Settings
from tests.backend.conftest import variables

HERE = "http://sandboxes.test"
PUBLICATION = "pub_00000000-0000-0000-0000-000000000000"
PROJECT = "6f9d1a64-0000-4000-8000-000000000001"
EVERY = {
    "ZERODB_API_KEY": "zerodb-key-of-this-test",
    "ZERODB_PROJECT_ID": PROJECT,
    "ZERODB_API_BASE_URL": f"{HERE}/zerodb/v1",
    "STRIPE_SECRET_KEY": "sk_test_" + "ofThisTest",
    "STRIPE_BASE_URL": f"{HERE}/stripe",
    "OPENAI_API_KEY": "openai-key-of-this-test",
    "BEEHIIV_API_KEY": "beehiiv-key-of-this-test",
    "BEEHIIV_PUBLICATION_ID": PUBLICATION,
    "BEEHIIV_BASE_URL": f"{HERE}/beehiiv/v2",
    "CLOUDFLARE_ACCOUNT_ID": "account-of-this-test",
    "CLOUDFLARE_API_TOKEN": "cloudflare-token-of-this-test",
    "CLOUDFLARE_CALLS_APP_ID": "0" * 31 + "7",
    "CLOUDFLARE_CALLS_API_TOKEN": "app-secret-of-this-test",
    "CLOUDFLARE_BASE_URL": f"{HERE}/cloudflare/client/v4",
    "OPENAI_BASE_URL": f"{HERE}/openai/v1",
    "AI_REGISTRY_API_KEY": "registry-key-of-this-test",
    "AI_REGISTRY_BASE_URL": f"{HERE}/ai_registry",
    "SENTRY_DSN": "http://keyofthistest@sandboxes.test/sentry/7",
    "OTEL_EXPORTER_OTLP_ENDPOINT": f"{HERE}/otel",
}


def opened(more: dict[str, str], outside: httpx2.AsyncBaseTransport) -> Providers:
    nowhere = variables("postgresql://nobody@127.0.0.1:9/none", "redis://127.0.0.1:9/0")
    return open_providers(Settings.load(nowhere | EVERY | more), outside)


@pytest.fixture(scope="module")
async def vendors(
    outside: httpx2.ASGITransport, sandboxes: httpx2.AsyncClient
) -> AsyncIterator[Providers]:
    project = {"name": "of this test", "api_key": EVERY["ZERODB_API_KEY"]}
    publication = {"name": "of this test"}
    told = {
        f"zerodb/projects/{PROJECT}": project,
        f"beehiiv/publications/{PUBLICATION}": publication,
    }
    for path, order in told.items():
        made = await sandboxes.put(f"/_sandbox/{path}", json=order)
        assert made.is_success, made.text
    providers = opened({}, outside)
    yield providers
    await providers.close()


@pytest.mark.parametrize("name", VENDORS)
async def test_every_sandbox_lets_our_key_in(name: str, vendors: Providers) -> None:
    await vendors.by_name[name].ping()


async def test_a_wrong_key_is_refused(outside: httpx2.ASGITransport) -> None:
    wrong = {"STRIPE_SECRET_KEY": "no key", "ZERODB_API_KEY": "another key"}
    providers = opened(wrong, outside)
    for name in ("stripe", "zerodb"):
        with pytest.raises(VendorRefused):
            await providers.by_name[name].ping()
    await providers.close()


async def test_a_vendor_that_fails_is_away_and_recovers(
    vendors: Providers, sandboxes: httpx2.AsyncClient
) -> None:
    fault = {"vendor": "openai", "kind": "status", "status": 500, "times": 1}
    assert (await sandboxes.post("/_sandbox/faults", json=fault)).is_success
    with pytest.raises(VendorIsUnavailable):
        await vendors.openai.ping()
    await vendors.openai.ping()


async def test_zerodb_keeps_and_finds_documents(vendors: Providers) -> None:
    zerodb, table = vendors.zerodb, f"events_{uuid4().hex[:8]}"
    await zerodb.create_table(table, {"title": "string"})
    with pytest.raises(TableExists):
        await zerodb.create_table(table)
    assert table in await zerodb.list_tables()

    rows = [await zerodb.insert_row(table, {"id": f"e{n}", "seats": n}) for n in range(5)]
    assert (await zerodb.get_row(table, rows[1].row_id)) == rows[1]
    found = await zerodb.query(table, {"seats": {"$gte": 1}}, sort={"seats": -1}, limit=2, skip=1)
    assert (found.total, [row.document["id"] for row in found.rows]) == (4, ["e3", "e2"])
    assert (await zerodb.query(table, limit=MOST_ROWS)).total == 5

    changed = await zerodb.update_rows(table, {"id": "e1", "seats": 1}, {"$inc": {"seats": -1}})
    assert (changed.matched, changed.modified) == (1, 1)
    again = await zerodb.update_rows(table, {"id": "e1", "seats": 1}, {"$inc": {"seats": -1}})
    assert (again.matched, again.modified) == (0, 0)
    await zerodb.put_row(table, rows[2].row_id, {"id": "e2"})
    kept = await zerodb.get_row(table, rows[2].row_id)
    assert kept is not None
    assert kept.document == {"id": "e2"}

    assert await zerodb.delete_row(table, rows[0].row_id)
    assert not await zerodb.delete_row(table, rows[0].row_id)
    assert await zerodb.get_row(table, rows[0].row_id) is None
    assert await zerodb.delete_rows(table, {"id": {"$in": ["e3", "e4"]}}) == 2
    assert await zerodb.delete_table(table)
    assert not await zerodb.delete_table(table)


async def test_zerodb_finds_what_lies_near(vendors: Providers) -> None:
    zerodb, namespace = vendors.zerodb, f"posts_{uuid4().hex[:8]}"

    def vector(name: str, at: int, **metadata: str) -> Vector:
        numbers = [float(place == at) for place in range(384)]
        return Vector(
            vector_id=name, vector_embedding=numbers, namespace=namespace, metadata=metadata
        )

    await zerodb.upsert_vector(vector("a", 0, kind="post"))
    await zerodb.upsert_vectors([vector("b", 1, kind="post"), vector("c", 1, kind="event")])
    near = await zerodb.search_vectors(vector("", 1).vector_embedding, namespace=namespace, limit=2)
    assert {match.vector_id for match in near} == {"b", "c"}
    assert near[0].similarity == pytest.approx(1)
    only = await zerodb.search_vectors(
        vector("", 1).vector_embedding, {"kind": "event"}, namespace=namespace
    )
    assert [match.vector_id for match in only] == ["c"]
    assert await zerodb.delete_vector("a", namespace=namespace)
    assert not await zerodb.delete_vector("a", namespace=namespace)


async def test_stripe_makes_a_customer_once(vendors: Providers) -> None:
    email, key = f"{uuid4().hex[:8]}@members.staging.wwmaa.example", uuid4().hex
    made = await vendors.stripe.create_customer(email, "Ama", {"profile_id": "p1"}, key=key)
    again = await vendors.stripe.create_customer(email, "Ama", {"profile_id": "p1"}, key=key)
    assert again == made == await vendors.stripe.find_customer(email)
    assert await vendors.stripe.find_customer("nobody@members.staging.wwmaa.example") is None


async def subscribed(outside: httpx2.ASGITransport, customer: str, price: str) -> str:
    """The id of a subscription as Stripe's page would make it, paid for with a good card."""
    headers = {"Authorization": f"Bearer {EVERY['STRIPE_SECRET_KEY']}"}
    async with httpx2.AsyncClient(
        transport=outside, base_url=f"{HERE}/stripe/v1", headers=headers
    ) as client:
        card = await client.post(
            "/payment_methods/pm_card_visa/attach", data={"customer": customer}
        )
        asked = {
            "customer": customer,
            "items[0][price]": price,
            "default_payment_method": card.json()["id"],
            "metadata[profile_id]": "p1",
        }
        return str((await client.post("/subscriptions", data=asked)).json()["id"])


async def test_stripe_cancels_resumes_moves_and_gives_back(
    vendors: Providers, outside: httpx2.ASGITransport, sandboxes: httpx2.AsyncClient
) -> None:
    ours, before = vendors.stripe, now()
    basic, premium = f"price_{uuid4().hex[:8]}", f"price_{uuid4().hex[:8]}"
    prices = [
        {"id": basic, "product": "prod_basic", "name": "Basic", "unit_amount": 29_00},
        {"id": premium, "product": "prod_premium", "name": "Premium", "unit_amount": 79_00},
    ]
    assert (await sandboxes.put("/_sandbox/stripe/prices", json=prices)).is_success
    email = f"{uuid4().hex[:8]}@members.staging.wwmaa.example"
    customer = await ours.create_customer(email, "Ama", {}, key=uuid4().hex)
    made = await subscribed(outside, customer.id, basic)
    found = await ours.get_subscription(made)
    assert found is not None
    assert (found.status, found.price_id, found.metadata) == ("active", basic, {"profile_id": "p1"})
    assert isinstance(found.latest_invoice, Invoice)
    invoice = found.latest_invoice
    assert (invoice.amount_paid, invoice.subscription) == (29_00, found.id)
    assert (await ours.cancel_at_period_end(found.id)).cancel_at_period_end
    assert not (await ours.cancel_at_period_end(found.id, cancel=False)).cancel_at_period_end
    moved = await ours.change_price(found, premium, key=uuid4().hex)
    assert (moved.price_id, moved.status) == (premium, "active")
    assert await ours.get_subscription("sub_none") is None

    told = [event async for event in ours.events_since(before)]
    things = {event.type: event.thing for event in told}
    assert isinstance(things["customer.subscription.updated"], Subscription)
    assert isinstance(things["invoice.paid"], Invoice)
    charge = things["charge.succeeded"]
    assert isinstance(charge, Charge)
    assert charge.payment_intent
    refund = await ours.refund(charge.payment_intent, 5_00, {"why": "kindness"}, key=uuid4().hex)
    assert (refund.amount, refund.status) == (5_00, "succeeded")


async def test_openai_embeds_and_answers(vendors: Providers) -> None:
    vectors = await vendors.openai.embed(["a judo throw", "a tax form"], 256)
    assert [len(vector) for vector in vectors] == [256, 256]
    whole = await vendors.openai.answer("Be brief.", "How does one greet in a dojo?")
    pieces = [p async for p in vendors.openai.stream_answer("Be brief.", "How does one greet?")]
    assert whole
    assert "".join(pieces)


async def test_the_ai_registry_offers_a_model_that_answers_from_sources(vendors: Providers) -> None:
    assert await vendors.ai_registry.choose_model("gpt-9", "gpt-4") == "gpt-4"
    sources = "[1] Gi\nCotton shrinks when it is washed in hot water."
    said = await vendors.ai_registry.answer("gpt-4", sources, "Why does cotton shrink?")
    assert said == "Cotton shrinks when it is washed in hot water. [1]"


async def test_beehiiv_keeps_subscribers_and_publishes(
    vendors: Providers, sandboxes: httpx2.AsyncClient
) -> None:
    beehiiv, email = vendors.beehiiv, f"{uuid4().hex[:8]}+judo@members.staging.wwmaa.example"
    if "Tier" not in await beehiiv.list_custom_fields():
        await beehiiv.create_custom_field("Tier")
    made = await beehiiv.subscribe(email, {"Tier": "basic"}, confirmed=True)
    await beehiiv.update_subscription(email, {"Tier": "premium"})
    await beehiiv.add_tags(made, "judo", "members")
    found = await beehiiv.get_subscription(email)
    assert found is not None
    assert (found.id, found.tags) == (made.id, ("judo", "members"))
    assert [(field.name, field.value) for field in found.custom_fields] == [("Tier", "premium")]

    post = {"title": "Spring", "body_content": "<p>Hajime!</p>", "status": "confirmed"}
    path = f"/beehiiv/v2/publications/{PUBLICATION}/posts"
    headers = {"Authorization": f"Bearer {EVERY['BEEHIIV_API_KEY']}"}
    for _ in range(12):
        assert (await sandboxes.post(path, json=post, headers=headers)).is_success
    await sandboxes.post("/_sandbox/clock", json={"advance_s": 0.001})
    posts = [each async for each in beehiiv.posts()]
    assert len(posts) == len({each.id for each in posts}) == 12
    assert all("<p>Hajime!</p>" in each.html for each in posts)

    assert await beehiiv.delete_subscription(email)
    assert await beehiiv.get_subscription(email) is None
    assert not await beehiiv.delete_subscription(email)
