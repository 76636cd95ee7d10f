"""What was earned, as Stripe's books have it; the text beside a figure is its definition."""

from collections import Counter

from pydantic import Field

from backend.clock import now
from backend.features.administration.figures import Figures, MonthFigures
from backend.features.administration.months import latest
from backend.providers.stripe import Stripe

NOTHING = ("failed", "canceled")
"""A refund that stands so gives nothing back."""


class RevenueInMonth(MonthFigures):
    """What came and went in a month in one currency; months without any are left out."""

    currency: str = Field(examples=["usd"])
    payments: int
    """Charges of Stripe's that succeeded, by when they were made: memberships and tickets."""
    paid_cents: int
    """What they took, in the currency's smallest unit."""
    refunds: int
    """Refunds of Stripe's that did not fail, by when they were made, whenever it was paid."""
    refunded_cents: int
    net_cents: int
    """What was paid without what was paid back; Stripe's fees and disputes are not taken off."""


class Revenue(Figures):
    """What was earned over the months."""

    months: list[RevenueInMonth]
    """The oldest first, and by currency."""


async def revenue(stripe: Stripe, months: int) -> Revenue:
    """The figures of the money. Raises what the line to Stripe raises."""
    asked = latest(months, now())
    counts: Counter[tuple[str, str, str]] = Counter()
    async for charge in stripe.charges_since(asked[0].start):
        if charge.status == "succeeded":
            key = f"{charge.created:%Y-%m}", charge.currency
            counts[*key, "payments"] += 1
            counts[*key, "paid_cents"] += charge.amount_captured
    async for refund in stripe.refunds_since(asked[0].start):
        if refund.status not in NOTHING:
            key = f"{refund.created:%Y-%m}", refund.currency
            counts[*key, "refunds"] += 1
            counts[*key, "refunded_cents"] += refund.amount
    keys = sorted({(month, currency) for month, currency, _ in counts})
    return Revenue(months=[_month(counts, *key) for key in keys])


def _month(counts: Counter[tuple[str, str, str]], month: str, currency: str) -> RevenueInMonth:
    names = ("payments", "paid_cents", "refunds", "refunded_cents")
    told = {name: counts[month, currency, name] for name in names}
    net = told["paid_cents"] - told["refunded_cents"]
    return RevenueInMonth(month=month, currency=currency, net_cents=net, **told)
