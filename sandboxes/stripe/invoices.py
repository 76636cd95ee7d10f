"""Invoices in the API: made by hand, finalized, paid, sent, made void, given up."""

from typing import Literal

from sandboxes.kit.records import Document
from sandboxes.stripe import collecting
from sandboxes.stripe.clocks import clock_time, their_time
from sandboxes.stripe.ending import give_up, void
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import Days, Metadata, Moment, Range, Text, Truth, Unsettable, merged
from sandboxes.stripe.forms import Form, words
from sandboxes.stripe.invoicing import draft, finalize, new_invoice, pending_lines
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Created, Page, a_list, page, within
from sandboxes.stripe.methods import theirs
from sandboxes.stripe.operations import route
from sandboxes.stripe.paying import declined
from sandboxes.stripe.prices import currency
from sandboxes.stripe.subscription_forms import Collection

NOT_EMULATED = words(
    "account_tax_ids application_fee_amount automatic_tax automatically_finalizes_at custom_fields"
    " customer_account default_source default_tax_rates discounts effective_at from_invoice issuer"
    " number on_behalf_of payment_settings rendering shipping_cost shipping_details transfer_data"
)
NO_METHOD = (
    "There is no `default_payment_method` set on this Customer or Invoice. Please set a"
    " `default_payment_method` prior to attempting payment on this invoice."
)


class Details(Form):
    """What can be said of a draft."""

    not_emulated = NOT_EMULATED
    auto_advance: Truth = False
    collection_method: Collection = "charge_automatically"
    days_until_due: Days | None = None
    default_payment_method: Unsettable = None
    description: Unsettable = None
    due_date: Moment = None
    footer: Unsettable = None
    metadata: Metadata = {}
    statement_descriptor: Unsettable = None


class Creation(Details):
    """A new invoice."""

    customer: Text
    currency: Text | None = None
    pending_invoice_items_behavior: Literal["include", "exclude"] = "exclude"
    subscription: Text | None = None


class Finalization(Form):
    """Whether it goes on by itself."""

    auto_advance: Truth | None = None


class Payment(Form):
    """With what to pay it."""

    not_emulated = words("forgive mandate source")
    off_session: Truth = True
    paid_out_of_band: Truth = False
    payment_method: Text | None = None


class Listing(Created):
    """Which invoices."""

    not_emulated = words("customer_account")
    collection_method: Collection | None = None
    customer: Text | None = None
    due_date: Range | None = None
    status: Literal["draft", "open", "paid", "uncollectible", "void"] | None = None
    subscription: Text | None = None


async def create(ledger: Ledger, form: Creation) -> Document:
    """A draft by hand: empty, or with what has waited for an invoice."""
    ledger = await their_time(ledger, form.customer)
    customer = await ledger.get("customer", form.customer, "customer")
    subscription = None
    if form.subscription:
        subscription = await ledger.get("subscription", form.subscription, "subscription")
    invoice = new_invoice(ledger, customer, "manual", subscription) | {"auto_advance": False}
    if form.currency:
        invoice["currency"] = currency(form.currency)
    invoice |= await _details(ledger, invoice, form)
    lines = []
    if form.pending_invoice_items_behavior == "include" or subscription:
        lines = await pending_lines(ledger, customer["id"], form.subscription, invoice["id"])
    return await draft(ledger, invoice, lines)


async def _details(ledger: Ledger, invoice: Document, form: Details) -> Document:
    told = form.model_fields_set & Details.model_fields.keys()
    found = form.given(*(form.model_fields_set - told), "days_until_due", "metadata")
    if "metadata" in told:
        found["metadata"] = merged(invoice["metadata"], form.metadata)
    if form.days_until_due is not None:
        found["_days_until_due"] = form.days_until_due
    if reference := form.default_payment_method:
        method = await theirs(ledger, reference, invoice["customer"], "default_payment_method")
        found["default_payment_method"] = method["id"]
    return found


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The invoice."""
    return await ledger.get("invoice", id_)


async def update(ledger: Ledger, form: Details, id_: str) -> Document:
    """The invoice, changed; of one that is finalized only what is said about it."""
    invoice, ledger = await _get(ledger, id_)
    changes = await _details(ledger, invoice, form)
    if invoice["status"] != "draft" and changes.keys() - {
        *("auto_advance", "default_payment_method", "description", "footer", "metadata")
    }:
        raise StripeError("This invoice is no longer editable", code="invoice_not_editable")
    invoice = await ledger.change(invoice, changes, "invoice.updated")
    if invoice["status"] == "draft" and invoice["auto_advance"]:
        invoice = await collecting.await_hour(ledger, invoice)
    return invoice


async def delete(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The draft, gone; what waited for it waits again."""
    invoice, ledger = await _get(ledger, id_)
    if invoice["status"] != "draft" or invoice["_subscription"]:
        raise StripeError("You can only delete draft invoices that are not a subscription's.")
    for item in await ledger.find("invoiceitem", invoice=id_):
        await ledger.change(item, {"invoice": None})
    return await ledger.forget(invoice, "invoice.deleted")


async def finalized(ledger: Ledger, form: Finalization, id_: str) -> Document:
    """The draft, finalized now; it is charged within the hour where it advances by itself."""
    invoice, ledger = await _get(ledger, id_)
    _expect(invoice, "draft", "finalized")
    if form.auto_advance is not None:
        invoice = invoice | {"auto_advance": form.auto_advance}
    if invoice["amount_due"] == 0:
        return await collecting.finalize_and_collect(ledger, invoice, off_session=True)
    invoice = await finalize(ledger, invoice)
    if invoice["auto_advance"]:
        await collecting.await_attempt(ledger, invoice)
    return invoice


async def pay(ledger: Ledger, form: Payment, id_: str) -> Document:
    """The invoice, tried now; raises PaymentFailed where the card declines it."""
    invoice, ledger = await _get(ledger, id_)
    if invoice["status"] == "draft":
        invoice = await finalize(ledger, invoice)
    if invoice["status"] == "paid":
        raise StripeError("Invoice is already paid", code="invoice_already_paid")
    _expect(invoice, "open uncollectible", "paid")
    if form.paid_out_of_band or invoice["amount_due"] == 0:
        return await collecting.mark_paid(ledger, invoice, out_of_band=form.paid_out_of_band)
    method = await collecting.default_method(ledger, invoice)
    if form.payment_method:
        method = await theirs(ledger, form.payment_method, invoice["customer"], "payment_method")
    if method is None:
        raise StripeError(NO_METHOD, code="invoice_payment_intent_requires_action")
    invoice = await collecting.collect(ledger, invoice, off_session=form.off_session, method=method)
    intent = await collecting.intent_of(ledger, invoice)
    if error := declined(intent):
        raise error
    return invoice


async def send(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The invoice, sent: an event tells of it, since no mail leaves here."""
    invoice, ledger = await _get(ledger, id_)
    if invoice["status"] == "draft":
        invoice = await finalize(ledger, invoice)
    _expect(invoice, "open uncollectible", "sent")
    ledger.tell("invoice.sent", invoice)
    return invoice


async def voided(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The invoice, void."""
    invoice, ledger = await _get(ledger, id_)
    _expect(invoice, "open uncollectible", "voided")
    return await void(ledger, invoice)


async def uncollectible(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The invoice, given up."""
    invoice, ledger = await _get(ledger, id_)
    _expect(invoice, "open", "marked uncollectible")
    return await give_up(ledger, invoice)


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of invoices."""
    like = {
        "collection_method": form.collection_method,
        "customer": form.customer,
        "status": form.status,
        "_subscription": form.subscription,
    }
    return await page(
        ledger,
        *("invoice", "/v1/invoices", form),
        like=like,
        fits=lambda invoice: within(invoice["due_date"], form.due_date),
    )


async def lines(ledger: Ledger, form: Page, id_: str) -> Document:
    """A page of an invoice's lines."""
    found = (await ledger.get("invoice", id_))["lines"]["data"]
    ids = [each["id"] for each in found]
    if form.starting_after in ids:
        found = found[ids.index(form.starting_after) + 1 :]
    return a_list(f"/v1/invoices/{id_}/lines", found[: form.limit], len(found) > form.limit)


async def _get(ledger: Ledger, id_: str) -> tuple[Document, Ledger]:
    """The invoice, and the ledger at its time."""
    invoice = await ledger.get("invoice", id_)
    return invoice, await clock_time(ledger, invoice["test_clock"])


def _expect(invoice: Document, statuses: str, what: str) -> None:
    if invoice["status"] not in statuses.split():
        sentence = f"This invoice cannot be {what}: it is {invoice['status']}."
        raise StripeError(sentence, code="invoice_not_editable")


INVOICES, INVOICE = "/v1/invoices", "/v1/invoices/{id}"
ROUTES = (
    route("PostInvoices", INVOICES, Creation, create),
    route("GetInvoices", INVOICES, Listing, listed),
    route("GetInvoicesInvoice", INVOICE, Form, retrieve),
    route("PostInvoicesInvoice", INVOICE, Details, update),
    route("DeleteInvoicesInvoice", INVOICE, Form, delete),
    route("GetInvoicesInvoiceLines", f"{INVOICE}/lines", Page, lines),
    route("PostInvoicesInvoiceFinalize", f"{INVOICE}/finalize", Finalization, finalized),
    route("PostInvoicesInvoicePay", f"{INVOICE}/pay", Payment, pay),
    route("PostInvoicesInvoiceSend", f"{INVOICE}/send", Form, send),
    route("PostInvoicesInvoiceVoid", f"{INVOICE}/void", Form, voided),
    route(
        "PostInvoicesInvoiceMarkUncollectible", f"{INVOICE}/mark_uncollectible", Form, uncollectible
    ),
)
