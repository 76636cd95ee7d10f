"""Accounts and the list in step: who asked for it at registration, and as what they are members.

The features that change accounts know nothing of the newsletter; accounts that changed are looked
through soon after. Nobody is put on the list who did not ask for it and prove the address.
"""

from datetime import timedelta
from typing import Final

from backend.clock import now
from backend.features.newsletter import mails
from backend.features.newsletter.subscribing import Interest
from backend.features.newsletter.syncing import PushSubscriber, deciding
from backend.jobs import Task, Work, do_later
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.schema.profiles import Profile, ProfileStatus
from backend.settings import Settings
from backend.store import Range, Store

LOOKED_BACK: Final = timedelta(days=1)
"""How long after a change an account is looked at: a worker may be down for as long."""


class KeepInStep(Task):
    """Put on the list who asked for it at registration, and tell BeeHiiv of tiers that changed."""

    seconds = 300.0

    async def run(self, work: Work) -> None:
        """Each account that changed lately, in a block of its own."""
        lately = {"updated_at": Range(start=now() - LOOKED_BACK)}
        async for profile in work.parts.store.every(Profile, lately):
            # Past the block of the job, which would hold every address until the last one is done.
            async with deciding(work.parts.store, profile.email) as held:
                await _keep(held, profile, work.parts.settings)


async def _keep(held: Store, profile: Profile, settings: Settings) -> None:
    kept = await held.first(NewsletterSubscriber, {"email": profile.email})
    if _asks(profile, kept):
        kept = await _join(held, profile, kept)
        await do_later(held, mails.welcome(kept, settings))
        await do_later(held, PushSubscriber(subscriber_id=kept.id))
    elif kept and _is_told_otherwise(kept, profile):
        await do_later(held, PushSubscriber(subscriber_id=kept.id))


def _is_told_otherwise(kept: NewsletterSubscriber, profile: Profile) -> bool:
    """Whether BeeHiiv believes somebody another member than they are; of seeds it knows nothing."""
    is_told = kept.status is NewsletterStatus.subscribed and not kept.is_seed_data
    return is_told and kept.tier != profile.membership


def _asks(profile: Profile, kept: NewsletterSubscriber | None) -> bool:
    """Whether somebody asked for it who is not on the list, and did not leave it since."""
    asked_at = profile.newsletter_asked_at
    if asked_at is None or profile.status is not ProfileStatus.active:
        return False
    if kept is None or kept.status is NewsletterStatus.pending:
        return True
    has_left = kept.status is NewsletterStatus.unsubscribed
    return has_left and kept.unsubscribed_at is not None and kept.unsubscribed_at < asked_at


async def _join(
    held: Store, profile: Profile, kept: NewsletterSubscriber | None
) -> NewsletterSubscriber:
    told = {
        "status": NewsletterStatus.subscribed,
        "consented_at": profile.newsletter_asked_at,
        "subscribed_at": now(),
        "unsubscribed_at": None,
        "beehiiv_subscriber_id": None,
    }
    if kept:
        return await held.update(kept.changed(**told))
    interests = [each.value for each in Interest]
    new = NewsletterSubscriber.model_validate(
        {"email": profile.email, "interests": interests, **told}
    )
    await held.insert(new)
    return new
