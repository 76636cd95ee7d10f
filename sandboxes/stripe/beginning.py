"""The shape that a subscription begins with: its items, its first period, its terms."""

from sandboxes.kit.records import Document
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import merged
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.items import check_rhythm, item_list, new_item, price_of
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.methods import theirs
from sandboxes.stripe.periods import boundary
from sandboxes.stripe.subscription_forms import Creation

DAY_S = 86_400


async def new_subscription(ledger: Ledger, customer: Document, form: Creation) -> Document:
    """A subscription in Stripe's shape, not kept yet; raises StripeError for what can not be."""
    if not form.items:
        raise StripeError("Missing required param: items.", param="items", code="parameter_missing")
    id_, trial_end = new_id("sub"), _trial_end(ledger, form)
    items = [
        new_item(ledger, id_, await price_of(ledger, asked, f"items[{n}]"), asked, (0, 0))
        for n, asked in enumerate(form.items)
    ]
    check_rhythm(items)
    recurring = items[0]["price"]["recurring"]
    every = (recurring["interval"], recurring["interval_count"])
    anchor = trial_end or form.billing_cycle_anchor or ledger.now
    if form.billing_cycle_anchor and not trial_end:
        _check_anchor(ledger, form.billing_cycle_anchor, every)
    end = anchor if anchor > ledger.now else boundary(anchor, *every, 1)
    period = {"current_period_start": ledger.now, "current_period_end": end}
    method = None
    if form.default_payment_method:
        method = await theirs(
            ledger, form.default_payment_method, customer["id"], "default_payment_method"
        )
    if form.collection_method == "send_invoice" and form.days_until_due is None:
        sentence = "`days_until_due` must be set when `collection_method` is `send_invoice`."
        raise StripeError(sentence, param="days_until_due")
    currency = items[0]["price"]["currency"]
    await ledger.change(customer, {"currency": customer["currency"] or currency})
    return _shape(ledger, customer, form) | {
        "id": id_,
        "billing_cycle_anchor": anchor,
        "cancel_at": form.cancel_at or (end if form.cancel_at_period_end else None),
        "currency": currency,
        "default_payment_method": method and method["id"],
        "items": item_list(id_, [each | period for each in items]),
        "status": "trialing" if trial_end else "incomplete",
        "trial_end": trial_end,
        "trial_start": ledger.now if trial_end else None,
    }


def _trial_end(ledger: Ledger, form: Creation) -> int | None:
    if form.trial_period_days:
        return ledger.now + form.trial_period_days * DAY_S
    if form.trial_end in {None, "now"}:
        return None
    until = int(form.trial_end or 0)
    check_future(ledger, until, "trial_end")
    return until


def check_future(ledger: Ledger, moment: int, param: str) -> None:
    """A moment that is still to come; raises StripeError."""
    if moment <= ledger.now:
        sentence = "Invalid timestamp: must be an integer Unix timestamp in the future."
        raise StripeError(sentence, param=param)


def _check_anchor(ledger: Ledger, anchor: int, every: tuple[str, int]) -> None:
    if not ledger.now < anchor <= boundary(ledger.now, *every, 1):
        sentence = (
            "billing_cycle_anchor must be in the future and not later than the next natural billing"
            f" date ({boundary(ledger.now, *every, 1)}) for plan"
        )
        raise StripeError(sentence, param="billing_cycle_anchor")


def _shape(ledger: Ledger, customer: Document, form: Creation) -> Document:
    settings = form.payment_settings
    trial_settings = form.trial_settings and form.trial_settings.model_dump()
    canceled = form.cancel_at is not None or form.cancel_at_period_end
    return BLANK | {
        "billing_mode": {"flexible": None, "type": form.billing_mode.type},
        "cancel_at_period_end": form.cancel_at_period_end,
        "canceled_at": ledger.now if canceled else None,
        "cancellation_details": {
            "comment": None,
            "feedback": None,
            "reason": "cancellation_requested" if canceled else None,
        },
        "collection_method": form.collection_method,
        "created": ledger.now,
        "customer": customer["id"],
        "days_until_due": form.days_until_due,
        "description": form.description,
        "metadata": merged({}, form.metadata),
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": settings.payment_method_types or None,
            "save_default_payment_method": settings.save_default_payment_method,
        },
        "start_date": ledger.now,
        "test_clock": customer["test_clock"],
        "trial_settings": trial_settings
        or {"end_behavior": {"missing_payment_method": "create_invoice"}},
    }


BLANK: Document = {
    "object": "subscription",
    "application": None,
    "application_fee_percent": None,
    "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
    "billing_cycle_anchor_config": None,
    "billing_schedules": [],
    "billing_thresholds": None,
    "customer_account": None,
    "default_source": None,
    "default_tax_rates": [],
    "discounts": [],
    "ended_at": None,
    "invoice_settings": {
        "account_tax_ids": None,
        "custom_fields": None,
        "description": None,
        "footer": None,
        "issuer": {"type": "self"},
    },
    "latest_invoice": None,
    "livemode": False,
    "managed_payments": None,
    "next_pending_invoice_item_invoice": None,
    "on_behalf_of": None,
    "pause_collection": None,
    "pending_invoice_item_interval": None,
    "pending_setup_intent": None,
    "pending_update": None,
    "schedule": None,
    "status_details": None,
    "transfer_data": None,
}
"""What a subscription has before anything is known of it."""
