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
    start = term["current_period_start"]
    began = years_from(start, -1) if status is SubscriptionStatus.past_due else start
    marks = edition.marks(Subscription, f"{name}/{status}", began)
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
            return _year(edition.ago(days, MONEY))
        case SubscriptionStatus.past_due:
            # The year that nobody has paid for has begun, and Stripe tries an hour later.
            failed = edition.ago(days, MONEY + 1)
            return _year(edition.ago(days, MONEY)) | {"past_due_since": failed}
        case SubscriptionStatus.trialing:
            began = edition.ago(days, MONEY)
            ends = began + TRIAL
            return {
                "current_period_start": began,
                "current_period_end": ends,
                "trial_end": ends,
            }
        case SubscriptionStatus.canceled:
            began, canceled = (edition.ago(day, MONEY) for day in days)
            return _year(began) | {"canceled_at": canceled}


def _year(start: datetime) -> dict[str, Any]:
    return {"current_period_start": start, "current_period_end": years_from(start, 1)}


def years_from(moment: datetime, years: int) -> datetime:
    """The same day of another year, as Stripe counts; the last of February where there is none."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)
