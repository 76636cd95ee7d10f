"""How a subscription is changed: its terms, its items, its trial, the rhythm that it is due in."""

from dataclasses import replace

from sandboxes.kit.records import Document
from sandboxes.stripe.beginning import check_future
from sandboxes.stripe.changing import Exchange, bill_change, exchange, prorate
from sandboxes.stripe.due import promise, withdraw
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import merged
from sandboxes.stripe.items import item_list, period_of, with_period
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.methods import theirs
from sandboxes.stripe.periods import boundary
from sandboxes.stripe.renewing import CANCEL_AT, UPDATED, bill_period
from sandboxes.stripe.subscribing import schedule
from sandboxes.stripe.subscription_forms import Update

RESUME_COLLECTION = "resume_collection"
"""What is due for a subscription whose collection is paused until a moment."""
PLAIN = frozenset({"collection_method", "days_until_due", "description"})


async def update(ledger: Ledger, subscription: Document, form: Update) -> Document:
    """The subscription after a change, with what is charged for it at once; raises StripeError."""
    changes = await _terms(ledger, subscription, form)
    swap = await exchange(ledger, subscription, form.items)
    changes["items"] = item_list(subscription["id"], swap.items)
    trial_end = form.trial_end if "trial_end" in form.model_fields_set else None
    ends_trial = trial_end == "now" and subscription["status"] == "trialing"
    if ends_trial or form.billing_cycle_anchor == "now" or swap.is_new_rhythm:
        return await begin_anew(ledger, subscription, changes, swap, form)
    if isinstance(trial_end, int):
        return await _try_longer(ledger, subscription, changes, trial_end)
    if form.proration_behavior != "none":
        await _keep_prorations(ledger, subscription, swap, form)
    subscription = await ledger.change(subscription, changes, UPDATED)
    if form.proration_behavior == "always_invoice" and (swap.gone or swap.come):
        return await bill_change(ledger, subscription, off_session=form.off_session)
    return subscription


async def begin_anew(
    ledger: Ledger, before: Document, changes: Document, swap: Exchange, form: Update
) -> Document:
    """The subscription in a period that begins now, charged at once."""
    if form.proration_behavior != "none":
        unused = replace(swap, gone=before["items"]["data"], come=[])
        await _keep_prorations(ledger, before, unused, form)
    every = swap.items[0]["price"]["recurring"]
    end = boundary(ledger.now, every["interval"], every["interval_count"], 1)
    changes |= {
        "billing_cycle_anchor": ledger.now,
        "items": with_period(before | changes, ledger.now, end),
    }
    if before["status"] == "trialing":
        changes |= {"status": "active", "trial_end": ledger.now}
    return await bill_period(ledger, before, changes, "subscription_update", at_once=True)


async def _try_longer(ledger: Ledger, before: Document, changes: Document, until: int) -> Document:
    """The subscription, on trial until a moment, from which on it is due."""
    check_future(ledger, until, "trial_end")
    start = period_of(before)[0] if before["status"] == "trialing" else ledger.now
    changes |= {
        "billing_cycle_anchor": until,
        "items": with_period(before | changes, start, until),
        "status": "trialing",
        "trial_end": until,
        "trial_start": before["trial_start"] or ledger.now,
    }
    subscription = await ledger.change(before, changes, UPDATED)
    await schedule(ledger, subscription)
    return subscription


async def _keep_prorations(
    ledger: Ledger, subscription: Document, swap: Exchange, form: Update
) -> None:
    customer = await ledger.get("customer", subscription["customer"])
    at = form.proration_date or ledger.now
    start, end = period_of(subscription)
    if not start <= at <= end:
        sentence = "The proration_date must be within the subscription's current period."
        raise StripeError(sentence, param="proration_date")
    for item in await prorate(ledger, customer, subscription, swap, at):
        await ledger.keep(item, "invoiceitem.created")


async def _terms(ledger: Ledger, subscription: Document, form: Update) -> Document:
    """What changes but for the items and the periods; raises StripeError."""
    told = form.model_fields_set
    changes = form.given(*(told - PLAIN))
    if "metadata" in told:
        changes["metadata"] = merged(subscription["metadata"], form.metadata)
    if "default_payment_method" in told:
        changes["default_payment_method"] = None
        if reference := form.default_payment_method:
            customer = subscription["customer"]
            method = await theirs(ledger, reference, customer, "default_payment_method")
            changes["default_payment_method"] = method["id"]
    if "payment_settings" in told:
        settings = subscription["payment_settings"] | form.payment_settings.given()
        changes["payment_settings"] = settings
    if form.trial_settings:
        changes["trial_settings"] = form.trial_settings.model_dump()
    if "pause_collection" in told:
        changes["pause_collection"] = await _pause(ledger, subscription, form)
    return changes | await _ending(ledger, subscription, form)


async def _pause(ledger: Ledger, subscription: Document, form: Update) -> Document | None:
    await withdraw(ledger, subscription["id"], RESUME_COLLECTION)
    pause = form.pause_collection
    if pause is None:
        return None
    if pause.resumes_at:
        check_future(ledger, pause.resumes_at, "pause_collection[resumes_at]")
        await promise(
            *(ledger, RESUME_COLLECTION, subscription["id"], pause.resumes_at),
            subscription["test_clock"],
        )
    return pause.model_dump()


async def resume_collection(ledger: Ledger, id_: str) -> None:
    """The pause is over; what was set aside stays so."""
    subscription = await ledger.get("subscription", id_)
    await ledger.change(subscription, {"pause_collection": None}, UPDATED)


async def _ending(ledger: Ledger, subscription: Document, form: Update) -> Document:
    """When the subscription shall end, or that it shall not after all."""
    told = form.model_fields_set
    details = subscription["cancellation_details"] | form.cancellation_details.given()
    if not {"cancel_at", "cancel_at_period_end"} & told:
        return {"cancellation_details": details}
    await withdraw(ledger, subscription["id"], CANCEL_AT)
    if form.cancel_at:
        check_future(ledger, form.cancel_at, "cancel_at")
        clock = subscription["test_clock"]
        await promise(ledger, CANCEL_AT, subscription["id"], form.cancel_at, clock)
    at = period_of(subscription)[1] if form.cancel_at_period_end else form.cancel_at
    return {
        "cancel_at": at,
        "cancel_at_period_end": form.cancel_at_period_end,
        "canceled_at": (subscription["canceled_at"] or ledger.now) if at else None,
        "cancellation_details": details | {"reason": "cancellation_requested" if at else None},
    }
