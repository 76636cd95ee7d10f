"""Whether what is kept of subscriptions is what Stripe keeps: compared each night, and named."""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from backend.clock import now
from backend.features.billing.hearing import STATES
from backend.features.billing.membership import PROFILE
from backend.jobs import Task, Work
from backend.parts import Parts
from backend.providers.stripe import Stripe
from backend.providers.stripe import Subscription as Told
from backend.schema.subscriptions import Subscription, SubscriptionStatus

_log = structlog.get_logger(name="backend.billing")


@dataclass(frozen=True)
class Difference:
    """Something about one subscription that is not the same here and at Stripe."""

    subscription: str
    what: str
    here: str
    at_stripe: str


async def differences(parts: Parts) -> list[Difference]:
    """All differences between what is kept here and what Stripe keeps; none when all is well."""
    stripe = parts.providers.stripe
    kept = {each.stripe_subscription_id: each async for each in parts.store.every(Subscription)}
    found: list[Difference] = []
    async for told in stripe.every_subscription():
        mine = kept.pop(told.id, None)
        if mine is None:
            if told.metadata.get(PROFILE) and stripe.tier_of(told.price_id):
                found.append(Difference(told.id, "subscription", "missing", told.status))
            continue
        found += _compare(stripe, mine, told)
    found += [Difference(id_, "subscription", each.status, "missing") for id_, each in kept.items()]
    return found


def _compare(stripe: Stripe, mine: Subscription, told: Told) -> Iterator[Difference]:
    theirs = {
        "status": STATES.get(told.status, SubscriptionStatus.past_due).value,
        "tier": str(stripe.tier_of(told.price_id)),
        "customer": told.customer,
        "current_period_end": told.current_period_end.isoformat(),
        "cancel_at_period_end": str(told.cancel_at_period_end),
    }
    ours = {
        "status": mine.status.value,
        "tier": mine.tier.value,
        "customer": mine.stripe_customer_id,
        "current_period_end": mine.current_period_end.isoformat(),
        "cancel_at_period_end": str(mine.cancel_at_period_end),
    }
    for what, here in ours.items():
        if here != theirs[what]:
            yield Difference(told.id, what, here, theirs[what])


class Reconcile(Task):
    """Compare with Stripe, and say in the log what differs."""

    async def run(self, work: Work) -> None:
        """One line for each difference, and one for the whole."""
        found = await differences(work.parts)
        for each in found:
            _log.error("subscription differs", **vars(each))
        _log.info("reconciled", differences=len(found), at=now().isoformat())
