"""Stripe, imitated from https://docs.stripe.com/api: one module a resource, over a small ledger."""

from sandboxes.kit.sandbox import Sandbox
from sandboxes.stripe import (
    charges,
    control,
    customers,
    disputes,
    due,
    history,
    invoice_items,
    invoice_payments,
    invoices,
    payment_intents,
    payment_methods,
    previews,
    prices,
    products,
    refunds,
    setup_intents,
    subscription_items,
    subscriptions,
    test_clocks,
    webhooks,
)
from sandboxes.stripe.access import admit
from sandboxes.stripe.checkout import sessions as checkout_sessions
from sandboxes.stripe.engine import run_due
from sandboxes.stripe.errors import as_status
from sandboxes.stripe.expanding import Expansion
from sandboxes.stripe.hosted import OPERATIONS as HOSTED
from sandboxes.stripe.operations import operation, stamp
from sandboxes.stripe.portal import configurations as portal_configurations
from sandboxes.stripe.portal import sessions as portal_sessions

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
    *subscriptions.ROUTES,
    *subscription_items.ROUTES,
    *previews.ROUTES,
    *invoices.ROUTES,
    *invoice_items.ROUTES,
    *invoice_payments.ROUTES,
    *checkout_sessions.ROUTES,
    *portal_configurations.ROUTES,
    *portal_sessions.ROUTES,
    *test_clocks.ROUTES,
    *history.ROUTES,
    *webhooks.ROUTES,
)
EXPANSION = Expansion(
    references={
        "charge": "charge",
        "configuration": portal_configurations.KIND,
        "customer": "customer",
        "default_payment_method": "payment_method",
        "default_price": "price",
        "invoice": "invoice",
        "latest_charge": "charge",
        "latest_invoice": "invoice",
        "payment_intent": "payment_intent",
        "payment_method": "payment_method",
        "pending_setup_intent": "setup_intent",
        "price": "price",
        "product": "product",
        "setup_intent": "setup_intent",
        "subscription": "subscription",
        "test_clock": "test_helpers.test_clock",
    },
    included={
        ("charge", "refunds"): refunds.of_charge,
        ("checkout.session", "line_items"): checkout_sessions.lines_within,
        ("customer", "subscriptions"): subscriptions.of_customer,
        ("invoice", "confirmation_secret"): invoice_payments.confirmation_secret,
        ("invoice", "payments"): invoice_payments.of_invoice,
    },
)

STRIPE = Sandbox(
    name="stripe",
    operations=(*(operation(each, EXPANSION) for each in ROUTES), *HOSTED),
    error=as_status,
    admit=admit,
    about="Takes payments, without money. It speaks the API's version 2026-10-28.endive, takes any"
    " secret key of the test mode and Stripe's documented test cards. Subscriptions renew by the"
    " sandboxes' clock or by a test clock. A payment that fails is tried again after 3, 5 and 7"
    " days, then the subscription is canceled; `PUT /_sandbox/stripe/dunning` has it otherwise."
    " Webhooks are signed as Stripe signs them, and tried again for three days; Stripe publishes no"
    " pauses, so these are ours. `PUT /_sandbox/stripe/prices` makes prices under chosen ids, `POST"
    " /_sandbox/stripe/pasts` customers with a past, and `POST /_sandbox/stripe/challenges/{id}`"
    " answers 3-D Secure. Checkout, 3-D Secure, the Billing"
    " Portal and invoices are pages for a browser, in English, with test cards to choose from.",
    does_not=(
        "Connect, Tax, Radar, Issuing, Terminal, Treasury, Payment Links, Quotes, Subscription"
        " Schedules, search, and the API's second version",
        "coupons, promotion codes, credit notes, tax rates, metered and tiered prices, other"
        " currencies of a price",
        "ways to pay other than cards, and cards that are not Stripe's test cards",
        "balance transactions, payouts and receipts: `balance_transaction` and `receipt_url` are"
        " null",
        "other versions of the API than the one named above",
        "pending updates of subscriptions, and items of one subscription that are due at different"
        " times",
        "Checkout on a page of one's own, of nothing to pay, or with one-time prices beside"
        " recurring ones; in the portal, changes of plan, pauses, and a login without a session",
        "invoices as PDF",
        "parameters that Stripe knows and this does not: they are refused with 501, by name",
    ),
    stamp=stamp,
    pages=control.pages,
    lately=history.lately,
    webhooks=webhooks.WEBHOOKS,
    run_due=run_due,
    forgotten=due.withdraw_all,
    schema=due.SCHEMA,
    tables=(due.TABLE,),
)
