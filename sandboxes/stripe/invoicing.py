"""How an invoice comes about: drafted with its lines, finalized after an hour, given a number."""

from collections.abc import Iterable
from copy import deepcopy

from sandboxes.kit.records import Document
from sandboxes.stripe.contacts import NOWHERE
from sandboxes.stripe.due import promise, withdraw
from sandboxes.stripe.ids import drawn, new_id
from sandboxes.stripe.intents import new_intent
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.lines import item_line
from sandboxes.stripe.listing import a_list

FINALIZE, HOUR_S = "finalize_invoice", 3600
"""What is due for a draft, and how long after it was made."""
BLANK: Document = {
    "object": "invoice",
    "account_country": "US",
    "account_name": "WWMAA",
    "account_tax_ids": None,
    "amount_overpaid": 0,
    "amount_paid": 0,
    "amount_paid_off_stripe": 0,
    "amount_shipping": 0,
    "application": None,
    "attempt_count": 0,
    "attempted": False,
    "automatic_tax": {
        "disabled_reason": None,
        "enabled": False,
        "liability": None,
        "provider": None,
        "status": None,
    },
    "automatically_finalizes_at": None,
    "custom_fields": None,
    "customer_account": None,
    "customer_shipping": None,
    "customer_tax_ids": [],
    "default_payment_method": None,
    "default_source": None,
    "default_tax_rates": [],
    "description": None,
    "discounts": [],
    "due_date": None,
    "effective_at": None,
    "ending_balance": None,
    "footer": None,
    "from_invoice": None,
    "hosted_invoice_url": None,
    "invoice_pdf": None,
    "issuer": {"type": "self"},
    "last_finalization_error": None,
    "latest_revision": None,
    "livemode": False,
    "metadata": {},
    "next_payment_attempt": None,
    "number": None,
    "on_behalf_of": None,
    "parent": None,
    "payment_settings": {
        "default_mandate": None,
        "payment_method_options": None,
        "payment_method_types": None,
    },
    "post_payment_credit_notes_amount": 0,
    "pre_payment_credit_notes_amount": 0,
    "receipt_number": None,
    "rendering": None,
    "shipping_cost": None,
    "shipping_details": None,
    "statement_descriptor": None,
    "status": "draft",
    "status_details": None,
    "status_transitions": {
        "finalized_at": None,
        "marked_uncollectible_at": None,
        "paid_at": None,
        "voided_at": None,
    },
    "threshold_reason": None,
    "total_discount_amounts": [],
    "total_pretax_credit_amounts": [],
    "total_taxes": [],
    "webhooks_delivered_at": None,
}
"""What an invoice has before anything is known of it."""


def new_invoice(
    ledger: Ledger, customer: Document, reason: str, subscription: Document | None = None
) -> Document:
    """A draft without lines, by a subscription's settings where it is one's."""
    collection = subscription["collection_method"] if subscription else "charge_automatically"
    invoice = {
        "id": new_id("in"),
        **deepcopy(BLANK),
        "auto_advance": subscription is not None,
        "billing_reason": reason,
        "collection_method": collection,
        "created": ledger.now,
        "currency": customer["currency"] or "usd",
        "customer": customer["id"],
        "customer_address": customer["address"] and NOWHERE | customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "footer": customer["invoice_settings"]["footer"],
        "period_end": ledger.now,
        "period_start": ledger.now,
        "starting_balance": customer["balance"],
        "test_clock": customer["test_clock"],
        "_days_until_due": subscription["days_until_due"] if subscription else None,
        "_subscription": subscription["id"] if subscription else None,
    }
    if subscription:
        invoice["currency"] = subscription["currency"]
        details = {"subscription": subscription["id"], "metadata": subscription["metadata"]}
        details["subscription_proration_date"] = None
        invoice["parent"] = {
            "quote_details": None,
            "subscription_details": details,
            "type": "subscription_details",
        }
    return with_lines(invoice, [])


def with_lines(invoice: Document, lines: Iterable[Document]) -> Document:
    """The invoice with these lines, added up; a customer's credit is taken into account."""
    kept = [each | {"invoice": invoice["id"]} for each in lines]
    total = sum(each["amount"] for each in kept)
    due = max(0, total + invoice["starting_balance"]) if total > 0 else 0
    url = f"/v1/invoices/{invoice['id']}/lines"
    return invoice | {
        "amount_due": due,
        "amount_remaining": due - invoice["amount_paid"],
        "lines": a_list(url, kept) | {"total_count": len(kept)},
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total": total,
        "total_excluding_tax": total,
    }


async def draft(ledger: Ledger, invoice: Document, lines: list[Document]) -> Document:
    """Keep a draft with these lines, and tell of it; it is finalized by itself in an hour."""
    invoice = with_lines(invoice, lines)
    if invoice["auto_advance"]:
        invoice["automatically_finalizes_at"] = ledger.now + HOUR_S
        await promise(ledger, FINALIZE, invoice["id"], ledger.now + HOUR_S, invoice["test_clock"])
    return await ledger.keep(invoice, "invoice.created")


async def pending_lines(
    ledger: Ledger, customer: str, subscription: str | None, invoice: str
) -> list[Document]:
    """The lines of the invoice items that wait for such an invoice, which takes them from now on.

    A subscription's invoice takes its own and those that are nobody's; one by hand takes the
    latter alone.
    """
    waiting = await waiting_items(ledger, customer, subscription)
    for item in waiting:
        await ledger.change(item, {"invoice": invoice})
    return [item_line(item) for item in waiting]


async def waiting_items(ledger: Ledger, customer: str, subscription: str | None) -> list[Document]:
    """The invoice items that wait for such an invoice, the oldest first."""
    found = await ledger.find("invoiceitem", customer=customer, invoice=None)
    return [each for each in reversed(found) if subscription_of(each) in {None, subscription}]


def subscription_of(item: Document) -> str | None:
    """The subscription that an invoice item is for."""
    details = (item["parent"] or {}).get("subscription_details") or {}
    of: str | None = details.get("subscription")
    return of


async def finalize(ledger: Ledger, invoice: Document) -> Document:
    """The invoice, open: numbered, with its pages and its payment intent. It is paid elsewhere."""
    await withdraw(ledger, invoice["id"], FINALIZE)
    customer = await ledger.get("customer", invoice["customer"])
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    # A negative total is the customer's credit; a credit is used up before money is asked for.
    owed = invoice["total"] + customer["balance"]
    balance = customer["balance"] if invoice["total"] == 0 else min(owed, 0)
    await ledger.change(
        customer,
        {"next_invoice_sequence": customer["next_invoice_sequence"] + 1, "balance": balance},
        "customer.updated" if balance != customer["balance"] else None,
    )
    invoice = with_lines(
        invoice | {"starting_balance": customer["balance"]}, invoice["lines"]["data"]
    )
    page = f"{await ledger.address()}/invoices/{invoice['id']}/{drawn(24)}"
    days = invoice["_days_until_due"]
    changes = {
        "automatically_finalizes_at": None,
        "due_date": ledger.now + days * 86_400 if days is not None else invoice["due_date"],
        "effective_at": ledger.now,
        "ending_balance": balance,
        "hosted_invoice_url": page,
        "invoice_pdf": f"{page}/pdf",
        "number": number,
        "status": "open",
        "status_transitions": invoice["status_transitions"] | {"finalized_at": ledger.now},
    }
    opened = await ledger.change(invoice, changes, "invoice.finalized")
    if opened["amount_due"]:
        await _expect_payment(ledger, opened)
    return opened


async def _expect_payment(ledger: Ledger, invoice: Document) -> None:
    """A payment intent for what is due, and the payment that ties it to the invoice."""
    intent = new_intent(
        ledger,
        invoice["amount_due"],
        invoice["currency"],
        invoice["customer"],
        capture_method="automatic",
        description=_what(invoice),
        setup_future_usage="off_session" if invoice["_subscription"] else None,
        _invoice=invoice["id"],
    )
    await ledger.keep(intent, "payment_intent.created")
    payment = {
        "id": new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": ledger.now,
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    await ledger.keep(payment)


def _what(invoice: Document) -> str:
    if invoice["billing_reason"] == "subscription_create":
        return "Subscription creation"
    return "Subscription update" if invoice["_subscription"] else f"Invoice {invoice['number']}"


async def payment_of(ledger: Ledger, invoice: Document) -> Document | None:
    """The payment that an open invoice waits for, or that paid it."""
    found = await ledger.find("invoice_payment", 1, invoice=invoice["id"])
    return found[0] if found else None
