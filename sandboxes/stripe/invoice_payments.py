"""Invoice payments: what ties an invoice to the payment intent that pays it."""

from typing import Literal

from sandboxes.kit.records import Document
from sandboxes.stripe.fields import Text
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.invoicing import payment_of
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Created, a_list, page
from sandboxes.stripe.operations import route


class Payment(Hash):
    """The payment intent of it."""

    not_emulated = words("payment_record")
    type: Literal["payment_intent"]
    payment_intent: Text | None = None


class Listing(Created):
    """Which payments."""

    invoice: Text | None = None
    payment: Payment | None = None
    status: Literal["canceled", "open", "paid"] | None = None


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The payment."""
    return await ledger.get("invoice_payment", id_)


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of payments."""
    like = {
        "invoice": form.invoice,
        "payment": form.payment and form.payment.model_dump(exclude_none=True),
        "status": form.status,
    }
    return await page(ledger, "invoice_payment", "/v1/invoice_payments", form, like=like)


async def of_invoice(ledger: Ledger, invoice: Document) -> Document:
    """The payments within an invoice."""
    found = await ledger.find("invoice_payment", invoice=invoice["id"])
    return a_list(f"/v1/invoice_payments?invoice={invoice['id']}", found)


async def confirmation_secret(ledger: Ledger, invoice: Document) -> Document | None:
    """The secret by which a browser confirms the payment of an invoice."""
    payment = await payment_of(ledger, invoice)
    if payment is None:
        return None
    intent = await ledger.get("payment_intent", payment["payment"]["payment_intent"])
    return {"client_secret": intent["client_secret"], "type": "payment_intent"}


ROUTES = (
    route("GetInvoicePayments", "/v1/invoice_payments", Listing, listed),
    route("GetInvoicePaymentsInvoicePayment", "/v1/invoice_payments/{id}", Form, retrieve),
)
