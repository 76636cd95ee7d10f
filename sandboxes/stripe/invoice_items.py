"""Invoice items: something to be paid with a customer's next invoice, or with one draft."""

from collections.abc import Callable

from sandboxes.kit.records import Document
from sandboxes.stripe.clocks import their_time
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import (
    Instant,
    Metadata,
    Natural,
    Text,
    Truth,
    Unsettable,
    Whole,
    merged,
)
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.invoicing import with_lines
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.lines import item_line, new_invoice_item, pricing
from sandboxes.stripe.listing import Created, page
from sandboxes.stripe.operations import route
from sandboxes.stripe.prices import currency

Lines = Callable[[list[Document]], list[Document]]
NOT_EMULATED = words(
    "customer_account discounts price_data quantity_decimal tax_behavior tax_code tax_rates"
    " unit_amount_decimal"
)


class Period(Hash):
    """For when it is."""

    start: Instant
    end: Instant


class Pricing(Hash):
    """By which price."""

    price: Text


class Details(Form):
    """What can be said of an invoice item until it is finalized."""

    not_emulated = NOT_EMULATED
    amount: Whole | None = None
    description: Unsettable = None
    discountable: Truth = True
    metadata: Metadata = {}
    period: Period | None = None
    pricing: Pricing | None = None
    quantity: Natural = 1


class Creation(Details):
    """A new invoice item."""

    customer: Text
    currency: Text = "usd"
    invoice: Text | None = None
    subscription: Text | None = None


class Update(Details):
    """A change of an invoice item."""

    not_emulated = NOT_EMULATED | words("invoicing_rules")


class Listing(Created):
    """Which invoice items."""

    not_emulated = words("customer_account")
    customer: Text | None = None
    invoice: Text | None = None
    pending: Truth | None = None


async def create(ledger: Ledger, form: Creation) -> Document:
    """An invoice item."""
    ledger = await their_time(ledger, form.customer)
    customer = await ledger.get("customer", form.customer, "customer")
    if form.amount is None and form.pricing is None:
        sentence = "One of the following params should be provided: amount or pricing[price]."
        raise StripeError(sentence, code="parameter_missing")
    item = new_invoice_item(ledger, customer, 0, currency(form.currency), form.description)
    item |= await _details(ledger, item, form)
    if form.subscription:
        await ledger.get("subscription", form.subscription, "subscription")
        of = {"subscription": form.subscription, "subscription_item": None}
        item["parent"] = {"subscription_details": of, "type": "subscription_details"}
    if form.invoice:
        item["invoice"] = form.invoice
        await _relist(ledger, form.invoice, lambda lines: [*lines, item_line(item)])
    return await ledger.keep(item, "invoiceitem.created")


async def _details(ledger: Ledger, item: Document, form: Details) -> Document:
    told = form.model_fields_set
    found = form.given(*(told - {"description", "discountable", "quantity"}))
    if form.period:
        found["period"] = form.period.model_dump()
    if "metadata" in told:
        found["metadata"] = merged(item["metadata"], form.metadata)
    if form.pricing:
        price = await ledger.get("price", form.pricing.price, "pricing[price]")
        found["amount"] = price["unit_amount"] * form.quantity
        found["pricing"] = pricing(price)
    if form.amount is not None:
        found["amount"] = form.amount
    found["net_amount"] = found.get("amount", item["amount"])
    found["quantity_decimal"] = str(found.get("quantity", item["quantity"]))
    return found


async def _relist(ledger: Ledger, invoice_id: str, change: Lines) -> None:
    """Change the lines of a draft; raises StripeError for an invoice that is none."""
    invoice = await ledger.get("invoice", invoice_id, "invoice")
    if invoice["status"] != "draft":
        raise StripeError("This invoice is no longer editable", code="invoice_not_editable")
    after = with_lines(invoice, change(invoice["lines"]["data"]))
    await ledger.change(invoice, after, "invoice.updated")


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The invoice item."""
    return await ledger.get("invoiceitem", id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The invoice item, changed, and with it the draft that it is in."""
    item = await ledger.get("invoiceitem", id_)
    after = item | await _details(ledger, item, form)
    if item["invoice"]:
        await _relist(ledger, item["invoice"], lambda lines: [*_but(lines, id_), item_line(after)])
    return await ledger.change(item, after)


async def delete(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The invoice item, gone, and with it the line that it is in a draft."""
    item = await ledger.get("invoiceitem", id_)
    if item["invoice"]:
        await _relist(ledger, item["invoice"], lambda lines: _but(lines, id_))
    return await ledger.forget(item, "invoiceitem.deleted")


def _but(lines: list[Document], item: str) -> list[Document]:
    """The lines but for an invoice item's."""
    return [
        line for line in lines if line["parent"][line["parent"]["type"]]["invoice_item"] != item
    ]


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of invoice items."""

    def fits(item: Document) -> bool:
        return form.pending is None or form.pending == (item["invoice"] is None)

    like = {"customer": form.customer, "invoice": form.invoice}
    return await page(ledger, "invoiceitem", "/v1/invoiceitems", form, like=like, fits=fits)


ITEMS, ITEM = "/v1/invoiceitems", "/v1/invoiceitems/{id}"
ROUTES = (
    route("PostInvoiceitems", ITEMS, Creation, create),
    route("GetInvoiceitems", ITEMS, Listing, listed),
    route("GetInvoiceitemsInvoiceitem", ITEM, Form, retrieve),
    route("PostInvoiceitemsInvoiceitem", ITEM, Update, update),
    route("DeleteInvoiceitemsInvoiceitem", ITEM, Form, delete),
)
