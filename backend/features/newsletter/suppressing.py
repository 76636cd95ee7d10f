"""Addresses that Postmark delivers to no more: they get no letter of the newsletter either."""

from typing import Final

from backend.clock import now
from backend.features.newsletter.syncing import SUPPRESSED, SettleSubscriber, deciding
from backend.jobs import Task, Work, do_later
from backend.providers import VendorIsNotConfigured
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber

MEANS: Final = {
    "HardBounce": NewsletterStatus.bounced,
    "SpamComplaint": NewsletterStatus.complained,
    "ManualSuppression": NewsletterStatus.unsubscribed,
}
"""Postmark's reasons, and what they mean here."""


class TakeSuppressions(Task):
    """Take off the list, here and at BeeHiiv, whose mail came back or who complained of one."""

    seconds = 300.0

    async def run(self, work: Work) -> None:
        """Each address in a block of its own; whoever is off already stays as they are."""
        try:
            suppressed = await work.parts.providers.postmark.suppressions()
        except VendorIsNotConfigured:
            return
        for email, reason in suppressed.items():
            if status := MEANS.get(reason):
                await _suppress(work, email, status)


async def _suppress(work: Work, email: str, status: NewsletterStatus) -> None:
    known = await work.parts.store.first(NewsletterSubscriber, {"email": email})
    if known is None or _stays(known, status):
        return
    # Past the block of the job, which would hold every address until the last one is done.
    async with deciding(work.parts.store, email) as held:
        kept = await held.get(NewsletterSubscriber, known.id)
        if kept is None or _stays(kept, status):
            return
        await held.update(kept.changed(status=status, unsubscribed_at=now(), consented_at=None))
        await do_later(held, SettleSubscriber(email=email))


def _stays(kept: NewsletterSubscriber, status: NewsletterStatus) -> bool:
    """Whether they are off the list; only a complaint says more than that they left."""
    complains = status is NewsletterStatus.complained
    return kept.status is status or (kept.status in SUPPRESSED and not complains)
