"""Subscriptions in the API: begun, changed, listed, ended."""

from sandboxes.kit.records import Document
from sandboxes.stripe import renewing, updating
from sandboxes.stripe.changing import Exchange, bill_change, prorate
from sandboxes.stripe.clocks import clock_time, their_time
from sandboxes.stripe.ending import LIVING, end
from sandboxes.stripe.errors import StripeError, not_emulated
from sandboxes.stripe.forms import Form
from sandboxes.stripe.items import period_of
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import a_list, page, within
from sandboxes.stripe.operations import route
from sandboxes.stripe.subscribing import refusal, subscribe
from sandboxes.stripe.subscription_forms import (
    Behavior,
    Cancellation,
    Creation,
    Listing,
    Resumption,
    Update,
)

ENDED = frozenset({"canceled", "incomplete_expired"})


async def create(ledger: Ledger, form: Creation) -> Document:
    """A subscription."""
    _check(form.payment_behavior)
    return await subscribe(await their_time(ledger, form.customer), form)


def _check(behavior: Behavior) -> None:
    if behavior == "pending_if_incomplete":
        raise not_emulated(f"payment_behavior={behavior}")


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The subscription."""
    return await ledger.get("subscription", id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The subscription, changed; raises StripeError."""
    subscription = await ledger.get("subscription", id_)
    return await change(ledger, subscription, form)


async def change(ledger: Ledger, subscription: Document, form: Update) -> Document:
    """The subscription, changed at its own time; raises StripeError."""
    _check(form.payment_behavior)
    if subscription["status"] not in LIVING:
        raise StripeError(
            "A canceled subscription can only update its cancellation_details and metadata."
        )
    ledger = await clock_time(ledger, subscription["test_clock"])
    changed = await updating.update(ledger, subscription, form)
    if (
        form.payment_behavior == "error_if_incomplete"
        and changed["latest_invoice"] != subscription["latest_invoice"]
        and changed["status"] == "past_due"
    ):
        raise await refusal(ledger, await ledger.get("invoice", changed["latest_invoice"]))
    return changed


async def cancel(ledger: Ledger, form: Cancellation, id_: str) -> Document:
    """The subscription, ended now; credit and a last invoice only where they are asked for."""
    subscription = await ledger.get("subscription", id_)
    if subscription["status"] in ENDED:
        raise StripeError(
            f"No such subscription: {id_}", param="id", code="resource_missing", status=404
        )
    ledger = await clock_time(ledger, subscription["test_clock"])
    if form.prorate:
        swap = Exchange([], subscription["items"]["data"], [])
        customer = await ledger.get("customer", subscription["customer"])
        for item in await prorate(ledger, customer, subscription, swap, ledger.now):
            await ledger.keep(item, "invoiceitem.created")
    if form.invoice_now:
        subscription = await bill_change(ledger, subscription, off_session=True)
    said = form.cancellation_details.given()
    return await end(ledger, subscription, "cancellation_requested", **said)


async def resume(ledger: Ledger, form: Resumption, id_: str) -> Document:
    """A paused subscription, which goes on; its invoice must be paid first."""
    subscription = await ledger.get("subscription", id_)
    if subscription["status"] != "paused":
        raise StripeError(f"Subscription {id_} is not paused: only a paused one can be resumed.")
    ledger = await clock_time(ledger, subscription["test_clock"])
    swap, told = Exchange(subscription["items"]["data"], [], []), Update(proration_behavior="none")
    if form.billing_cycle_anchor == "now":
        changes: Document = {"status": "active"}
        resumed = await updating.begin_anew(ledger, subscription, changes, swap, told)
    else:
        changes = renewing.next_period(ledger, subscription) | {"status": "active"}
        resumed = await renewing.bill_period(
            ledger, subscription, changes, "subscription_update", at_once=True
        )
    ledger.tell("customer.subscription.resumed", resumed)
    return resumed


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of subscriptions."""

    def fits(subscription: Document) -> bool:
        start, until = period_of(subscription)
        prices = {each["price"]["id"] for each in subscription["items"]["data"]}
        return (
            _has(subscription["status"], form.status)
            and within(start, form.current_period_start)
            and within(until, form.current_period_end)
            and form.price in {None, *prices}
        )

    like = {
        "collection_method": form.collection_method,
        "customer": form.customer,
        "test_clock": form.test_clock,
    }
    return await page(ledger, "subscription", "/v1/subscriptions", form, like=like, fits=fits)


def _has(status: str, asked: str | None) -> bool:
    match asked:
        case None:
            return status not in ENDED
        case "all":
            return True
        case "ended":
            return status in ENDED
    return status == asked


async def of_customer(ledger: Ledger, customer: Document) -> Document:
    """The living subscriptions within a customer, ten of them."""
    found = await ledger.find("subscription", customer=customer["id"])
    living = [each for each in found if each["status"] not in ENDED]
    url = f"/v1/customers/{customer['id']}/subscriptions"
    return a_list(url, living[:10], len(living) > 10)


SUBSCRIPTIONS, SUBSCRIPTION = "/v1/subscriptions", "/v1/subscriptions/{id}"
NAME = "SubscriptionsSubscriptionExposedId"
ROUTES = (
    route("PostSubscriptions", SUBSCRIPTIONS, Creation, create),
    route("GetSubscriptions", SUBSCRIPTIONS, Listing, listed),
    route(f"Get{NAME}", SUBSCRIPTION, Form, retrieve),
    route(f"Post{NAME}", SUBSCRIPTION, Update, update),
    route(f"Delete{NAME}", SUBSCRIPTION, Cancellation, cancel),
    route("PostSubscriptionsSubscriptionResume", f"{SUBSCRIPTION}/resume", Resumption, resume),
)
