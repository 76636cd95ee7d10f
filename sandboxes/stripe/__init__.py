"""Stripe, imitated from https://docs.stripe.com/api: one module a resource, over a small ledger."""

from sandboxes.kit.sandbox import Sandbox
from sandboxes.stripe import (
    charges,
    control,
    customers,
    disputes,
    due,
    history,
    payment_intents,
    payment_methods,
    prices,
    products,
    refunds,
    setup_intents,
    webhooks,
)
from sandboxes.stripe.access import admit
from sandboxes.stripe.engine import run_due
from sandboxes.stripe.errors import as_status
from sandboxes.stripe.expanding import Expansion
from sandboxes.stripe.operations import operation, stamp

ROUTES = (
    *products.ROUTES,
    *prices.ROUTES,
    *customers.ROUTES,
    *payment_methods.ROUTES,
    *setup_intents.ROUTES,
    *payment_intents.ROUTES,
    *charges.ROUTES,
    *refunds.ROUTES,
    *disputes.ROUTES,
    *history.ROUTES,
    *webhooks.ROUTES,
)
EXPANSION = Expansion(
    references={
        "charge": "charge",
        "customer": "customer",
        "default_payment_method": "payment_method",
        "default_price": "price",
        "latest_charge": "charge",
        "payment_intent": "payment_intent",
        "payment_method": "payment_method",
        "product": "product",
    },
    included={("charge", "refunds"): refunds.of_charge},
)

STRIPE = Sandbox(
    name="stripe",
    operations=tuple(operation(each, EXPANSION) for each in ROUTES),
    error=as_status,
    admit=admit,
    about="Takes payments, without money. It speaks the API's version 2026-10-28.endive, and takes"
    " any secret key of the test mode. Webhooks are signed as Stripe signs them and are tried"
    " again for three days; their pauses are ours, since Stripe publishes none.",
    does_not=("Connect, Tax, Radar, Issuing, Terminal, Treasury and the API's second version",),
    stamp=stamp,
    pages=control.pages,
    lately=history.lately,
    webhooks=webhooks.WEBHOOKS,
    run_due=run_due,
    schema=due.SCHEMA,
    tables=(due.TABLE,),
)
