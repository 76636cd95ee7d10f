"""Stripe's documented test cards (https://docs.stripe.com/testing) and what each of them does."""

from dataclasses import dataclass
from typing import Literal

from sandboxes.stripe.errors import CardError

Challenge = Literal["never", "unless_set_up", "on_session", "always"]
"""When a card wants 3-D Secure: never; until it was set up; of whoever is there, and not when
nobody is; at every payment."""


@dataclass(frozen=True)
class Decline:
    """Why a bank says no, in Stripe's codes and words."""

    code: str
    message: str
    decline_code: str | None = None

    def error(self, **more: object) -> CardError:
        """The refusal of a request."""
        told = {"decline_code": self.decline_code} | more
        param = PARAMS.get(self.code)
        return CardError(self.message, code=self.code, param=param, **told)


PARAMS = {"incorrect_cvc": "cvc", "expired_card": "exp_month", "incorrect_number": "number"}
DECLINED = "Your card was declined."
GENERIC = Decline("card_declined", DECLINED, "generic_decline")
FUNDS = Decline("card_declined", "Your card has insufficient funds.", "insufficient_funds")
LOST = Decline("card_declined", DECLINED, "lost_card")
STOLEN = Decline("card_declined", DECLINED, "stolen_card")
BLOCKED = Decline("card_declined", DECLINED, "fraudulent")
VELOCITY = Decline(
    "card_declined",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount"
    " limit.",
    "card_velocity_exceeded",
)
EXPIRED = Decline("expired_card", "Your card has expired.")
CVC = Decline("incorrect_cvc", "Your card's security code is incorrect.")
PROCESSING = Decline(
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)
UNAUTHENTICATED = Decline(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "authentication_required",
)
NUMBER = Decline("incorrect_number", "Your card number is incorrect.")
NOT_A_TEST = Decline(
    "card_declined",
    "Your card was declined. Your request was in test mode, but used a non test (live) card. For a"
    " list of valid test cards, visit: https://stripe.com/docs/testing.",
    "test_mode_live_card",
)


@dataclass(frozen=True)
class Card:
    """One test card: how it looks, and what becomes of its payments.

    One that `declines` can not be attached to a customer either, unless it `attaches`. `disputed`
    is the reason that its payments are disputed for, `refunds` what becomes of its refunds.
    """

    number: str
    brand: str = "visa"
    funding: str = "credit"
    declines: Decline | None = None
    attaches: bool = False
    challenge: Challenge = "never"
    disputed: str | None = None
    is_inquiry: bool = False
    refunds: Literal["succeeded", "pending", "failed"] = "succeeded"
    risk: Literal["normal", "elevated", "highest"] = "normal"

    @property
    def last4(self) -> str:
        """The four digits that may be shown."""
        return self.number[-4:]


def _cards(*cards: tuple[str, Card]) -> dict[str, Card]:
    """The cards by the name behind `pm_card_` and `tok_`; of several the first one counts."""
    return {name: card for names, card in cards for name in names.split()}


NAMED = _cards(
    ("visa", Card("4242424242424242")),
    ("visa_debit", Card("4000056655665556", funding="debit")),
    ("mastercard", Card("5555555555554444", "mastercard")),
    ("mastercard_debit", Card("5200828282828210", "mastercard", "debit")),
    ("mastercard_prepaid", Card("5105105105105100", "mastercard", "prepaid")),
    ("amex", Card("378282246310005", "amex")),
    ("discover", Card("6011111111111117", "discover")),
    ("diners", Card("3056930009020004", "diners")),
    ("jcb", Card("3566002020360505", "jcb")),
    ("unionpay", Card("6200000000000005", "unionpay")),
    ("chargeDeclined visa_chargeDeclined", Card("4000000000000002", declines=GENERIC)),
    (
        "chargeDeclinedInsufficientFunds visa_chargeDeclinedInsufficientFunds",
        Card("4000000000009995", declines=FUNDS),
    ),
    ("visa_chargeDeclinedLostCard", Card("4000000000009987", declines=LOST)),
    ("visa_chargeDeclinedStolenCard", Card("4000000000009979", declines=STOLEN)),
    ("chargeDeclinedExpiredCard", Card("4000000000000069", declines=EXPIRED)),
    ("chargeDeclinedIncorrectCvc", Card("4000000000000127", declines=CVC)),
    ("chargeDeclinedProcessingError", Card("4000000000000119", declines=PROCESSING)),
    ("visa_chargeDeclinedVelocityLimitExceeded", Card("4000000000006975", declines=VELOCITY)),
    ("chargeCustomerFail", Card("4000000000000341", declines=GENERIC, attaches=True)),
    ("radarBlock", Card("4100000000000019", declines=BLOCKED, attaches=True, risk="highest")),
    ("riskLevelElevated", Card("4000000000009235", risk="elevated")),
    ("threeDSecure2Required threeDSecureRequired", Card("4000000000003220", challenge="always")),
    (
        "threeDSecureRequiredChargeDeclined",
        Card("4000008400001629", declines=GENERIC, attaches=True, challenge="always"),
    ),
    ("threeDSecureOptional", Card("4000000000003055")),
    (
        "authenticationRequiredOnSetup",
        Card("4000002500003155", challenge="unless_set_up"),
    ),
    ("authenticationRequired", Card("4000002760003184", challenge="always")),
    (
        "authenticationRequiredSetupForOffSession",
        Card("4000003800000446", challenge="on_session"),
    ),
    (
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        Card("4000008260003178", declines=FUNDS, attaches=True, challenge="always"),
    ),
    ("createDispute", Card("4000000000000259", disputed="fraudulent")),
    (
        "createDisputeProductNotReceived",
        Card("4000000000002685", disputed="product_not_received"),
    ),
    ("createDisputeInquiry", Card("4000000000001976", disputed="fraudulent", is_inquiry=True)),
    ("pendingRefund", Card("4000000000007726", refunds="pending")),
    ("refundFail", Card("4000000000005126", refunds="failed")),
)
NUMBERED = {card.number: card for card in NAMED.values()} | {
    number: Card(number, brand)
    for number, brand in (
        ("4012888888881881", "visa"),
        ("371449635398431", "amex"),
        ("6011000990139424", "discover"),
        ("38520000023237", "diners"),
        ("3530111333300000", "jcb"),
    )
}


def named(reference: str) -> Card | None:
    """The card behind `pm_card_visa` or `tok_visa`, or None."""
    for prefix in ("pm_card_", "tok_"):
        if reference.startswith(prefix):
            return NAMED.get(reference.removeprefix(prefix))
    return None


def numbered(number: str) -> Card:
    """The test card of this number; raises CardError for a wrong number, and for a real one."""
    digits = "".join(number.split()).replace("-", "")
    if digits in NUMBERED:
        return NUMBERED[digits]
    is_number = digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19
    raise (NOT_A_TEST if is_number and _adds_up(digits) else NUMBER).error()


def _adds_up(digits: str) -> bool:
    """Luhn's check of the last digit."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(map(int, digits[::-2]))) % 10 == 0
