"""A paid membership, from Stripe's page to its end, against Stripe's sandbox and its own clock."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.app import STRIPE_LISTENERS, Backend, create_app
from backend.clock import CLOCK, now
from backend.features.billing.reconciling import differences
from backend.parts import Parts
from backend.schema.profiles import Role
from backend.schema.subscriptions import Subscription
from backend.webhooks import tell
from sandboxes.postmark import POSTMARK
from sandboxes.stripe import STRIPE
from tests.backend.conftest import People, running, variables
from tests.backend.inbox import Inbox
from tests.backend.people import Person
from tests.sandboxes.browser import Tab
from tests.sandboxes.served import served
from tests.sandboxes.shop import EMAIL, FILLED

PRICES = {"basic": 2_900, "standard": 7_900, "premium": 14_900}
POOR_LATER = "4000000000000341"
"""A card that can be kept, and pays nothing."""


@pytest.fixture(scope="module")
def address(postgres_url: str) -> Iterator[str]:
    with served(postgres_url, STRIPE, POSTMARK) as found:
        yield found


@pytest.fixture(scope="module")
async def backend(postgres_url: str, redis_url: str, address: str) -> Any:
    """A backend whose prices Stripe knows."""
    told = {
        "STRIPE_SECRET_KEY": "sk_" + "test_of_this_test",
        "STRIPE_WEBHOOK_SECRET": "whsec_" + "of_this_test",
        "FRONTEND_URL": "http://shop.test",
        "STRIPE_BASE_URL": f"{address}/stripe",
        "POSTMARK_BASE_URL": f"{address}/postmark",
        **{f"STRIPE_{tier.upper()}_PRICE_ID": f"price_{tier}" for tier in PRICES},
    }
    app: Backend = create_app(variables(postgres_url, redis_url) | told)
    async with running(app):
        yield app


@dataclass
class Bank:
    """Stripe, as this backend and its people see it."""

    control: httpx2.AsyncClient
    page: httpx2.Client
    parts: Parts

    async def pay(self, url: str, number: str = FILLED["number"]) -> None:
        """Somebody pays on Stripe's page."""
        filled = FILLED | EMAIL | {"number": number}
        await asyncio.to_thread(lambda: Tab.open(self.page, url).submit(**filled))
        await self.tell()

    async def tell(self) -> None:
        """All that Stripe has told of so far, told again from the beginning."""
        since = self.parts.providers.stripe.events_since(now() - timedelta(days=29))
        for event in reversed([each async for each in since]):
            await tell(STRIPE_LISTENERS, self.parts, event)

    async def days_later(self, days: float) -> None:
        """Time passes for Stripe and for us, and all that falls due is done."""
        CLOCK.offset += timedelta(days=days)
        told = {"advance_s": days * 86_400}
        (await self.control.post("/_sandbox/clock", json=told, timeout=60)).raise_for_status()
        await self.tell()


@pytest.fixture
async def bank(address: str, parts: Parts) -> AsyncIterator[Bank]:
    async with httpx2.AsyncClient(base_url=address) as control:
        (await control.post("/_sandbox/clock", json={"reset": True})).raise_for_status()
        (await control.post("/_sandbox/reset?vendor=stripe")).raise_for_status()
        prices = [
            {"id": f"price_{tier}", "product": f"prod_{tier}", "name": tier, "unit_amount": cents}
            for tier, cents in PRICES.items()
        ]
        (await control.put("/_sandbox/stripe/prices", json=prices)).raise_for_status()
        async for kept in parts.store.every(Subscription):
            await parts.store.remove(Subscription, {"id": kept.id})
        with httpx2.Client(base_url=address) as page:
            yield Bank(control, page, parts)
    CLOCK.offset = timedelta()


@pytest.fixture
async def inbox(bank: Bank, parts: Parts) -> Inbox:
    return Inbox(parts, bank.control)


async def somebody(people: People, role: Role = Role.member) -> Person:
    person = await people.new(role)
    await person.log_in()
    return person


async def check_out(person: Person, tier: str = "standard") -> httpx2.Response:
    return await person.post("/api/membership/checkout", {"tier": tier}, key=uuid4().hex)


async def paying(people: People, bank: Bank, number: str = FILLED["number"]) -> Person:
    member = await somebody(people)
    await bank.pay((await check_out(member)).json()["url"], number)
    return member


async def stands(member: Person) -> Any:
    await member.log_in()
    return (await member.get("/api/membership")).json()


async def test_a_member_pays_and_the_backend_hears_of_it(
    people: People, bank: Bank, inbox: Inbox, parts: Parts, visitor: httpx2.AsyncClient
) -> None:
    tiers = (await visitor.get("/api/membership/tiers")).json()
    assert {each["tier"]: each["cents"] for each in tiers} == PRICES
    member = await somebody(people)
    assert (await member.get("/api/membership")).json() is None
    await bank.pay((await check_out(member)).json()["url"])
    assert (await stands(member))["status"] == "active"
    assert (await member.get("/api/auth/me")).json()["tier"] == "standard"
    invoice = (await member.get("/api/membership/invoices")).json()[0]
    assert (invoice["amount_paid"], invoice["status"]) == (7_900, "paid")
    assert (await bank.control.get(invoice["pdf"])).content.startswith(b"%PDF")
    assert [each["subject"] for each in await inbox.mails(member.profile.email)] == ["Your receipt"]
    assert (await check_out(member)).status_code == 409
    assert await differences(parts) == []


async def test_nobody_pays_before_the_board_has_approved(people: People, bank: Bank) -> None:
    refused = await check_out(await somebody(people, Role.visitor))
    assert (refused.status_code, "Apply" in refused.json()["detail"]) == (409, True)
    asked = {"tier": "basic"}
    without_key = await (await somebody(people)).post("/api/membership/checkout", asked, key="")
    assert without_key.status_code == 400


async def test_one_key_opens_one_page_however_often_it_is_sent(people: People, bank: Bank) -> None:
    member = await somebody(people)
    key = uuid4().hex
    answers = [
        await member.post("/api/membership/checkout", {"tier": "basic"}, key=key) for _ in range(3)
    ]
    assert len({each.json()["url"] for each in answers}) == 1
    other = await member.post("/api/membership/checkout", {"tier": "premium"}, key=key)
    assert other.status_code == 422


async def test_a_tier_is_changed_and_what_differs_is_billed_at_once(
    people: People, bank: Bank, parts: Parts
) -> None:
    member = await paying(people, bank)
    changed = await member.post("/api/membership/change", {"tier": "premium"}, key=uuid4().hex)
    assert changed.status_code == 200
    await bank.tell()
    assert (await stands(member))["tier"] == "premium"
    assert (await member.get("/api/auth/me")).json()["tier"] == "premium"
    newest = (await member.get("/api/membership/invoices")).json()[0]
    assert 6_900 < newest["amount_paid"] <= 7_000
    assert await differences(parts) == []


async def test_a_membership_ends_with_what_is_paid_for_unless_it_is_resumed(
    people: People, bank: Bank, inbox: Inbox
) -> None:
    member = await paying(people, bank)
    for act, ends in (("cancel", True), ("resume", False), ("cancel", True)):
        await member.post(f"/api/membership/{act}")
        await bank.tell()
        assert (await stands(member))["ends_then"] is ends
    await bank.days_later(370)
    assert await stands(member) is None
    me = (await member.get("/api/auth/me")).json()
    assert (me["role"], me["tier"]) == ("visitor", "basic")
    newest = (await inbox.mails(member.profile.email))[0]
    assert newest["subject"] == "Your membership has ended"


async def test_who_does_not_pay_is_written_to_four_times_and_lapses_after_fourteen_days(
    people: People, bank: Bank, inbox: Inbox, parts: Parts
) -> None:
    member = await paying(people, bank)
    kept = await parts.store.first(Subscription, {"profile_id": member.profile.id})
    assert kept is not None
    customer = kept.stripe_customer_id
    method = await bank.control.post(
        "/stripe/v1/payment_methods/pm_card_chargeCustomerFail/attach",
        data={"customer": customer},
        headers={"Authorization": "Bearer sk_" + "test_of_this_test"},
    )
    method.raise_for_status()
    (
        await bank.control.post(
            f"/stripe/v1/subscriptions/{kept.stripe_subscription_id}",
            data={"default_payment_method": method.json()["id"]},
            headers={"Authorization": "Bearer sk_" + "test_of_this_test"},
        )
    ).raise_for_status()
    await bank.days_later(366)
    assert (await stands(member))["status"] == "past_due"
    assert (await member.get("/api/auth/me")).json()["role"] == "member"
    seen: list[str] = []
    # Stripe's clock and ours were moved one after the other, so they are not the same to a second.
    await bank.days_later(0.01)
    for day in range(15):
        seen = [each["tag"] for each in await inbox.mails(member.profile.email)]
        if day in (0, 3, 7, 12):
            assert f"payment-failed-{day}" in seen
        await bank.days_later(1)
    await inbox.mails(member.profile.email)
    await bank.tell()
    assert await stands(member) is None
    assert (await member.get("/api/auth/me")).json()["role"] == "visitor"
    dunned = [tag for tag in seen if tag.startswith("payment-failed")]
    assert dunned == [f"payment-failed-{day}" for day in (12, 7, 3, 0)]


async def test_money_is_paid_back_by_an_admin_never_more_than_was_paid(
    people: People, bank: Bank, inbox: Inbox
) -> None:
    member, admin = await paying(people, bank), await somebody(people, Role.admin)
    charges = await bank.control.get(
        "/stripe/v1/payment_intents", headers={"Authorization": "Bearer sk_" + "test_of_this_test"}
    )
    intent = charges.json()["data"][0]["id"]
    body = {"payment_intent": intent, "profile_id": member.profile.id, "cents": 900}
    assert (await member.post("/api/membership/refunds", body, key="k1")).status_code == 403
    twice = [await admin.post("/api/membership/refunds", body, key="k1") for _ in range(2)]
    assert [each.json()["cents"] for each in twice] == [900, 900]
    more = await admin.post("/api/membership/refunds", {**body, "cents": 7_100}, key="k2")
    assert more.status_code == 402
    subjects = [each["subject"] for each in await inbox.mails(member.profile.email)]
    assert subjects.count("Your refund") == 1


async def test_every_difference_to_stripe_is_named(
    people: People, bank: Bank, parts: Parts
) -> None:
    member, admin = await paying(people, bank), await somebody(people, Role.admin)
    kept = await parts.store.first(Subscription, {"profile_id": member.profile.id})
    assert kept is not None
    await parts.store.update(kept.changed(tier="basic", cancel_at_period_end=True))
    named = (await admin.get("/api/membership/differences")).json()
    assert {(each["what"], each["here"], each["at_stripe"]) for each in named} == {
        ("tier", "basic", "standard"),
        ("cancel_at_period_end", "True", "False"),
    }
    await parts.store.remove(Subscription, {"id": kept.id})
    named = (await admin.get("/api/membership/differences")).json()
    assert [(each["what"], each["here"]) for each in named] == [("subscription", "missing")]


async def test_what_stripe_has_never_heard_of_is_said_so(
    people: People, bank: Bank, parts: Parts
) -> None:
    member = await somebody(people)
    term = {"current_period_start": now(), "current_period_end": now() + timedelta(days=365)}
    seeded = {"stripe_subscription_id": "sub_seed1", "stripe_customer_id": "cus_seed1", **term}
    told = {"profile_id": member.profile.id, "tier": "basic", "status": "active", **seeded}
    await parts.store.insert(Subscription.model_validate(told))
    for asked, body in (("portal", None), ("cancel", None), ("change", {"tier": "premium"})):
        answer = await member.post(f"/api/membership/{asked}", body, key=uuid4().hex)
        said = answer.json()["detail"]
        assert (answer.status_code, "knows nothing of yours" in said) == (409, True), said
