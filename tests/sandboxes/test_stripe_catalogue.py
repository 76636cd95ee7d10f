"""Products, prices and customers, by Stripe's own client."""

import pytest
import stripe

from tests.sandboxes.till import Till


def test_a_product_is_made_changed_and_found(till: Till) -> None:
    products = till.stripe.v1.products
    product = products.create(
        {"name": "Basic", "id": "prod_basic", "metadata": {"tier": "basic", "old": "x"}}
    )
    assert (product.id, product.active, product.livemode) == ("prod_basic", True, False)
    product = products.update(
        "prod_basic", {"description": "All events", "metadata": {"old": "", "new": "y"}}
    )
    assert product.metadata.to_dict() == {"tier": "basic", "new": "y"}
    assert products.update("prod_basic", {"description": ""}).description is None
    products.create({"name": "Old", "active": False})
    assert [each.id for each in products.list({"active": True}).data] == ["prod_basic"]
    assert [each.id for each in products.list({"ids": ["prod_basic"]}).data] == ["prod_basic"]
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        products.create({"name": "Basic", "id": "prod_basic"})
    assert till.heard() == [
        *("product.created", "product.updated", "product.updated", "product.created")
    ]
    changed = till.ear.events()[1]["data"]["previous_attributes"]
    assert changed["metadata"] == {"old": "x", "new": None}
    assert changed["description"] is None


def test_a_product_with_prices_stays(till: Till) -> None:
    kept = till.stripe.v1.products.create({"name": "Basic"})
    till.stripe.v1.prices.create({"product": kept.id, "currency": "usd", "unit_amount": 2900})
    with pytest.raises(stripe.InvalidRequestError, match="cannot be deleted"):
        till.stripe.v1.products.delete(kept.id)
    gone = till.stripe.v1.products.create({"name": "Gone"})
    assert till.stripe.v1.products.delete(gone.id).deleted
    with pytest.raises(stripe.InvalidRequestError, match="No such product"):
        till.stripe.v1.products.retrieve(gone.id)


def test_a_price_recurs_and_is_found_by_its_lookup_key(till: Till) -> None:
    product, prices = till.stripe.v1.products.create({"name": "Basic"}), till.stripe.v1.prices
    yearly = prices.create(
        {
            "product": product.id,
            "currency": "USD",
            "unit_amount": 2900,
            "recurring": {"interval": "year"},
            "lookup_key": "basic",
        }
    )
    assert (yearly.type, yearly.currency, yearly.unit_amount) == ("recurring", "usd", 2900)
    assert yearly.recurring
    assert (yearly.recurring.interval, yearly.recurring.interval_count) == ("year", 1)
    once = prices.create({"product": product.id, "currency": "usd", "unit_amount": 14900})
    assert [each.id for each in prices.list({"lookup_keys": ["basic"]}).data] == [yearly.id]
    assert [each.id for each in prices.list({"type": "one_time"}).data] == [once.id]
    found = prices.list({"recurring": {"interval": "year"}, "product": product.id})
    assert [each.id for each in found.data] == [yearly.id]
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        prices.update(once.id, {"lookup_key": "basic"})
    prices.update(once.id, {"lookup_key": "basic", "transfer_lookup_key": True})
    assert prices.retrieve(yearly.id).lookup_key is None
    assert prices.update(yearly.id, {"active": False}).active is False


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ({"currency": "dollars"}, "Invalid currency: dollars"),
        ({"unit_amount": "100000000"}, "less than or equal to 99999999"),
        ({"recurring[interval]": "year", "recurring[interval_count]": "4"}, "three years"),
        ({"product": "prod_none"}, "No such product: 'prod_none'"),
    ],
)
def test_a_price_that_cannot_be_is_refused(till: Till, price: dict[str, str], words: str) -> None:
    till.stripe.v1.products.create({"name": "Basic", "id": "prod_basic"})
    whole = {"product": "prod_basic", "currency": "usd", "unit_amount": "1"} | price
    answer = till.ask("POST", "/prices", data=whole)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


def test_a_customer_is_made_changed_and_leaves_a_trace(till: Till) -> None:
    customers = till.stripe.v1.customers
    made = customers.create(
        {
            "email": "zoe@wwmaa.example",
            "name": "Zoë",
            "address": {"line1": "1 Dojo Lane", "country": "US"},
            "metadata": {"user_id": "u1"},
        }
    )
    assert made.address
    assert (made.address.line1, made.address.city) == ("1 Dojo Lane", None)
    changed = customers.update(made.id, {"name": "", "invoice_settings": {"footer": "Oss"}})
    assert (changed.name, changed.email) == (None, "zoe@wwmaa.example")
    assert changed.invoice_settings
    assert changed.invoice_settings.footer == "Oss"
    assert customers.delete(made.id).deleted
    assert customers.retrieve(made.id).deleted
    assert customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        customers.update(made.id, {"name": "Again"})
    assert till.heard() == ["customer.created", "customer.updated", "customer.deleted"]
