"""Payment intents in the API: a payment, from the wish to the money."""

from sandboxes.kit.records import Document
from sandboxes.stripe import settling
from sandboxes.stripe.clocks import their_time
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import (
    merged,
)
from sandboxes.stripe.forms import Form
from sandboxes.stripe.intents import new_intent
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import page
from sandboxes.stripe.methods import new_method, resolve, usable_by
from sandboxes.stripe.operations import route
from sandboxes.stripe.paying import declined
from sandboxes.stripe.payment_forms import (
    Automatic,
    Cancellation,
    Capture,
    Confirmation,
    Creation,
    Details,
    Listing,
    Method,
    Update,
)
from sandboxes.stripe.prices import currency

LEAST = 50
"""The smallest amount, half a dollar; Stripe's limits of other currencies are about as much."""
UNCONFIRMED = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
REDIRECTS = (
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because"
    " some of these payment methods might redirect your customer off of your page, you must provide"
    " a `return_url`. If you don't want to accept redirect-based payment methods, set"
    " `automatic_payment_methods[enabled]` to `true` and"
    " `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and"
    " Payment Intents."
)


async def create(ledger: Ledger, form: Creation) -> Document:
    """A payment intent."""
    if form.customer:
        ledger = await their_time(ledger, form.customer)
    _check(form.amount)
    chosen = form.allowed_payment_method_types
    automatic = form.automatic_payment_methods or Automatic(enabled=not chosen)
    intent = new_intent(ledger, form.amount, currency(form.currency), form.customer)
    intent |= _details(intent, form)
    intent |= {
        "automatic_payment_methods": automatic.model_dump() if automatic.enabled else None,
        "confirmation_method": form.confirmation_method,
    }
    await ledger.keep(intent, "payment_intent.created")
    intent = await _choose(ledger, intent, form)
    if not form.confirm:
        return intent
    how = form.given(*(form.model_fields_set - Confirmation.model_fields.keys()))
    return await _confirm(ledger, intent, Confirmation(**how))


def _check(amount: int) -> None:
    if amount < LEAST:
        sentence = f"Amount must be at least ${LEAST / 100:.2f} usd"
        raise StripeError(sentence, param="amount", code="amount_too_small")


def _details(intent: Document, form: Details) -> Document:
    """What a request says about the payment, but for how it is paid."""
    names = Details.model_fields.keys() - Method.model_fields.keys()
    found = form.given(*(form.model_fields_set - names))
    for name in ("allowed_payment_method_types", "excluded_payment_method_types"):
        if name in found:
            found[name] = found[name] or None
    if "metadata" in found:
        found["metadata"] = merged(intent["metadata"], form.metadata)
    return found


async def _choose(ledger: Ledger, intent: Document, form: Method) -> Document:
    """The intent with the payment method that a request names."""
    if form.payment_method_data:
        method = await new_method(ledger, form.payment_method_data)
    elif form.payment_method:
        method = await resolve(ledger, form.payment_method)
    else:
        return intent
    usable_by(method, intent["customer"])
    chosen = {"payment_method": method["id"], "status": "requires_confirmation"}
    return await ledger.change(intent, chosen)


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The payment intent."""
    return await ledger.get("payment_intent", id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The payment intent, changed."""
    intent = _in(await ledger.get("payment_intent", id_), UNCONFIRMED, "update")
    changes = _details(intent, form)
    if "amount" in form.model_fields_set:
        _check(form.amount)
        changes["amount"] = form.amount
    if "currency" in form.model_fields_set:
        changes["currency"] = currency(form.currency)
    return await _choose(ledger, await ledger.change(intent, changes), form)


async def confirm(ledger: Ledger, form: Confirmation, id_: str) -> Document:
    """The payment, tried; raises PaymentFailed where the card declines it."""
    intent = await ledger.get("payment_intent", id_)
    if intent["customer"]:
        ledger = await their_time(ledger, intent["customer"])
    _in(intent, UNCONFIRMED, "confirm")
    return await _confirm(ledger, await _choose(ledger, intent, form), form)


async def _confirm(ledger: Ledger, intent: Document, form: Confirmation) -> Document:
    automatic = intent["automatic_payment_methods"]
    redirects = automatic is not None and automatic["allow_redirects"] == "always"
    if redirects and not form.return_url and not form.off_session and not form.use_stripe_sdk:
        raise StripeError(REDIRECTS, param="return_url")
    if not intent["payment_method"]:
        sentence = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can"
            " either update the PaymentIntent with a payment method and then confirm it again, or"
            " confirm it again directly with a payment method or ConfirmationToken."
        )
        raise _unexpected(sentence, intent)
    intent |= form.given(*(form.model_fields_set - {"receipt_email", "setup_future_usage"}))
    method = await ledger.get("payment_method", intent["payment_method"])
    intent = await settling.pay(
        ledger, intent, method, off_session=form.off_session, return_url=form.return_url
    )
    if intent["status"] == "requires_action" and form.error_on_requires_action:
        intent = await settling.answer_challenge(ledger, intent, succeeds=False)
    if error := declined(intent):
        raise error
    return intent


async def capture(ledger: Ledger, form: Capture, id_: str) -> Document:
    """The payment, of which the money that was held is taken."""
    intent = _in(await ledger.get("payment_intent", id_), {"requires_capture"}, "capture")
    amount = form.amount_to_capture or intent["amount_capturable"]
    if amount > intent["amount_capturable"]:
        sentence = (
            f"This PaymentIntent could not be captured because the requested capture amount"
            f" ({amount}) is greater than the amount you can capture for this PaymentIntent"
            f" ({intent['amount_capturable']})."
        )
        raise StripeError(sentence, param="amount_to_capture", code="amount_too_large")
    charge = await ledger.get("charge", intent["latest_charge"])
    taken = {"captured": True, "amount_captured": amount}
    await ledger.change(charge, taken, "charge.captured")
    changes = {
        "amount_capturable": 0,
        "amount_received": amount,
        "metadata": merged(intent["metadata"], form.metadata),
        "status": "succeeded",
    }
    return await ledger.change(intent, changes, "payment_intent.succeeded")


async def cancel(ledger: Ledger, form: Cancellation, id_: str) -> Document:
    """The payment, given up."""
    intent = await ledger.get("payment_intent", id_)
    return await settling.cancel(
        ledger, _in(intent, UNCONFIRMED | {"requires_capture"}, "cancel"), form.cancellation_reason
    )


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of payment intents."""
    like = {"customer": form.customer}
    return await page(ledger, "payment_intent", "/v1/payment_intents", form, like=like)


def _in(intent: Document, statuses: frozenset[str] | set[str], what: str) -> Document:
    """The intent, where its status lets something be done; raises StripeError."""
    if intent["status"] in statuses:
        return intent
    sentence = (
        f"You cannot {what} this PaymentIntent because it has a status of {intent['status']}. Only"
        f" a PaymentIntent with one of the following statuses may be {what}ed:"
        f" {', '.join(sorted(statuses))}."
    )
    raise _unexpected(sentence, intent)


def _unexpected(sentence: str, intent: Document) -> StripeError:
    return StripeError(
        sentence, code="payment_intent_unexpected_state", more={"payment_intent": intent}
    )


INTENTS, INTENT = "/v1/payment_intents", "/v1/payment_intents/{id}"
ROUTES = (
    route("PostPaymentIntents", INTENTS, Creation, create),
    route("GetPaymentIntents", INTENTS, Listing, listed),
    route("GetPaymentIntentsIntent", INTENT, Form, retrieve),
    route("PostPaymentIntentsIntent", INTENT, Update, update),
    route("PostPaymentIntentsIntentConfirm", f"{INTENT}/confirm", Confirmation, confirm),
    route("PostPaymentIntentsIntentCapture", f"{INTENT}/capture", Capture, capture),
    route("PostPaymentIntentsIntentCancel", f"{INTENT}/cancel", Cancellation, cancel),
)
