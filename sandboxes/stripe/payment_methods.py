"""Payment methods in the API: made, attached to a customer, changed, listed, detached."""

from typing import Literal

from sandboxes.kit.records import Document
from sandboxes.stripe.clocks import their_time
from sandboxes.stripe.contacts import BillingDetails
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import Metadata, Text, Whole, merged
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Page, page
from sandboxes.stripe.methods import OTHERS, MethodData, attach, new_method, resolve
from sandboxes.stripe.operations import route

Redisplay = Literal["always", "limited", "unspecified"]


class Creation(Form, MethodData):
    """A new payment method."""

    not_emulated = OTHERS | words("customer payment_method")


class CardUpdate(Hash):
    """What can be changed of a card."""

    not_emulated = words("networks")
    exp_month: Whole | None = None
    exp_year: Whole | None = None


class Update(Form):
    """A change of a payment method."""

    not_emulated = words("us_bank_account")
    card: CardUpdate = CardUpdate()
    billing_details: BillingDetails = BillingDetails()
    allow_redisplay: Redisplay = "unspecified"
    metadata: Metadata = {}


class Attachment(Form):
    """Whom to attach it to."""

    customer: Text


class Theirs(Page):
    """Which of a customer's payment methods."""

    type: Literal["card"] | None = None
    allow_redisplay: Redisplay | None = None


class Listing(Theirs):
    """Which payment methods: a customer's, since no others are listed."""

    customer: Text


async def create(ledger: Ledger, form: Creation) -> Document:
    """A payment method that is nobody's yet."""
    return await new_method(ledger, form)


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The payment method."""
    return await ledger.get("payment_method", id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The payment method, changed; only a customer's can be."""
    method = await ledger.get("payment_method", id_)
    if not method["customer"]:
        raise StripeError(
            "You must save this PaymentMethod to a customer before you can update it."
        )
    changes = form.given("card", "billing_details", "metadata")
    details = form.billing_details.given()
    if form.billing_details.address:
        known = method["billing_details"]["address"]
        details["address"] = known | form.billing_details.address.given()
    changes["card"] = method["card"] | form.card.given()
    changes["billing_details"] = method["billing_details"] | details
    changes["metadata"] = merged(method["metadata"], form.metadata)
    return await ledger.change(method, changes, "payment_method.updated")


async def attached(ledger: Ledger, form: Attachment, id_: str) -> Document:
    """The payment method, a customer's."""
    ledger = await their_time(ledger, form.customer)
    return await attach(ledger, await resolve(ledger, id_, "id"), form.customer)


async def detach(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The payment method, nobody's again and for ever; it is no default any more."""
    method = await ledger.get("payment_method", id_)
    if not method["customer"]:
        words = (
            "The payment method you provided is not attached to a customer so detachment is"
            " impossible."
        )
        raise StripeError(words)
    ledger = await their_time(ledger, method["customer"])
    customer = await ledger.get("customer", method["customer"])
    if customer["invoice_settings"]["default_payment_method"] == id_:
        settings = customer["invoice_settings"] | {"default_payment_method": None}
        await ledger.change(customer, {"invoice_settings": settings}, "customer.updated")
    for subscription in await ledger.find("subscription", default_payment_method=id_):
        changes: Document = {"default_payment_method": None}
        await ledger.change(subscription, changes, "customer.subscription.updated")
    gone = {"customer": None, "_used": True}
    return await ledger.change(method, gone, "payment_method.detached")


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of a customer's payment methods."""
    return await _page(ledger, "/v1/payment_methods", form, form.customer, "customer")


async def listed_of(ledger: Ledger, form: Theirs, customer: str) -> Document:
    """A page of the payment methods of the customer that the address names."""
    url = f"/v1/customers/{customer}/payment_methods"
    return await _page(ledger, url, form, customer, "id")


async def _page(ledger: Ledger, url: str, form: Theirs, customer: str, param: str) -> Document:
    await ledger.get("customer", customer, param)
    like = {"customer": customer, "type": form.type, "allow_redisplay": form.allow_redisplay}
    return await page(ledger, "payment_method", url, form, like=like)


async def retrieve_of(ledger: Ledger, _form: Form, customer: str, id_: str) -> Document:
    """One payment method of a customer."""
    method = await ledger.get("payment_method", id_)
    if method["customer"] != customer:
        words = f"No such payment_method: '{id_}' for the customer '{customer}'"
        raise StripeError(words, param="payment_method", code="resource_missing", status=404)
    return method


METHODS, THEIRS = "/v1/payment_methods", "/v1/customers/{customer}/payment_methods"
ROUTES = (
    route("PostPaymentMethods", METHODS, Creation, create),
    route("GetPaymentMethods", METHODS, Listing, listed),
    route("GetPaymentMethodsPaymentMethod", f"{METHODS}/{{id}}", Form, retrieve),
    route("PostPaymentMethodsPaymentMethod", f"{METHODS}/{{id}}", Update, update),
    route(
        "PostPaymentMethodsPaymentMethodAttach", f"{METHODS}/{{id}}/attach", Attachment, attached
    ),
    route("PostPaymentMethodsPaymentMethodDetach", f"{METHODS}/{{id}}/detach", Form, detach),
    route("GetCustomersCustomerPaymentMethods", THEIRS, Theirs, listed_of),
    route("GetCustomersCustomerPaymentMethodsPaymentMethod", f"{THEIRS}/{{id}}", Form, retrieve_of),
)
