"""Whatever Stripe is asked, it answers in Stripe's shape, and its books stay in order."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandboxes.stripe import ROUTES
from sandboxes.stripe.operations import Route
from tests.sandboxes.membership import a_membership
from tests.sandboxes.till import Till

VALUES = st.sampled_from(
    ["", "0", "1", "-1", "2900", "9" * 15, "9" * 20, "9999999999", "4000000000", "1.5", "true"]
    + ["now", "usd", "x" * 6000, "\0", "é", "[", "\ud800", "pm_card_visa", "always_invoice"]
    + ["pm_card_chargeCustomerFail", "price_basic", "price_monthly", "prod_Basic"]
    + ["CUSTOMER", "SUBSCRIPTION", "INVOICE", "PAYMENT"]
)
INNER = st.sampled_from(
    [
        "",
        "",
        "",
        "",
        "[0]",
        "[]",
        "[price]",
        "[0][price]",
        "[0][quantity]",
        "[a][b][c]",
        "[enabled]",
    ]
)
FITTING = {
    "amount": "2900",
    "currency": "usd",
    "customer": "CUSTOMER",
    "enabled_events": "*",
    "frozen_time": "4000000000",
    "items": "[0][price]=price_basic",
    "line_items": "[0][price]=price_basic",
    "mode": "subscription",
    "name": "Zoë",
    "product": "prod_Basic",
    "subscription": "SUBSCRIPTION",
    "success_url": "http://a.test",
    "type": "card",
    "unit_amount": "2900",
    "url": "http://a.test",
}
"""What fits a parameter that is required."""
IDS = st.sampled_from(["CUSTOMER", "SUBSCRIPTION", "INVOICE", "PAYMENT", "nobody", "%00", "é", "."])
FEW = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def known(till: Till) -> dict[str, str]:
    """Ids that are there, by the word that stands for each."""
    club = a_membership(till)
    made = club.subscribe(expand=["latest_invoice.payments"])
    invoice: Any = made.latest_invoice
    intent = invoice.payments.data[0].payment.payment_intent
    ids = (club.customer, made.id, invoice.id, intent)
    return dict(zip(("CUSTOMER", "SUBSCRIPTION", "INVOICE", "PAYMENT"), ids, strict=True))


@st.composite
def requests(draw: st.DrawFn) -> tuple[Route, str, list[tuple[str, str]]]:
    """A route, its path, and what it is told: names that it knows, values that it may not."""
    route = draw(st.sampled_from(ROUTES))
    path = re.sub(r"\{\w+\}", lambda _: draw(IDS), route.path)
    names = st.sampled_from([*route.form.model_fields, "nonsense", "expand[]"])
    told = draw(st.lists(st.tuples(names, INNER, VALUES), max_size=5))
    pairs = [(name + inner, value) for name, inner, value in told]
    for name, field in route.form.model_fields.items():
        if field.is_required() and draw(st.booleans()):
            inner, _, value = f"={FITTING.get(name, 'x')}".rpartition("=")
            pairs.append((name + inner.strip("="), value))
    return route, path, pairs


@FEW
@given(asked=requests())
def test_no_request_breaks_it(
    till: Till, known: dict[str, str], asked: tuple[Route, str, list[tuple[str, str]]]
) -> None:
    route, path, pairs = asked
    for word, id_ in known.items():
        path = path.replace(word, id_)
        pairs = [(name, id_ if value == word else value) for name, value in pairs]
    query = urlencode(pairs, errors="surrogatepass")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    where = path.removeprefix("/v1")
    if route.method == "POST":
        answer = till.ask("POST", where, content=query, headers=headers)
    else:
        answer = till.ask(route.method, f"{where}?{query}")
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    told: dict[str, Any] = answer.json()
    if answer.status_code == 200:
        assert told["object"]
    else:
        assert {"message", "type"} <= told["error"].keys()
