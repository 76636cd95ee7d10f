"""Stripe's line, held against Stripe's own library where that can judge it."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from stripe import WebhookSignature

from backend.providers import VendorIsNotConfigured, VendorIsUnavailable, WebhookIsForged
from backend.providers.stripe import (
    Charge,
    Checkout,
    CheckoutSession,
    Invoice,
    PaymentIsDeclined,
    Stripe,
    Subscription,
    Ticket,
)
from backend.providers.stripe.checkout import fields_of
from backend.providers.stripe.client import VERSION
from backend.schema.document import Tier
from backend.settings import Payment
from tests.backend.standin import Standin, says, slams, standing

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
AT = int(NOW.timestamp())
SECRET = "whsec_" + "of-this-test"
SUBSCRIPTION = {
    "id": "sub_1",
    "object": "subscription",
    "customer": "cus_1",
    "status": "active",
    "cancel_at_period_end": False,
    "metadata": {"profile_id": "p1"},
    "items": {
        "data": [
            {
                "id": "si_1",
                "price": {"id": "price_basic"},
                "current_period_start": AT,
                "current_period_end": AT + 86_400,
            }
        ]
    },
}
INVOICE = {
    "id": "in_1",
    "object": "invoice",
    "status": "paid",
    "customer": "cus_1",
    "parent": {"subscription_details": {"subscription": "sub_1"}},
    "amount_due": 2900,
    "amount_paid": 2900,
    "currency": "usd",
    "created": AT,
}
SESSION = {
    "id": "cs_1",
    "object": "checkout.session",
    "url": "https://checkout.stripe.example/c/pay/cs_1",
    "mode": "subscription",
    "status": "open",
    "payment_status": "unpaid",
    "expires_at": AT + 1800,
}


def checkout(**changes: object) -> Checkout:
    given: dict[str, object] = {
        "buys": "price_basic",
        "customer": "cus_1",
        "reference": "application-1",
        "metadata": {"profile_id": "p1"},
        "success_url": "https://staging.wwmaa.com/paid",
        "cancel_url": "https://staging.wwmaa.com/not-paid",
        "expires_at": NOW + timedelta(minutes=30),
        **changes,
    }
    return Checkout(**given)  # type: ignore[arg-type]


@pytest.fixture
async def vendor() -> AsyncIterator[Standin]:
    async with standing() as stands:
        yield stands


@pytest.fixture
async def payments(vendor: Standin) -> AsyncIterator[Stripe]:
    given = {
        "stripe_secret_key": "key-of-this-test",
        "stripe_webhook_secret": SECRET,
        "stripe_basic_price_id": "price_basic",
        "stripe_base_url": f"{vendor.url}/stripe",
    }
    made = Stripe(Payment.model_validate(given))
    yield made
    await made.close()


async def test_it_asks_with_its_key_and_in_its_version(payments: Stripe, vendor: Standin) -> None:
    vendor.will(says({"data": []}))
    await payments.ping()
    assert (vendor.asked.method, vendor.asked.path) == ("GET", "/stripe/v1/prices")
    assert vendor.asked.headers["authorization"] == "Bearer key-of-this-test"
    assert vendor.asked.headers["stripe-version"] == VERSION == stripe.api_version


async def test_a_tier_has_its_price_and_says_when_it_has_none(payments: Stripe) -> None:
    assert payments.price_of(Tier.basic) == "price_basic"
    assert (payments.tier_of("price_basic"), payments.tier_of("price_other")) == (Tier.basic, None)
    with pytest.raises(VendorIsNotConfigured, match="STRIPE_PREMIUM_PRICE_ID"):
        payments.price_of(Tier.premium)


def test_forms_are_written_as_stripes_own_library_writes_them() -> None:
    form = checkout(buys=Ticket("Judo & tea", 2500, "usd")).form | {"none": None, "yes": True}
    theirs = dict(stripe._encode._api_encode(form))
    ours = dict(fields_of(form))
    assert ours.pop("yes") == "true"
    theirs.pop("yes")
    assert ours == {key: str(value) for key, value in theirs.items()}


async def test_somebody_becomes_a_customer_once_though_stripe_is_asked_twice(
    payments: Stripe, vendor: Standin
) -> None:
    customer = {"id": "cus_1", "email": "ama@wwmaa.example", "metadata": {"profile_id": "p1"}}
    vendor.will(slams, says(customer))
    made = await payments.create_customer("ama@wwmaa.example", "Ama", {"profile_id": "p1"}, key="k")
    assert made.id == "cus_1"
    assert vendor.asked.form == {
        "email": "ama@wwmaa.example",
        "name": "Ama",
        "metadata[profile_id]": "p1",
    }
    assert [seen.headers["idempotency-key"] for seen in vendor.seen] == ["k", "k"]
    vendor.will(says({"data": [customer]}), says({"data": []}))
    assert await payments.find_customer("ama@wwmaa.example") == made
    assert vendor.asked.query == {"email": "ama@wwmaa.example", "limit": "1"}
    assert await payments.find_customer("ama@wwmaa.example") is None


async def test_a_subscription_is_paid_for_on_stripes_page(
    payments: Stripe, vendor: Standin
) -> None:
    vendor.will(says(SESSION))
    session = await payments.open_checkout(checkout(), key="k")
    assert session.url == SESSION["url"]
    asked = vendor.asked.form
    assert (asked["mode"], asked["line_items[0][price]"]) == ("subscription", "price_basic")
    assert asked["subscription_data[metadata][profile_id]"] == asked["metadata[profile_id]"] == "p1"
    assert asked["client_reference_id"] == "application-1"
    assert asked["expires_at"] == str(AT + 1800)


async def test_a_ticket_is_paid_for_once_at_its_own_price(
    payments: Stripe, vendor: Standin
) -> None:
    vendor.will(says({**SESSION, "mode": "payment"}))
    await payments.open_checkout(checkout(buys=Ticket("Judo", 2500, "usd")), key="k")
    asked = vendor.asked.form
    assert asked["mode"] == "payment"
    assert asked["line_items[0][price_data][unit_amount]"] == "2500"
    assert asked["payment_intent_data[metadata][profile_id]"] == "p1"


async def test_a_subscription_is_read_canceled_resumed_and_moved_to_another_price(
    payments: Stripe, vendor: Standin
) -> None:
    vendor.will(says({**SUBSCRIPTION, "latest_invoice": INVOICE}))
    found = await payments.get_subscription("sub_1")
    assert vendor.asked.query == {"expand[]": "latest_invoice"}
    assert found is not None
    assert (found.item_id, found.price_id, found.current_period_start) == (
        "si_1",
        "price_basic",
        NOW,
    )
    assert isinstance(found.latest_invoice, Invoice)
    assert found.latest_invoice.subscription == "sub_1"

    vendor.will(slams, says({**SUBSCRIPTION, "cancel_at_period_end": True}), says(SUBSCRIPTION))
    assert (await payments.cancel_at_period_end("sub_1")).cancel_at_period_end
    assert vendor.asked.form == {"cancel_at_period_end": "true"}
    assert not (await payments.cancel_at_period_end("sub_1", cancel=False)).cancel_at_period_end

    await payments.change_price(found, "price_premium", key="k")
    asked = vendor.asked.form
    assert (asked["items[0][id]"], asked["items[0][price]"]) == ("si_1", "price_premium")
    assert asked["proration_behavior"] == "always_invoice"

    missing = {"error": {"type": "invalid_request_error", "code": "resource_missing"}}
    vendor.will(says(missing, 404))
    assert await payments.get_subscription("sub_2") is None


async def test_a_declined_card_is_said_with_stripes_reason(
    payments: Stripe, vendor: Standin
) -> None:
    error = {"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}
    vendor.will(says({"error": error}, 402))
    with pytest.raises(PaymentIsDeclined, match="insufficient_funds"):
        await payments.change_price(Subscription.model_validate(SUBSCRIPTION), "p", key="k")


async def test_money_is_given_back_and_the_portal_has_an_address(
    payments: Stripe, vendor: Standin
) -> None:
    refund = {"id": "re_1", "status": "succeeded", "amount": 500, "currency": "usd", "created": AT}
    vendor.will(says(refund))
    assert (await payments.refund("pi_1", 500, {}, key="k")).amount == 500
    assert vendor.asked.form == {"payment_intent": "pi_1", "amount": "500"}
    await payments.refund("pi_1", None, {}, key="k2")
    assert vendor.asked.form == {"payment_intent": "pi_1"}
    vendor.will(says({"id": "bps_1", "url": "https://billing.stripe.example/p/1"}))
    back = "https://staging.wwmaa.com/membership"
    assert await payments.open_portal("cus_1", back) == "https://billing.stripe.example/p/1"


def event(
    id_: str, thing: object, type_: str = "customer.subscription.updated"
) -> dict[str, object]:
    data = {"object": thing, "previous_attributes": {}}
    return {"id": id_, "object": "event", "type": type_, "created": AT, "data": data}


async def test_what_happened_since_a_moment_is_told_page_after_page(
    payments: Stripe, vendor: Standin
) -> None:
    first = {"data": [event("evt_3", SUBSCRIPTION), event("evt_2", INVOICE)], "has_more": True}
    vendor.will(says(first), says({"data": [event("evt_1", SESSION)], "has_more": False}))
    events = [each async for each in payments.events_since(NOW)]
    assert [each.id for each in events] == ["evt_3", "evt_2", "evt_1"]
    assert vendor.seen[0].query == {"created[gte]": str(AT), "limit": "100"}
    assert vendor.seen[1].query["starting_after"] == "evt_2"


CHARGE: dict[str, object] = {"id": "ch_1", "object": "charge", "status": "succeeded", "created": AT}
CHARGE |= {"amount": 5, "amount_captured": 5, "amount_refunded": 5, "refunded": True}


@pytest.mark.parametrize(
    ("thing", "kind"),
    [
        (SUBSCRIPTION, Subscription),
        (INVOICE, Invoice),
        (SESSION, CheckoutSession),
        ({**CHARGE, "currency": "usd"}, Charge),
        ({"object": "plan", "id": "p"}, dict),
    ],
)
async def test_a_webhook_that_stripe_signed_is_a_typed_event(
    thing: object, kind: type[object], payments: Stripe
) -> None:
    body = json.dumps(event("evt_1", thing))
    header = WebhookSignature.generate_signature_header(body, SECRET, AT)
    read = payments.read_webhook(body.encode(), header, NOW)
    assert (read.id, read.created, type(read.thing)) == ("evt_1", NOW, kind)


@pytest.mark.parametrize("late", [-301, 301])
async def test_a_webhook_of_another_time_is_refused(late: int, payments: Stripe) -> None:
    body = json.dumps(event("evt_1", SUBSCRIPTION))
    header = WebhookSignature.generate_signature_header(body, SECRET, AT)
    with pytest.raises(WebhookIsForged, match="moment"):
        payments.read_webhook(body.encode(), header, NOW + timedelta(seconds=late))


async def test_a_forged_webhook_is_refused_and_one_of_two_keys_is_enough(
    payments: Stripe,
) -> None:
    body = json.dumps(event("evt_1", SUBSCRIPTION))
    good = WebhookSignature.generate_signature_header(body, SECRET, AT)
    other = WebhookSignature.generate_signature_header(body, "another", AT).partition(",")[2]
    assert payments.read_webhook(body.encode(), f"{good},{other}", NOW)
    forged = ["", "t=", "t=x,v1=", f"t={AT}", f"t={AT},v1=", f"t={AT},v0=00", f"t={AT},{other}"]
    for header in [*forged, good.replace(f"t={AT}", f"t={AT + 1}"), "v1=\xe9,t=²"]:
        with pytest.raises(WebhookIsForged):
            payments.read_webhook(body.encode(), header, NOW)
    with pytest.raises(WebhookIsForged):
        payments.read_webhook(body.encode() + b" ", good, NOW)


async def test_a_signed_webhook_that_makes_no_sense_is_to_be_sent_again(payments: Stripe) -> None:
    body = '{"id": "evt_1"}'
    header = WebhookSignature.generate_signature_header(body, SECRET, AT)
    with pytest.raises(VendorIsUnavailable):
        payments.read_webhook(body.encode(), header, NOW)


async def test_without_the_webhooks_secret_none_is_believed() -> None:
    made = Stripe(Payment.model_validate({"stripe_secret_key": "key-of-this-test"}))
    with pytest.raises(VendorIsNotConfigured, match="STRIPE_WEBHOOK_SECRET"):
        made.read_webhook(b"{}", "t=1,v1=00", NOW)
    await made.close()
