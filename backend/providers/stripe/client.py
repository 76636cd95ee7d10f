"""Stripe takes payments (https://docs.stripe.com/api)."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel

from backend.providers import VendorIsNotConfigured, VendorRefused, signatures
from backend.providers.calls import Call
from backend.providers.http import VendorClient
from backend.providers.stripe.checkout import Checkout, fields_of
from backend.providers.stripe.things import (
    Charge,
    CheckoutSession,
    Customer,
    Event,
    Invoice,
    Metadata,
    Price,
    Refund,
    Subscription,
)
from backend.schema.document import Tier
from backend.settings import Payment

VERSION: Final = "2026-10-28.endive"
"""The version of Stripe's API whose shapes are read here."""
PAGE: Final = 100

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T", Subscription, Event, Charge, Refund)


class PaymentIsDeclined(Exception):
    """A card was not charged; Stripe's code says why, such as `insufficient_funds`."""


class _Hosted(BaseModel):
    url: str


class _Customers(BaseModel):
    data: list[Customer]


class _Invoices(BaseModel):
    data: list[Invoice]


class _Listed(BaseModel, Generic[T]):
    data: list[T]
    has_more: bool


class Stripe:
    """The provider `stripe`. A `key` names what is asked for, so that asking again is safe."""

    def __init__(
        self, settings: Payment, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        key = settings.stripe_secret_key
        bearer = f"Bearer {key.get_secret_value()}" if key else ""
        self._webhook_secret = settings.stripe_webhook_secret
        self._prices = {
            Tier.basic: settings.stripe_basic_price_id,
            Tier.standard: settings.stripe_standard_price_id,
            Tier.premium: settings.stripe_premium_price_id,
        }
        self._http = VendorClient(
            "stripe",
            settings.stripe_base_url,
            {"STRIPE_SECRET_KEY": key},
            {"Authorization": bearer, "Stripe-Version": VERSION},
            transport,
        )

    async def ping(self) -> None:
        """Ask for one price of the account."""
        call = Call("ping", "GET", "/v1/prices", params={"limit": 1}, attempts=1)
        await self._http.require("data", call)

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    def price_of(self, tier: Tier) -> str:
        """The price of a tier. Raises `VendorIsNotConfigured` when it is not set."""
        price = self._prices[tier]
        if price is None:
            raise VendorIsNotConfigured("stripe", (f"STRIPE_{tier.value.upper()}_PRICE_ID",))
        return price

    def tier_of(self, price_id: str) -> Tier | None:
        """The tier that has this price, if one has."""
        return next((tier for tier, price in self._prices.items() if price == price_id), None)

    async def get_price(self, price_id: str) -> Price | None:
        """A price as it is now, if there is such a one."""
        call = Call("get_price", "GET", f"/v1/prices/{quote(price_id, safe='')}")
        return await self._http.find(Price, call)

    async def invoices_of(self, customer: str) -> list[Invoice]:
        """The latest hundred invoices of a customer, the newest first."""
        params = {"customer": customer, "limit": PAGE}
        call = Call("invoices_of", "GET", "/v1/invoices", params=params)
        return (await self._http.read(_Invoices, call)).data

    async def every_subscription(self) -> AsyncIterator[Subscription]:
        """All subscriptions of the account, canceled ones included, the newest first."""
        asked = {"status": "all"}
        path = "/v1/subscriptions"
        async for each in self._every(_Listed[Subscription], "every_subscription", path, asked):
            yield each

    async def find_customer(self, email: str) -> Customer | None:
        """The newest customer with exactly this address."""
        call = Call("find_customer", "GET", "/v1/customers", params={"email": email, "limit": 1})
        return next(iter((await self._http.read(_Customers, call)).data), None)

    async def create_customer(
        self, email: str, name: str, metadata: Metadata, *, key: str
    ) -> Customer:
        """A new customer; Stripe allows many with one address."""
        form = {"email": email, "name": name, "metadata": metadata}
        return await self._post(Customer, "create_customer", "/v1/customers", form, key)

    async def delete_customer(self, id_: str) -> bool:
        """Delete all that may be deleted of a customer; whether there was one. Invoices stay."""
        path = f"/v1/customers/{quote(id_, safe='')}"
        return await self._http.delete(Call("delete_customer", "DELETE", path))

    async def open_checkout(self, checkout: Checkout, *, key: str) -> CheckoutSession:
        """A page of Stripe's to pay on."""
        path = "/v1/checkout/sessions"
        return await self._post(CheckoutSession, "open_checkout", path, checkout.form, key)

    async def open_portal(self, customer: str, return_url: str) -> str:
        """The address of a page where a customer changes cards, cancels and resumes."""
        form = {"customer": customer, "return_url": return_url}
        path = "/v1/billing_portal/sessions"
        return (await self._post(_Hosted, "open_portal", path, form)).url

    async def get_subscription(self, id_: str) -> Subscription | None:
        """A subscription as it is now, with its latest invoice, if there is such a one."""
        params = {"expand[]": "latest_invoice"}
        call = Call("get_subscription", "GET", _subscription(id_), params=params)
        return await self._http.find(Subscription, call)

    async def cancel_at_period_end(self, id_: str, *, cancel: bool = True) -> Subscription:
        """Let a subscription end with what is paid for, or resume one that would end so."""
        form = {"cancel_at_period_end": cancel}
        path = _subscription(id_)
        return await self._post(Subscription, "cancel_at_period_end", path, form, repeatable=True)

    async def cancel(self, id_: str) -> Subscription:
        """End a subscription now; what was paid for its period stays paid."""
        call = Call("cancel", "DELETE", _subscription(id_))
        return await self._http.read(Subscription, call)

    async def change_price(
        self, subscription: Subscription, price_id: str, *, key: str
    ) -> Subscription:
        """Move a subscription to another price; what differs until the period's end is billed now.

        Raises `PaymentIsDeclined`, and then nothing is changed.
        """
        form = {
            "items": [{"id": subscription.item_id, "price": price_id}],
            "proration_behavior": "always_invoice",
            "payment_behavior": "error_if_incomplete",
        }
        path = _subscription(subscription.id)
        return await self._post(Subscription, "change_price", path, form, key)

    async def refund(
        self, payment_intent: str, amount: int | None, metadata: Metadata, *, key: str
    ) -> Refund:
        """Give money back: this much, or all that is left of the payment."""
        form = {"payment_intent": payment_intent, "amount": amount, "metadata": metadata}
        return await self._post(Refund, "refund", "/v1/refunds", form, key)

    async def events_since(self, moment: datetime) -> AsyncIterator[Event]:
        """What happened from this moment on, the newest first; Stripe remembers 30 days."""
        asked = {"created[gte]": int(moment.timestamp())}
        async for each in self._every(_Listed[Event], "events_since", "/v1/events", asked):
            yield each

    async def charges_since(self, moment: datetime) -> AsyncIterator[Charge]:
        """Every attempt to take money from this moment on, the newest first."""
        asked = {"created[gte]": int(moment.timestamp())}
        async for each in self._every(_Listed[Charge], "charges_since", "/v1/charges", asked):
            yield each

    async def refunds_since(self, moment: datetime) -> AsyncIterator[Refund]:
        """Every refund from this moment on, the newest first."""
        asked = {"created[gte]": int(moment.timestamp())}
        async for each in self._every(_Listed[Refund], "refunds_since", "/v1/refunds", asked):
            yield each

    def read_webhook(self, body: bytes, signature: str, now: datetime) -> Event:
        """The event that Stripe sent, by its `Stripe-Signature`. Raises `WebhookIsForged`.

        Raises `VendorIsUnavailable` for an event that makes no sense: Stripe will send it again.
        """
        key = signatures.key_of("stripe", "STRIPE_WEBHOOK_SECRET", self._webhook_secret)
        signatures.check(body, signature, key, now, time="t", scheme="v1")
        return signatures.read("stripe", Event, body)

    async def _every(
        self, kind: type[_Listed[T]], operation: str, path: str, asked: Mapping[str, Any]
    ) -> AsyncIterator[T]:
        params = {**asked, "limit": PAGE}
        while True:
            page = await self._http.read(kind, Call(operation, "GET", path, params=params))
            for each in page.data:
                yield each
            if not page.has_more:
                return
            params["starting_after"] = page.data[-1].id

    async def _post(
        self,
        kind: type[M],
        operation: str,
        path: str,
        form: Mapping[str, Any],
        key: str | None = None,
        **more: Any,
    ) -> M:
        fields = dict(fields_of(form))
        call = Call(operation, "POST", path, form=fields, idempotency_key=key, **more)
        try:
            return await self._http.read(kind, call)
        except VendorRefused as refusal:
            if refusal.status == HTTPStatus.PAYMENT_REQUIRED:
                raise PaymentIsDeclined(_code_of(refusal)) from refusal
            raise


def _subscription(id_: str) -> str:
    return f"/v1/subscriptions/{quote(id_, safe='')}"


def _code_of(refusal: VendorRefused) -> str:
    told = refusal.told if isinstance(refusal.told, dict) else {}
    error = told.get("error") or {}
    return str(error.get("decline_code") or error.get("code") or "card_declined")
