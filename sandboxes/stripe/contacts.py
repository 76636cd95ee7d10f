"""Addresses and names, as several resources take them."""

from typing import Annotated

from sandboxes.kit.records import Document
from sandboxes.stripe.fields import OR_UNSET, Text, Unsettable
from sandboxes.stripe.forms import Hash


class Address(Hash):
    """Where somebody lives."""

    city: Unsettable = None
    country: Unsettable = None
    line1: Unsettable = None
    line2: Unsettable = None
    postal_code: Unsettable = None
    state: Unsettable = None


NOWHERE: Document = Address().model_dump()


class Shipping(Hash):
    """Where to send things."""

    address: Address
    name: Text
    phone: Unsettable = None


class BillingDetails(Hash):
    """Whose card it is."""

    address: Annotated[Address | None, OR_UNSET] = None
    email: Unsettable = None
    name: Unsettable = None
    phone: Unsettable = None
    tax_id: Text | None = None
