"""How a subscription begins: its shape, its first period or trial, its first invoice."""

from sandboxes.kit.records import Document
from sandboxes.stripe.beginning import DAY_S, new_subscription
from sandboxes.stripe.collecting import default_method, finalize_and_collect, intent_of
from sandboxes.stripe.due import promise
from sandboxes.stripe.ending import EXPIRE, TO_PAY_S
from sandboxes.stripe.errors import CardError, StripeError
from sandboxes.stripe.invoicing import draft, finalize, new_invoice, pending_lines
from sandboxes.stripe.items import (
    amount_of,
    period_of,
    rhythm,
)
from sandboxes.stripe.ledger import Ledger, shown
from sandboxes.stripe.lines import period_line
from sandboxes.stripe.paying import declined
from sandboxes.stripe.periods import period_at
from sandboxes.stripe.proration import remaining
from sandboxes.stripe.setup_intents import new_setup
from sandboxes.stripe.subscription_forms import Creation

RENEW, WARN, UPCOMING = "renew_subscription", "warn_of_trial_end", "tell_of_upcoming_invoice"
"""What is due for a subscription: at its period's end, three days before a trial's, and a week
before any other."""
NO_CARD = (
    "This customer has no attached payment source or default payment method. Please consider adding"
    " a default payment method. For more information, visit"
    " https://stripe.com/docs/billing/subscriptions/payment-methods-setting"
    "#payment-method-priority."
)


NEEDS_ACTION = (
    "Payment for this subscription requires additional user action before it can be completed"
    " successfully."
)


async def subscribe(ledger: Ledger, form: Creation) -> Document:
    """A subscription that has begun: trialing, active, or incomplete; raises StripeError."""
    customer = await ledger.get("customer", form.customer, "customer")
    subscription = await new_subscription(ledger, customer, form)
    # The creation is told first, as the subscription is when all of it is done.
    place = len(ledger.told)
    await ledger.keep(subscription)
    await schedule(ledger, subscription)
    invoice = await _first_invoice(ledger, customer, subscription, form)
    subscription = await ledger.get("subscription", subscription["id"])
    ledger.told[place:] = [
        each for each in ledger.told[place:] if each.object["id"] != subscription["id"]
    ]
    ledger.tell("customer.subscription.created", subscription, place=place)
    if subscription["status"] == "incomplete" and form.payment_behavior == "error_if_incomplete":
        raise await refusal(ledger, invoice)
    return subscription


async def schedule(ledger: Ledger, subscription: Document) -> None:
    """Promise what is due at the end of a subscription's period, and before."""
    id_, clock = subscription["id"], subscription["test_clock"]
    end = period_of(subscription)[1]
    await promise(ledger, RENEW, id_, end, clock)
    if subscription["status"] == "trialing":
        if end - 3 * DAY_S > ledger.now:
            await promise(ledger, WARN, id_, end - 3 * DAY_S, clock)
        else:
            ledger.tell("customer.subscription.trial_will_end", subscription)
    if end - 7 * DAY_S > ledger.now:
        await promise(ledger, UPCOMING, id_, end - 7 * DAY_S, clock)


async def _first_invoice(
    ledger: Ledger, customer: Document, subscription: Document, form: Creation
) -> Document:
    """The first invoice, as far as it comes by itself: paid, open, or a draft that is sent."""
    invoice = new_invoice(ledger, customer, "subscription_create", subscription)
    lines = await pending_lines(ledger, customer["id"], subscription["id"], invoice["id"])
    lines += await _first_lines(ledger, subscription, form)
    invoice = await draft(ledger, invoice, lines)
    subscription = await ledger.change(subscription, {"latest_invoice": invoice["id"]})
    if form.collection_method == "send_invoice":
        if subscription["status"] == "incomplete":
            await ledger.change(subscription, {"status": "active"})
        return invoice
    if invoice["amount_due"] == 0:
        await _prepare(ledger, subscription, form)
        return await finalize_and_collect(ledger, invoice, off_session=False)
    await promise(
        ledger, EXPIRE, subscription["id"], ledger.now + TO_PAY_S, subscription["test_clock"]
    )
    method = await default_method(ledger, invoice)
    if form.payment_behavior == "default_incomplete":
        return await _await_payment(ledger, await finalize(ledger, invoice), method)
    if method is None:
        raise StripeError(NO_CARD, code="resource_missing")
    return await finalize_and_collect(ledger, invoice, off_session=form.off_session)


async def _first_lines(ledger: Ledger, subscription: Document, form: Creation) -> list[Document]:
    start, end = period_of(subscription)
    anchor, every = subscription["billing_cycle_anchor"], rhythm(subscription)
    lines = []
    for item in subscription["items"]["data"]:
        amount = None
        if subscription["status"] == "trialing":
            amount = 0
        elif anchor > ledger.now:
            if form.proration_behavior == "none":
                continue
            whole = period_at(anchor, *every, start)
            amount = remaining(amount_of(item), *whole, start)
        lines.append(await period_line(ledger, item, start, end, amount=amount))
    return lines


async def _prepare(ledger: Ledger, subscription: Document, form: Creation) -> None:
    """Nothing is due yet: a card can be made ready for the day when something is."""
    if form.payment_behavior == "default_incomplete" and not subscription["default_payment_method"]:
        setup = new_setup(ledger, subscription["customer"])
        await ledger.keep(setup, "setup_intent.created")
        await ledger.change(subscription, {"pending_setup_intent": setup["id"]})


async def _await_payment(ledger: Ledger, invoice: Document, method: Document | None) -> Document:
    """The first invoice waits for a browser to confirm its payment."""
    if method:
        intent = await intent_of(ledger, invoice)
        chosen = {"payment_method": method["id"], "status": "requires_confirmation"}
        await ledger.change(intent, chosen)
    return invoice


async def refusal(ledger: Ledger, invoice: Document) -> CardError:
    """Why nothing of it is kept: an invoice that could not be paid, of a request that insists."""
    intent = await intent_of(ledger, invoice)
    told = {"payment_intent": shown(intent)}
    error = declined(intent)
    if error is None:
        return CardError(NEEDS_ACTION, code="subscription_payment_intent_requires_action", **told)
    told |= {key: error.error[key] for key in ("decline_code", "charge") if key in error.error}
    return CardError(error.error["message"], code=error.error["code"], **told)
