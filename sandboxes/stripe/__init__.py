"""Stripe, imitated from https://docs.stripe.com/api: one module a resource, over a small ledger."""

from sandboxes.kit.sandbox import Sandbox
from sandboxes.stripe import customers, history, prices, products, webhooks
from sandboxes.stripe.access import admit
from sandboxes.stripe.errors import as_status
from sandboxes.stripe.expanding import Expansion
from sandboxes.stripe.operations import operation, stamp

ROUTES = (
    *products.ROUTES,
    *prices.ROUTES,
    *customers.ROUTES,
    *history.ROUTES,
    *webhooks.ROUTES,
)
EXPANSION = Expansion(
    references={
        "customer": "customer",
        "default_price": "price",
        "product": "product",
    },
    included={},
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
    lately=history.lately,
    webhooks=webhooks.WEBHOOKS,
)
