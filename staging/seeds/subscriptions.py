"""The subscriptions: ten in each of Stripe's states, a year each, in the person's own tier.

Staff pay like everybody. Who returns after years gets a fortnight's trial again, as new members
do, so five people have a canceled subscription and one on trial. The other canceled ones belong
to a member whose paid year still runs, to a suspended person, and to three who left, became
visitors when their year ended, and now apply again.
"""

from datetime import datetime, timedelta
from typing import Any

from backend.schema.profiles import Profile
from backend.schema.subscriptions import Subscription, SubscriptionStatus
from staging.seeds.edition import Edition, table
from staging.seeds.profiles import Cast

YEAR = timedelta(days=365)
TRIAL = timedelta(days=14)
LEAVING = "Stefan Birkenhof"
"""A member with an active subscription, who has asked not to renew it."""
MONEY = 12
"""The hour (UTC) at which payments fall due: after the board's decisions of the day."""


def make(edition: Edition, cast: Cast) -> tuple[Subscription, ...]:
    """The subscriptions of an edition, in the order of `subscriptions.toml`."""
    return tuple(
        _subscription(edition, name, cast[name], SubscriptionStatus(status), days)
        for status, subscribers in table("subscriptions").items()
        for name, days in subscribers.items()
    )


def _subscription(
    edition: Edition, name: str, person: Profile, status: SubscriptionStatus, days: Any
) -> Subscription:
    term = _term(edition, status, days)
    marks = edition.marks(Subscription, f"{name}/{status}", term["current_period_start"])
    return Subscription(
        **marks,
        **term,
        profile_id=person.id,
        tier=person.tier,
        status=status,
        stripe_subscription_id=f"sub_seed{marks['id'][:16]}",
        stripe_customer_id=f"cus_seed{person.id[:16]}",
        cancel_at_period_end=name == LEAVING,
    )


def _term(edition: Edition, status: SubscriptionStatus, days: Any) -> dict[str, Any]:
    """The period and what goes with it, of the days that `subscriptions.toml` gives."""
    match status:
        case SubscriptionStatus.active:
            return _period(edition.ago(days, MONEY), YEAR)
        case SubscriptionStatus.past_due:
            return _period(edition.ago(days, MONEY) - YEAR, YEAR)
        case SubscriptionStatus.trialing:
            began = edition.ago(days, MONEY)
            return _period(began, TRIAL) | {"trial_end": began + TRIAL}
        case SubscriptionStatus.canceled:
            began, canceled = (edition.ago(day, MONEY) for day in days)
            return _period(began, YEAR) | {"canceled_at": canceled}


def _period(start: datetime, length: timedelta) -> dict[str, Any]:
    return {"current_period_start": start, "current_period_end": start + length}
