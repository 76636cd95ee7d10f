"""Whose time it is: a customer of a test clock lives by it, all others by the sandboxes' clock."""

from sandboxes.kit.records import Document
from sandboxes.stripe.ledger import Ledger

CLOCK = "test_helpers.test_clock"


async def their_time(ledger: Ledger, customer: str | Document) -> Ledger:
    """The ledger at the present moment of a customer; raises StripeError for an unknown one."""
    if isinstance(customer, str):
        customer = await ledger.get("customer", customer, "customer")
    return await clock_time(ledger, customer["test_clock"])


async def clock_time(ledger: Ledger, test_clock: str | None) -> Ledger:
    """The ledger at the moment that a test clock shows; the same where there is no clock."""
    if test_clock is None:
        return ledger
    clock = await ledger.get(CLOCK, test_clock, "test_clock")
    return ledger.at(clock["frozen_time"])
