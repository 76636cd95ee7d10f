"""Payment methods: made from test cards, a customer's, and nobody's again."""

from typing import Any

import pytest
import stripe

from tests.sandboxes.till import Till


def card(number: str, **more: Any) -> Any:
    """A card by its number."""
    return {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2034} | more}


def test_a_card_is_known_by_its_number_and_by_its_name(till: Till) -> None:
    methods = till.stripe.v1.payment_methods
    made = methods.create(card("4242 4242 4242 4242", cvc="123", exp_year=34))
    assert made.card
    assert (made.card.brand, made.card.last4, made.card.exp_year) == ("visa", "4242", 2034)
    assert made.card.checks
    assert made.card.checks.cvc_check == "pass"
    assert "4242424242424242" not in str(made)
    token = methods.create({"type": "card", "card": {"token": "tok_amex"}})
    assert token.card
    assert (token.card.brand, token.card.last4) == ("amex", "0005")
    assert made.card.fingerprint != token.card.fingerprint


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (card("4242424242424241"), "incorrect_number"),
        (card("1234"), "incorrect_number"),
        (card("4000056655665564"), "card_declined"),
        (card("4242424242424242", exp_month=13), "invalid_expiry_month"),
        (card("4242424242424242", exp_year=2020), "invalid_expiry_year"),
        (card("4242424242424242", cvc="99"), "invalid_cvc"),
        (card("378282246310005", cvc="123"), "invalid_cvc"),
    ],
)
def test_a_card_that_is_wrong_is_refused(till: Till, data: Any, code: str) -> None:
    with pytest.raises(stripe.CardError) as refused:
        till.stripe.v1.payment_methods.create(data)
    assert refused.value.code == code


def test_a_method_is_a_customers_until_it_is_detached(till: Till) -> None:
    customers, methods = till.stripe.v1.customers, till.stripe.v1.payment_methods
    zoe, haruto = customers.create({"name": "Zoë"}), customers.create({"name": "Haruto"})
    method = methods.attach("pm_card_visa", {"customer": zoe.id})
    assert method.customer == zoe.id
    default = {"invoice_settings": {"default_payment_method": method.id}}
    customers.update(zoe.id, default)  # type: ignore[arg-type]
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        methods.attach(method.id, {"customer": haruto.id})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a payment method"):
        customers.update(haruto.id, default)  # type: ignore[arg-type]
    assert [each.id for each in methods.list({"customer": zoe.id}).data] == [method.id]
    assert customers.payment_methods.list(haruto.id).data == []
    assert customers.payment_methods.retrieve(zoe.id, method.id).id == method.id
    changed = methods.update(
        method.id, {"billing_details": {"name": "Zoë"}, "card": {"exp_year": 2040}}
    )
    assert changed.card
    assert (changed.billing_details.name, changed.card.exp_year) == ("Zoë", 2040)
    assert methods.detach(method.id).customer is None
    settings = customers.retrieve(zoe.id).invoice_settings
    assert settings
    assert settings.default_payment_method is None
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        methods.attach(method.id, {"customer": zoe.id})
    assert till.heard("payment_method") == [
        *("payment_method.attached", "payment_method.updated", "payment_method.detached")
    ]


def test_a_customer_comes_with_a_card(till: Till) -> None:
    made = till.stripe.v1.customers.create(
        {
            "payment_method": "pm_card_visa",
            "invoice_settings": {"default_payment_method": "pm_card_mastercard"},
            "expand": ["invoice_settings.default_payment_method"],
        }
    )
    assert made.invoice_settings
    method = made.invoice_settings.default_payment_method
    assert isinstance(method, stripe.PaymentMethod)
    assert method.customer == made.id
    assert len(till.stripe.v1.customers.payment_methods.list(made.id).data) == 2


def test_a_card_that_is_declined_attaches_to_nobody_but_for_the_one_that_does(till: Till) -> None:
    customer, methods = till.stripe.v1.customers.create({}), till.stripe.v1.payment_methods
    with pytest.raises(stripe.CardError):
        methods.attach("pm_card_chargeDeclined", {"customer": customer.id})
    with pytest.raises(stripe.CardError):
        till.stripe.v1.customers.create({"payment_method": "pm_card_chargeDeclined"})
    assert [each.id for each in till.stripe.v1.customers.list().data] == [customer.id]
    assert methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id}).customer


def test_a_payment_uses_up_a_method_that_is_nobodys(till: Till) -> None:
    intents, method = till.stripe.v1.payment_intents, card("4242424242424242")
    made = till.stripe.v1.payment_methods.create(method)
    asked: Any = {"amount": 100, "currency": "usd", "payment_method": made.id, "confirm": True}
    asked["return_url"] = "https://backend.test"
    assert intents.create(asked).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        intents.create(asked)
    customer = till.stripe.v1.customers.create({}).id
    asked |= {"payment_method": "pm_card_visa", "customer": customer}
    kept = intents.create(asked | {"setup_future_usage": "off_session"})
    again = asked | {"payment_method": kept.payment_method, "off_session": True}
    assert intents.create(again).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="include the Customer"):
        intents.create({key: again[key] for key in again if key != "customer"})  # type: ignore[arg-type]
