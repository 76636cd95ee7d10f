"""Previews: the invoice that would come of a change. The change is made, looked at, and undone."""

from dataclasses import replace
from typing import Literal

from sandboxes.kit.records import Document
from sandboxes.stripe import updating
from sandboxes.stripe.clocks import their_time
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import Many, Moment, MomentOrNow, Text, Truth
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.items import ItemChange, NewItem
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.operations import route
from sandboxes.stripe.subscribing import subscribe
from sandboxes.stripe.subscription_forms import Creation, Proration, Update
from sandboxes.stripe.upcoming import next_invoice


class SubscriptionDetails(Hash):
    """How the subscription would be."""

    not_emulated = words("billing_mode billing_schedules default_tax_rates resume_at start_date")
    billing_cycle_anchor: Literal["now", "unchanged"] = "unchanged"
    cancel_at: Moment = None
    cancel_at_period_end: Truth = False
    cancel_now: Truth = False
    items: Many[ItemChange] = []
    proration_behavior: Proration = "create_prorations"
    proration_date: Moment = None
    trial_end: MomentOrNow | None = None


class Preview(Form):
    """Of what to see the invoice."""

    not_emulated = words(
        "automatic_tax currency customer_account customer_details discounts invoice_items issuer"
        " on_behalf_of preview_mode schedule schedule_details"
    )
    customer: Text | None = None
    subscription: Text | None = None
    subscription_details: SubscriptionDetails = SubscriptionDetails()


class _Undone(Exception):
    """Ends the transaction that a preview was made in."""


async def preview(ledger: Ledger, form: Preview) -> Document:
    """The invoice that would come; raises StripeError where none would."""
    whose, subscription = form.customer, None
    if form.subscription:
        subscription = await ledger.get("subscription", form.subscription, "subscription")
        whose = str(subscription["customer"])
    if whose is None:
        sentence = "You must provide either a customer or a subscription to preview an invoice."
        raise StripeError(sentence, code="parameter_missing")
    ledger, found = await their_time(ledger, whose), None
    try:
        async with ledger.vendor.records.database.transaction() as part:
            records = replace(ledger.vendor.records, database=part)
            trial = replace(ledger, vendor=replace(ledger.vendor, records=records), told=[])
            if subscription:
                found = await _after_change(trial, subscription, form.subscription_details)
            else:
                found = await _at_first(trial, whose, form.subscription_details)
            raise _Undone
    except _Undone:
        pass
    if found is None:
        sentence = f"No upcoming invoices for customer: {whose}"
        raise StripeError(sentence, code="invoice_upcoming_none", status=404)
    return _as_draft(found)


async def _after_change(
    ledger: Ledger, subscription: Document, details: SubscriptionDetails
) -> Document | None:
    told = details.given("cancel_now")
    if details.cancel_now:
        return None
    changed = await updating.update(ledger, subscription, Update(**told))
    if changed["latest_invoice"] != subscription["latest_invoice"]:
        return await ledger.get("invoice", changed["latest_invoice"])
    return await next_invoice(ledger, changed)


async def _at_first(ledger: Ledger, customer: str, details: SubscriptionDetails) -> Document:
    items = [NewItem(**each.given("id", "deleted")) for each in details.items]
    told = details.given("items", "cancel_now", "proration_date", "billing_cycle_anchor")
    form = Creation(customer=customer, items=items, payment_behavior="default_incomplete", **told)
    subscription = await subscribe(ledger, form)
    return await ledger.get("invoice", subscription["latest_invoice"])


def _as_draft(invoice: Document) -> Document:
    """An invoice of a change that was undone, as if it was still to come."""
    nothing = ("number", "hosted_invoice_url", "invoice_pdf", "ending_balance", "effective_at")
    paid = {"amount_paid": 0, "amount_remaining": invoice["amount_due"], "status": "draft"}
    counted = {"attempt_count": 0, "attempted": False, "auto_advance": False}
    moments = dict.fromkeys(invoice["status_transitions"])
    id_ = new_id("upcoming_in")
    lines = [each | {"invoice": id_} for each in invoice["lines"]["data"]]
    return {
        **(invoice | dict.fromkeys(nothing) | paid | counted),
        "id": id_,
        "lines": invoice["lines"] | {"data": lines},
        "status_transitions": moments,
    }


ROUTES = (route("PostInvoicesCreatePreview", "/v1/invoices/create_preview", Preview, preview),)
