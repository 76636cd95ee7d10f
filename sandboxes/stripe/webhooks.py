"""Webhooks: how Stripe signs them and tries again, and the endpoints in its API."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sandboxes.kit.deliveries import ENDPOINT, Delivery, Endpoint, Webhooks
from sandboxes.kit.records import Document
from sandboxes.stripe.errors import StripeError, not_emulated
from sandboxes.stripe.events import VERSION
from sandboxes.stripe.fields import Many, Metadata, Text, Truth, Unsettable, merged
from sandboxes.stripe.forms import Form, words
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Page, page
from sandboxes.stripe.operations import route

HEADERS = {
    "Accept": "*/*; q=0.5, application/xml",
    "Cache-Control": "no-cache",
    "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
}
HOURS = (5 / 60, 0.5, 2, 5, 10, 12, 18, 24)
"""Stripe tries "for up to three days with an exponential back off", and gives no figures: ours."""


def sign(delivery: Delivery, now: datetime) -> Mapping[str, str]:
    """The headers of a webhook: the moment, and an HMAC of the moment and the body."""
    moment = int(now.timestamp())
    told = f"{moment}.{delivery.body}".encode()
    digest = hmac.new(delivery.endpoint.secret.encode(), told, hashlib.sha256).hexdigest()
    return HEADERS | {"Stripe-Signature": f"t={moment},v1={digest}"}


WEBHOOKS = Webhooks(
    sign,
    retries=tuple(timedelta(hours=hours) for hours in HOURS),
    new_endpoint_id=lambda: new_id("we"),
)


class Creation(Form):
    """A new endpoint."""

    not_emulated = words("connect")
    enabled_events: Many[Text]
    url: Text
    api_version: Text | None = None
    description: Unsettable = None
    metadata: Metadata = {}


class Update(Form):
    """A change of an endpoint."""

    enabled_events: Many[Text] = []
    url: Text | None = None
    description: Unsettable = None
    disabled: Truth = False
    metadata: Metadata = {}


async def create(ledger: Ledger, form: Creation) -> Document:
    """An endpoint; its secret is shown this once."""
    if form.api_version not in {None, VERSION}:
        raise not_emulated(f"events in version {form.api_version} of the API, but {VERSION}")
    data = {
        "api_version": form.api_version,
        "created": ledger.now,
        "description": form.description,
        "metadata": merged({}, form.metadata),
    }
    secret = new_id("whsec", 32)
    endpoint = Endpoint(
        *(new_id("we"), _url(form.url), secret, _events(form.enabled_events)), data=data
    )
    await ledger.vendor.records.put(ENDPOINT, endpoint.id, endpoint.document())
    return _described(endpoint) | {"secret": secret}


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The endpoint."""
    return _described(await _get(ledger, id_))


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The endpoint, changed."""
    endpoint, told = await _get(ledger, id_), form.model_fields_set
    data = dict(endpoint.data)
    if "description" in told:
        data["description"] = form.description
    if "metadata" in told:
        data["metadata"] = merged(data.get("metadata", {}), form.metadata)
    changed = replace(
        endpoint,
        url=_url(form.url) if form.url else endpoint.url,
        events=_events(form.enabled_events) if "enabled_events" in told else endpoint.events,
        enabled=not form.disabled if "disabled" in told else endpoint.enabled,
        data=data,
    )
    await ledger.vendor.records.put(ENDPOINT, id_, changed.document())
    return _described(changed)


async def delete(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The endpoint, gone."""
    await _get(ledger, id_)
    await ledger.vendor.records.remove(ENDPOINT, id_)
    return {"id": id_, "object": ENDPOINT, "deleted": True}


async def listed(ledger: Ledger, form: Page) -> Document:
    """A page of endpoints."""
    found = await page(ledger, ENDPOINT, "/v1/webhook_endpoints", form)
    return found | {"data": [_described(Endpoint.of(each)) for each in found["data"]]}


async def _get(ledger: Ledger, id_: str) -> Endpoint:
    return Endpoint.of(await ledger.get(ENDPOINT, id_))


def _url(given: str) -> str:
    """Stripe takes any address in test mode, as long as it is one."""
    if not given.startswith(("http://", "https://")):
        raise StripeError(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            param="url",
            code="url_invalid",
        )
    return given


def _events(given: list[str]) -> tuple[str, ...]:
    if not given:
        raise StripeError("Invalid array: enabled_events must not be empty", param="enabled_events")
    return tuple(given)


def _described(endpoint: Endpoint) -> Document:
    return {
        "id": endpoint.id,
        "object": ENDPOINT,
        "api_version": None,
        "application": None,
        "created": 0,
        "description": None,
        "metadata": {},
        **endpoint.data,
        "enabled_events": list(endpoint.events),
        "livemode": False,
        "status": "enabled" if endpoint.enabled else "disabled",
        "url": endpoint.url,
    }


ROUTES = (
    route("PostWebhookEndpoints", "/v1/webhook_endpoints", Creation, create),
    route("GetWebhookEndpoints", "/v1/webhook_endpoints", Page, listed),
    route("GetWebhookEndpointsWebhookEndpoint", "/v1/webhook_endpoints/{id}", Form, retrieve),
    route("PostWebhookEndpointsWebhookEndpoint", "/v1/webhook_endpoints/{id}", Update, update),
    route("DeleteWebhookEndpointsWebhookEndpoint", "/v1/webhook_endpoints/{id}", Form, delete),
)
