"""What staff do about the list: ask an address again, or take it off for good; both audited."""

from backend import audit
from backend.dependencies import Caller
from backend.errors import NotFound, SubscriberIsOtherwise
from backend.features.newsletter import mails
from backend.features.newsletter.syncing import deciding
from backend.jobs import Task, Work, do_later
from backend.parts import Parts
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.schema.profiles import Profile
from backend.store import Store


class ForgetSubscriber(Task):
    """Delete an address at BeeHiiv that was removed here."""

    email: str

    async def run(self, work: Work) -> None:
        """Delete it there; it is well when it is not there any more."""
        await work.parts.providers.beehiiv.delete_subscription(self.email)


async def ask_again(parts: Parts, subscriber_id: str, caller: Caller) -> None:
    """Send the mail once more by which somebody confirms. Raises `SubscriberIsOtherwise`."""
    known = await _known(parts.store, subscriber_id)
    async with deciding(parts.store, known.email) as held:
        kept = await _known(held, subscriber_id)
        if kept.status is not NewsletterStatus.pending or kept.consented_at is None:
            why = "Only somebody who asked for it, and has not confirmed yet, is asked again."
            raise SubscriberIsOtherwise(f"This address is {kept.status}. {why}")
        await do_later(held, mails.confirm(kept, parts.settings))
        await _record(held, "newsletter.asked_again", kept, caller)


async def remove(parts: Parts, subscriber_id: str, caller: Caller) -> None:
    """Remove an address at its owner's request, here and at BeeHiiv."""
    known = await _known(parts.store, subscriber_id)
    async with deciding(parts.store, known.email) as held:
        kept = await _known(held, subscriber_id)
        await held.remove(NewsletterSubscriber, {"id": kept.id})
        profile = await held.first(Profile, {"email": kept.email})
        if profile and profile.newsletter_asked_at:
            # Else the account's old wish would put the address on the list again.
            await held.update(profile.changed(newsletter_asked_at=None))
        if kept.beehiiv_subscriber_id:
            await do_later(held, ForgetSubscriber(email=kept.email))
        await _record(held, "newsletter.removed", kept, caller)


async def _record(held: Store, action: str, kept: NewsletterSubscriber, caller: Caller) -> None:
    await audit.record(
        held, action, f"newsletter_subscribers/{kept.id}", actor_id=caller.profile.id
    )


async def _known(store: Store, subscriber_id: str) -> NewsletterSubscriber:
    found = await store.get(NewsletterSubscriber, subscriber_id)
    if found is None:
        raise NotFound("Nothing is kept of this address.")
    return found
