"""What happens when a payment fails: mails on days 0, 3, 7 and 12, and the end on day 14.

Every stage is a job written when the payment failed; a stage finds out by itself whether the same
money is still awaited when its day comes.
"""

from datetime import datetime, timedelta
from typing import Final

from backend.features.billing import mails
from backend.jobs import Task, Work, do_later
from backend.schema.profiles import Profile
from backend.schema.subscriptions import Subscription, SubscriptionStatus
from backend.store import Store

MAILS_ON: Final = (0, 3, 7, 12)
ENDS_ON: Final = 14


class Dun(Task):
    """One stage of the dunning of a subscription whose payment failed at some moment."""

    subscription_id: str
    since: datetime
    day: int

    async def run(self, work: Work) -> None:
        """Write the mail of the day, or end the subscription on the last one."""
        kept = await work.store.get(Subscription, self.subscription_id)
        if kept is None or kept.status is not SubscriptionStatus.past_due:
            return
        if kept.past_due_since != self.since:
            return
        if self.day >= ENDS_ON:
            await work.parts.providers.stripe.cancel(kept.stripe_subscription_id)
            return
        profile = await work.store.get(Profile, kept.profile_id)
        if profile is not None:
            site = work.parts.settings.core.frontend_url
            ends_at = self.since + timedelta(days=ENDS_ON)
            mail = mails.payment_failed(profile, kept, site, day=self.day, ends_at=ends_at)
            await do_later(work.store, mail, key=f"{work.key}:mail")


async def begin(held: Store, subscription: Subscription, since: datetime) -> None:
    """Write every stage, in the block that makes the subscription past due."""
    for day in (*MAILS_ON, ENDS_ON):
        stage = Dun(subscription_id=subscription.id, since=since, day=day)
        key = f"dunning:{subscription.id}:{int(since.timestamp())}:{day}"
        await do_later(held, stage, due_at=since + timedelta(days=day), key=key)
