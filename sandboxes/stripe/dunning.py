"""The account's rules for payments that fail: when to try again, and what comes after the last."""

from typing import Literal

from pydantic import Field

from sandboxes.kit.passing import Order
from sandboxes.stripe.ledger import ACCOUNT, Ledger

KIND = "dunning"


class Rules(Order):
    """Days between the attempts, and what a subscription becomes when the last has failed.

    Stripe's Smart Retries choose their moments by a model; these are its older schedule.
    """

    retry_days: list[int] = Field(default=[3, 5, 7], max_length=8)
    after: Literal["cancel", "unpaid", "past_due"] = "cancel"


async def rules(ledger: Ledger) -> Rules:
    """The rules in force."""
    kept = await ledger.look_up(KIND, ACCOUNT)
    return Rules(**kept) if kept else Rules()


async def set_rules(ledger: Ledger, wanted: Rules) -> None:
    """Put rules in force."""
    await ledger.vendor.records.put(KIND, ACCOUNT, wanted.model_dump())
