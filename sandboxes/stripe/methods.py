"""How a payment method comes about: from a test card's number, or a name like `pm_card_visa`."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from sandboxes.kit.records import Document
from sandboxes.stripe.cards import NUMBERED, Card, named, numbered
from sandboxes.stripe.contacts import NOWHERE, BillingDetails
from sandboxes.stripe.errors import CardError, StripeError, missing
from sandboxes.stripe.fields import Metadata, Text, Whole, merged
from sandboxes.stripe.forms import Hash, words
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.ledger import Ledger

OTHERS = words(
    "acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact"
    " billie bizum blik boleto cashapp crypto custom customer_balance eps fpx giropay grabpay ideal"
    " interac_present kakao_pay klarna konbini kr_card link mb_way mobilepay multibanco naver_pay"
    " nz_bank_account oxxo p24 pay_by_bank payco paynow paypal paypay payto pix promptpay"
    " radar_options revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit swish"
    " twint upi us_bank_account wechat_pay zip"
)
"""The other ways to pay that Stripe knows."""
USED_UP = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer"
    " attachment, shared with a connected account without Customer attachment, or was detached from"
    " a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach"
    " it to a Customer first."
)


class CardData(Hash):
    """A card: its number and date, or a token that stands for a test card."""

    not_emulated = words("networks")
    number: Text | None = None
    exp_month: Whole = 12
    exp_year: Whole = 2034
    cvc: Text | None = None
    token: Text | None = None


class MethodData(Hash):
    """A payment method that is made on the way."""

    not_emulated = OTHERS
    type: Literal["card"]
    card: CardData = CardData()
    billing_details: BillingDetails = BillingDetails()
    allow_redisplay: Literal["always", "limited", "unspecified"] = "unspecified"
    metadata: Metadata = {}


def card_of(method: Document) -> Card:
    """The test card behind a payment method."""
    return NUMBERED[method["_number"]]


async def new_method(ledger: Ledger, data: MethodData) -> Document:
    """A payment method that is kept; raises CardError for a wrong number, date or code."""
    given = data.card
    card = named(given.token) if given.token else None
    if given.token and card is None:
        raise missing("token", given.token, "card[token]", 400)
    if card is None and given.number is None:
        words = "Missing required param: card[number]."
        raise StripeError(words, param="card[number]", code="parameter_missing")
    card = card or numbered(given.number or "")
    _check(ledger, card, given)
    return await ledger.keep(_method(ledger, card, data))


async def resolve(ledger: Ledger, reference: str, param: str = "payment_method") -> Document:
    """The payment method of an id, or a fresh one for a name; raises StripeError."""
    if card := named(reference):
        return await ledger.keep(_method(ledger, card, MethodData(type="card")))
    return await ledger.get("payment_method", reference, param)


async def attach(ledger: Ledger, method: Document, customer: str) -> Document:
    """The payment method, a customer's from now on; raises StripeError."""
    await ledger.get("customer", customer, "customer")
    if method["customer"] == customer:
        return method
    if method["customer"]:
        words = "The payment method you provided has already been attached to a customer."
        raise StripeError(words, code="payment_method_unexpected_state")
    if method["_used"]:
        raise StripeError(USED_UP)
    card = card_of(method)
    if card.declines and not card.attaches:
        raise card.declines.error()
    return await ledger.change(method, {"customer": customer}, "payment_method.attached")


def usable_by(method: Document, customer: str | None) -> Document:
    """The payment method, where this customer may pay with it; raises StripeError."""
    if method["customer"] and method["customer"] != customer:
        if customer is None:
            words = (
                f"The payment method {method['id']} belongs to a customer. Please include the"
                " Customer in the `customer` parameter on the PaymentIntent."
            )
            raise StripeError(words, param="payment_method")
        raise _not_theirs(method["id"])
    if method["_used"] and not method["customer"]:
        raise StripeError(USED_UP, param="payment_method")
    return method


async def theirs(ledger: Ledger, reference: str, customer: str, param: str) -> Document:
    """The payment method that is attached to a customer; raises StripeError for any other."""
    method = await resolve(ledger, reference, param)
    if named(reference):
        return await attach(ledger, method, customer)
    if method["customer"] != customer:
        raise _not_theirs(reference, param)
    return method


def _not_theirs(id_: str, param: str = "payment_method") -> StripeError:
    sentence = (
        f"The customer does not have a payment method with the ID {id_}. The payment method must be"
        " attached to the customer."
    )
    return StripeError(sentence, param=param, code="resource_missing")


def _check(ledger: Ledger, card: Card, given: CardData) -> None:
    today = datetime.fromtimestamp(ledger.now, UTC)
    year = given.exp_year + 2000 if given.exp_year < 100 else given.exp_year
    if not 1 <= given.exp_month <= 12:
        raise _wrong("expiration month", "invalid_expiry_month", "exp_month")
    if not (today.year, today.month) <= (year, given.exp_month) < (today.year + 51, 0):
        raise _wrong("expiration year", "invalid_expiry_year", "exp_year")
    digits = 4 if card.brand == "amex" else 3
    if given.cvc and not (given.cvc.isdigit() and len(given.cvc) == digits):
        raise _wrong("security code", "invalid_cvc", "cvc")


def _wrong(what: str, code: str, param: str) -> CardError:
    return CardError(f"Your card's {what} is invalid.", code=code, param=param)


def _method(ledger: Ledger, card: Card, data: MethodData) -> Document:
    details = data.billing_details.model_dump()
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": data.allow_redisplay,
        "billing_details": details | {"address": NOWHERE | (details["address"] or {})},
        "card": _card(card, data.card),
        "created": ledger.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": merged({}, data.metadata),
        "type": "card",
        "_number": card.number,
        "_set_up": False,
        "_used": False,
    }


def _card(card: Card, given: CardData) -> Document:
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass" if given.cvc else None,
        },
        "country": "US",
        "display_brand": card.brand,
        "exp_month": given.exp_month,
        "exp_year": given.exp_year + 2000 if given.exp_year < 100 else given.exp_year,
        "fingerprint": sha256(card.number.encode()).hexdigest()[:16],
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.brand != "unionpay"},
        "wallet": None,
    }
