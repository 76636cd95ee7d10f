"""What people type to pay, what is wrong with it in Stripe's words, and cards to try."""

import re
from dataclasses import dataclass
from typing import Self

from sandboxes.kit.records import Document
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.methods import MethodData

EXPIRY = re.compile(r"(\d{1,2})\s*/?\s*(\d{2}|\d{4})", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
FIELD_OF = {
    "exp_month": "expiry",
    "exp_year": "expiry",
    "cvc": "cvc",
    "incorrect_cvc": "cvc",
    "expired_card": "expiry",
}
"""Which field a parameter or a code of an error is about; the number, unless it is here."""
TEST_CARDS = (
    ("4242 4242 4242 4242", "Pays"),
    ("4000 0000 0000 0002", "Is declined"),
    ("4000 0000 0000 9995", "Has insufficient funds"),
    ("4000 0000 0000 3220", "Asks for 3-D Secure"),
    ("4000 0000 0000 0127", "Has a wrong code"),
    ("4000 0000 0000 0341", "Is saved, then declined"),
)
ORDER = ("email", "number", "expiry", "cvc", "name")


@dataclass(frozen=True)
class Typed:
    """The form as it was filled in, and as it is shown again."""

    email: str = ""
    number: str = ""
    expiry: str = ""
    cvc: str = ""
    name: str = ""

    @classmethod
    def read(cls, told: dict[str, str]) -> Self:
        """What a form says; a test card that was chosen fills in the rest."""
        known = {name: told.get(name, "") for name in ORDER}
        if told.get("use"):
            known |= {"number": told["use"], "expiry": "12 / 34", "cvc": "123"}
        return cls(**known)

    def wrong(self, *, needs_email: bool = True) -> dict[str, str]:
        """What can not be sent like this, by field."""
        found = {
            "email": "" if not needs_email or EMAIL.fullmatch(self.email) else self._email(),
            "number": "" if self.number else "Your card number is incomplete.",
            "expiry": ""
            if EXPIRY.fullmatch(self.expiry)
            else "Your card's expiration date is incomplete.",
            "cvc": "" if len(self.cvc) >= 3 else "Your card's security code is incomplete.",
            "name": "" if self.name else "Enter the name on the card.",
        }
        return {field: words for field, words in found.items() if words}

    def _email(self) -> str:
        return "Your email is incomplete." if self.email else "Enter your email."

    def method(self) -> MethodData:
        """The payment method that was typed."""
        found = EXPIRY.fullmatch(self.expiry)
        month, year = found.groups() if found else ("", "")
        return MethodData.model_validate(
            {
                "type": "card",
                "card": {
                    "number": self.number,
                    "exp_month": month,
                    "exp_year": year,
                    "cvc": self.cvc,
                },
                "billing_details": {"email": self.email, "name": self.name},
            }
        )


def blamed(error: StripeError) -> dict[str, str]:
    """A refusal, beside the field that it is about."""
    said = error.error
    return {FIELD_OF.get(said.get("param", ""), "number"): said["message"]}


def refused(intent: Document | None) -> dict[str, str]:
    """Why the latest attempt failed, beside the field that it is about; empty where it did not."""
    told = intent or {}
    error = told.get("last_payment_error") or told.get("last_setup_error")
    return {FIELD_OF.get(error["code"], "number"): error["message"]} if error else {}
