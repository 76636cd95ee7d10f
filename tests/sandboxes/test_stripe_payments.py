"""Payments with Stripe's documented test cards: paid, declined, challenged, held, given up."""

from typing import Any

import pytest
import stripe

from tests.sandboxes.till import Till

NEVER = {"enabled": True, "allow_redirects": "never"}


def pay(till: Till, method: str = "pm_card_visa", **more: Any) -> stripe.PaymentIntent:
    """A payment of 29 dollars that is made at once."""
    asked = {
        "amount": 2900,
        "currency": "usd",
        "payment_method": method,
        "confirm": True,
        "automatic_payment_methods": NEVER,
    }
    return till.stripe.v1.payment_intents.create(asked | more)  # type: ignore[arg-type]


def answer(till: Till, intent: str, *, succeeds: bool) -> None:
    """Answer a challenge as the card's holder."""
    path = f"/_sandbox/stripe/challenges/{intent}"
    till.control.post(path, json={"succeeds": succeeds}).raise_for_status()


def test_a_good_card_pays(till: Till) -> None:
    intent = pay(till, metadata={"order": "7"}, expand=["latest_charge"])
    assert (intent.status, intent.amount_received) == ("succeeded", 2900)
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.paid, charge.captured, charge.metadata.to_dict()) == (True, True, {"order": "7"})
    assert charge.payment_method_details
    assert charge.payment_method_details.card
    assert charge.payment_method_details.card.last4 == "4242"
    assert till.heard() == [
        *("payment_intent.created", "charge.succeeded", "payment_intent.succeeded")
    ]
    assert till.stripe.v1.charges.list({"payment_intent": intent.id}).data[0].id == charge.id


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
        ("pm_card_radarBlock", "card_declined", "fraudulent"),
    ],
)
def test_a_bad_card_is_declined_and_what_was_tried_is_kept(
    till: Till, method: str, code: str, decline_code: str | None
) -> None:
    with pytest.raises(stripe.CardError) as declined:
        pay(till, method)
    error = declined.value.error
    assert error
    assert (declined.value.http_status, error.code) == (402, code)
    assert getattr(error, "decline_code", None) == decline_code
    assert error.payment_intent
    intent = till.stripe.v1.payment_intents.retrieve(error.payment_intent.id)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error
    assert intent.last_payment_error.code == code
    assert till.stripe.v1.charges.retrieve(str(error.charge)).status == "failed"
    assert till.heard() == [
        *("payment_intent.created", "charge.failed", "payment_intent.payment_failed")
    ]
    again = till.stripe.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (again.status, again.last_payment_error) == ("succeeded", None)


@pytest.mark.parametrize(
    "method", ["pm_card_threeDSecure2Required", "pm_card_authenticationRequired"]
)
def test_a_challenge_is_answered_on_a_page(till: Till, method: str) -> None:
    intent = pay(till, method, return_url="https://backend.test/back")
    assert (intent.status, intent.amount_received) == ("requires_action", 0)
    assert intent.next_action
    assert intent.next_action.redirect_to_url
    assert intent.next_action.redirect_to_url.return_url == "https://backend.test/back"
    assert str(intent.next_action.redirect_to_url.url).startswith(f"{till.address}/stripe/3ds/")
    answer(till, intent.id, succeeds=True)
    assert till.stripe.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert till.heard("payment_intent") == [
        *("payment_intent.created", "payment_intent.requires_action", "payment_intent.succeeded")
    ]


def test_a_challenge_that_fails_or_finds_nobody_there_fails_the_payment(till: Till) -> None:
    intent = pay(till, "pm_card_authenticationRequired")
    answer(till, intent.id, succeeds=False)
    intent = till.stripe.v1.payment_intents.retrieve(intent.id)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    with pytest.raises(stripe.CardError) as declined:
        pay(till, "pm_card_authenticationRequired", off_session=True)
    assert declined.value.code == "authentication_required"
    with pytest.raises(stripe.CardError):
        pay(till, "pm_card_authenticationRequired", error_on_requires_action=True)
    intent = pay(till, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    answer(till, intent.id, succeeds=True)
    intent = till.stripe.v1.payment_intents.retrieve(intent.id)
    assert intent.last_payment_error
    assert intent.last_payment_error.decline_code == "insufficient_funds"
    assert till.control.post(f"/_sandbox/stripe/challenges/{intent.id}", json={}).status_code == 404


def test_money_is_held_and_taken_later_or_let_go(till: Till) -> None:
    intents = till.stripe.v1.payment_intents
    intent = pay(till, capture_method="manual")
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 2900)
    with pytest.raises(stripe.InvalidRequestError, match="greater than the amount you can"):
        intents.capture(intent.id, {"amount_to_capture": 2901})
    intent = intents.capture(intent.id, {"amount_to_capture": 2000})
    assert (intent.status, intent.amount_received) == ("succeeded", 2000)
    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded"):
        intents.cancel(intent.id)
    held = pay(till, capture_method="manual")
    held = intents.cancel(held.id, {"cancellation_reason": "abandoned"})
    assert (held.status, held.cancellation_reason) == ("canceled", "abandoned")
    assert till.stripe.v1.charges.retrieve(str(held.latest_charge)).refunded


def test_an_intent_is_made_changed_and_confirmed_step_by_step(till: Till) -> None:
    intents = till.stripe.v1.payment_intents
    intent = intents.create({"amount": 100, "currency": "usd"})
    assert (intent.status, intent.payment_method_types) == ("requires_payment_method", ["card"])
    assert intent.client_secret
    assert intent.client_secret.startswith(f"{intent.id}_secret_")
    with pytest.raises(stripe.InvalidRequestError, match="you must provide a `return_url`"):
        intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
        intents.confirm(intent.id, {"return_url": "https://backend.test"})
    intent = intents.update(intent.id, {"amount": 200, "payment_method": "pm_card_mastercard"})
    assert (intent.status, intent.amount) == ("requires_confirmation", 200)
    intent = intents.confirm(intent.id, {"return_url": "https://backend.test"})
    assert intent.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        intents.update(intent.id, {"amount": 300})
    assert refused.value.code == "payment_intent_unexpected_state"
    with pytest.raises(stripe.InvalidRequestError, match=r"at least \$0.50"):
        intents.create({"amount": 49, "currency": "usd"})
    assert [each.id for each in intents.list().data] == [intent.id]


def test_a_card_that_was_made_ready_pays_while_nobody_is_there(till: Till) -> None:
    customer = till.stripe.v1.customers.create({"name": "Zoë"})
    setups = till.stripe.v1.setup_intents
    setup = setups.create({"customer": customer.id, "automatic_payment_methods": {"enabled": True}})
    setup = setups.confirm(setup.id, {"payment_method": "pm_card_authenticationRequiredOnSetup"})
    assert setup.status == "requires_action"
    answer(till, setup.id, succeeds=True)
    setup = setups.retrieve(setup.id)
    assert setup.status == "succeeded"
    intent = pay(till, str(setup.payment_method), customer=customer.id, off_session=True)
    assert intent.status == "succeeded"
    with pytest.raises(stripe.CardError):
        pay(till, "pm_card_authenticationRequiredOnSetup", off_session=True)
    assert till.heard("setup_intent") == [
        *("setup_intent.created", "setup_intent.requires_action", "setup_intent.succeeded")
    ]


def test_a_setup_fails_or_is_given_up(till: Till) -> None:
    setups = till.stripe.v1.setup_intents
    with pytest.raises(stripe.CardError) as declined:
        setups.create({"payment_method": "pm_card_chargeDeclined", "confirm": True})
    assert declined.value.code == "card_declined"
    setup = setups.list().data[0]
    assert (setup.status, setup.payment_method) == ("requires_payment_method", None)
    setup = setups.update(setup.id, {"description": "Again"})
    assert setup.description == "Again"
    assert setups.cancel(setup.id, {"cancellation_reason": "abandoned"}).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        setups.confirm(setup.id)
    setup = setups.create({"payment_method": "pm_card_authenticationRequired", "confirm": True})
    answer(till, setup.id, succeeds=False)
    failed = setups.retrieve(setup.id).last_setup_error
    assert failed
    assert failed.code == "setup_intent_authentication_failure"
