"""Customers: who pays."""

from typing import Annotated, Literal

from sandboxes.kit.records import Document
from sandboxes.stripe.clocks import clock_time
from sandboxes.stripe.contacts import Address, Shipping
from sandboxes.stripe.due import withdraw
from sandboxes.stripe.ending import LIVING, end
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import OR_UNSET, Many, Metadata, Text, Unsettable, Whole, merged
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.ids import drawn, new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Created, page
from sandboxes.stripe.methods import attach, resolve, theirs
from sandboxes.stripe.operations import route

DEFAULT = "invoice_settings[default_payment_method]"


class InvoiceSettings(Hash):
    """How a customer's invoices are made and paid."""

    not_emulated = words("custom_fields rendering_options")
    default_payment_method: Unsettable = None
    footer: Unsettable = None


class Changes(Form):
    """What can be said of a customer at any time."""

    not_emulated = words(
        "business_name cash_balance default_source individual_name next_invoice_sequence source tax"
        " validate"
    )
    address: Annotated[Address | None, OR_UNSET] = None
    balance: Whole = 0
    description: Unsettable = None
    email: Unsettable = None
    invoice_prefix: Text | None = None
    invoice_settings: InvoiceSettings = InvoiceSettings()
    metadata: Metadata = {}
    name: Unsettable = None
    phone: Unsettable = None
    preferred_locales: Many[Text] = []
    shipping: Annotated[Shipping | None, OR_UNSET] = None
    tax_exempt: Literal["none", "exempt", "reverse"] = "none"


class Creation(Changes):
    """A new customer."""

    not_emulated = Changes.not_emulated | words("tax_id_data")
    payment_method: Text | None = None
    test_clock: Text | None = None


class Listing(Created):
    """Which customers."""

    email: Text | None = None
    test_clock: Text | None = None


def _settings(before: Document, given: InvoiceSettings) -> Document:
    return before | given.given()


async def create(ledger: Ledger, form: Creation) -> Document:
    """A customer."""
    ledger = await clock_time(ledger, form.test_clock)
    if form.test_clock and len(await ledger.find("customer", test_clock=form.test_clock)) >= 3:
        raise StripeError("You can have up to 3 customers per test clock.", param="test_clock")
    customer = {
        "id": new_id("cus", 14),
        "object": "customer",
        "created": ledger.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "discount": None,
        "livemode": False,
        "next_invoice_sequence": 1,
        "test_clock": form.test_clock,
        **form.model_dump(exclude={"expand", "payment_method", "invoice_settings"}),
        "invoice_prefix": form.invoice_prefix or drawn(8).upper(),
        "invoice_settings": _settings(NO_SETTINGS, form.invoice_settings),
        "metadata": merged({}, form.metadata),
    }
    await ledger.keep(customer)
    place = len(ledger.told)
    if form.payment_method:
        await attach(ledger, await resolve(ledger, form.payment_method), customer["id"])
    if reference := form.invoice_settings.default_payment_method:
        method = await theirs(ledger, reference, customer["id"], DEFAULT)
        customer["invoice_settings"]["default_payment_method"] = method["id"]
    ledger.tell("customer.created", customer, place=place)
    return await ledger.keep(customer)


NO_SETTINGS: Document = {
    "custom_fields": None,
    "default_payment_method": None,
    "footer": None,
    "rendering_options": None,
}


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The customer, or what stands for one that was deleted."""
    return await ledger.look_up("deleted_customer", id_) or await ledger.get("customer", id_)


async def update(ledger: Ledger, form: Changes, id_: str) -> Document:
    """The customer, changed."""
    customer, changes = await ledger.get("customer", id_), form.given()
    ledger = await clock_time(ledger, customer["test_clock"])
    if "metadata" in changes:
        changes["metadata"] = merged(customer["metadata"], form.metadata)
    if "invoice_settings" in changes:
        settings = _settings(customer["invoice_settings"], form.invoice_settings)
        if reference := form.invoice_settings.default_payment_method:
            method = await theirs(ledger, reference, id_, DEFAULT)
            settings["default_payment_method"] = method["id"]
        changes["invoice_settings"] = settings
    return await ledger.change(customer, changes, "customer.updated")


async def delete(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The customer, gone, with all subscriptions; who asks for it again hears that."""
    customer = await ledger.get("customer", id_)
    return await forget(await clock_time(ledger, customer["test_clock"]), customer)


async def forget(ledger: Ledger, customer: Document) -> Document:
    """The customer, gone, with all subscriptions and cards; no invoice advances any more."""
    for subscription in await ledger.find("subscription", customer=customer["id"]):
        if subscription["status"] in LIVING:
            await end(ledger, subscription, "cancellation_requested")
    for invoice in await ledger.find("invoice", customer=customer["id"]):
        await withdraw(ledger, invoice["id"])
    for method in await ledger.find("payment_method", customer=customer["id"]):
        await ledger.change(method, {"customer": None, "_used": True})
    gone = await ledger.forget(customer, "customer.deleted")
    await ledger.vendor.records.put("deleted_customer", customer["id"], gone)
    return gone


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of customers."""
    like = {"email": form.email, "test_clock": form.test_clock}
    return await page(ledger, "customer", "/v1/customers", form, like=like)


ROUTES = (
    route("PostCustomers", "/v1/customers", Creation, create),
    route("GetCustomers", "/v1/customers", Listing, listed),
    route("GetCustomersCustomer", "/v1/customers/{id}", Form, retrieve),
    route("PostCustomersCustomer", "/v1/customers/{id}", Changes, update),
    route("DeleteCustomersCustomer", "/v1/customers/{id}", Form, delete),
)
