"""Prices that an environment knows by their ids, and has by asking for them again and again."""

from typing import Any

import pytest

from tests.sandboxes.till import Till

BASIC: dict[str, Any] = {
    "id": "price_staging_basic",
    "product": "prod_staging_basic",
    "name": "Basic",
    "unit_amount": 2900,
}


def test_prices_are_had_by_their_ids_however_often_they_are_asked_for(till: Till) -> None:
    for made in (["price_staging_basic"], []):
        answer = till.control.put("/_sandbox/stripe/prices", json=[BASIC])
        assert answer.json() == {"prices": ["price_staging_basic"], "made": made}
    price = till.stripe.v1.prices.retrieve("price_staging_basic")
    assert (price.unit_amount, price.product) == (2900, "prod_staging_basic")
    assert price.recurring
    assert price.recurring.interval == "year"
    assert till.stripe.v1.products.retrieve("prod_staging_basic").name == "Basic"
    assert till.heard() == ["product.created", "price.created"]


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"unit_amount": 3000}, 409, "costs 2900 usd, and a price never changes"),
        ({"id": "no id"}, 422, "0.id"),
        ({"interval": "decade"}, 422, "'day', 'week', 'month' or 'year'"),
    ],
)
def test_a_price_never_changes(till: Till, change: Any, status: int, words: str) -> None:
    till.control.put("/_sandbox/stripe/prices", json=[BASIC]).raise_for_status()
    answer = till.control.put("/_sandbox/stripe/prices", json=[BASIC | change])
    assert answer.status_code == status
    assert words in answer.json()["error"]
