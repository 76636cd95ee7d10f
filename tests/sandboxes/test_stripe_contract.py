"""Every key of Stripe's published fixtures is in the object of that name, where the project's
shared folder holds them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandboxes.membership import a_membership
from tests.sandboxes.shop import a_session
from tests.sandboxes.test_stripe_payments import pay
from tests.sandboxes.till import Till

FIXTURES = Path(__file__).parents[2].parent / "shared" / "contracts" / "stripe-fixtures.json"
OLDER = {"invoice": {"subscription"}}
"""Keys that Stripe's library 16 does not know any more, and that its API does not answer."""


@pytest.fixture(scope="module")
def fixtures() -> dict[str, Any]:
    if not FIXTURES.exists():
        pytest.skip("the shared contracts are not beside this repository")
    found: dict[str, Any] = json.loads(FIXTURES.read_text())["resources"]
    return found


@pytest.fixture(scope="module")
def objects(open_till: Till) -> dict[str, Any]:
    """One object of each kind, as it is on the wire."""
    till = open_till
    till.reset()
    api = till.stripe.v1
    product = api.products.create({"name": "Basic"})
    yearly: Any = {"currency": "usd", "unit_amount": 2900, "recurring": {"interval": "year"}}
    price = api.prices.create(yearly | {"product": product.id})
    customer = api.customers.create({"payment_method": "pm_card_visa"})
    intent = pay(till, "pm_card_createDispute")
    made: list[Any] = [product, price, customer, intent]
    made += [api.refunds.create({"payment_intent": pay(till).id})]
    made += [api.setup_intents.create({"customer": customer.id})]
    made += [a_session(till)]
    made += [api.billing_portal.sessions.create({"customer": customer.id})]
    made += [api.billing_portal.configurations.list().data[0]]
    made += [api.webhook_endpoints.create({"url": "http://a.test", "enabled_events": ["*"]})]
    club = a_membership(till)
    subscription = club.subscribe(expand=["latest_invoice.payments"])
    invoice: Any = subscription.latest_invoice
    owed: Any = {"customer": club.customer, "amount": 100, "currency": "usd"}
    made += [subscription, subscription["items"].data[0], invoice, invoice.lines.data[0]]
    made += [invoice.payments.data[0], api.invoice_items.create(owed)]
    made += [api.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000})]
    for listed in (
        api.charges.list(),
        api.disputes.list(),
        api.events.list(),
        api.payment_methods.list({"customer": customer.id}),
    ):
        made.append(listed.data[0])
    return {str(each["object"]): each.to_dict() for each in made}


def test_every_key_of_the_fixtures_is_there(
    fixtures: dict[str, Any], objects: dict[str, Any]
) -> None:
    lacking = {
        kind: missing
        for kind, found in objects.items()
        if (missing := fixtures[kind].keys() - found.keys() - OLDER.get(kind, set()))
    }
    assert lacking == {}


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("price", "recurring"),
        ("customer", "invoice_settings"),
        ("checkout.session", "invoice_creation.invoice_data"),
        ("billing_portal.configuration", "features.subscription_update"),
        ("billing_portal.configuration", "features.subscription_cancel"),
        ("payment_method", "card"),
        ("payment_method", "billing_details"),
        ("charge", "outcome"),
        ("charge", "payment_method_details.card"),
        ("subscription", "cancellation_details"),
        ("subscription", "payment_settings"),
        ("subscription_item", "plan"),
        ("invoice", "status_transitions"),
        ("invoice", "payment_settings"),
        ("invoice", "parent"),
        ("line_item", "parent"),
        ("line_item", "pricing"),
        ("invoice_payment", "payment"),
        ("dispute", "evidence"),
        ("dispute", "evidence_details"),
        ("dispute", "payment_method_details.card"),
    ],
)
def test_every_key_within_is_there(
    fixtures: dict[str, Any], objects: dict[str, Any], kind: str, path: str
) -> None:
    wanted, found = fixtures[kind], objects[kind]
    for step in path.split("."):
        wanted, found = wanted[step], found[step]
    assert wanted.keys() <= found.keys()
