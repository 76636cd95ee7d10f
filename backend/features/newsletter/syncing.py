"""Our list and BeeHiiv's, brought together one address at a time.

Whoever left or bounced on either side has left on both: a sync never subscribes anybody again.
That is done by the push alone that follows a confirmation.
"""

from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Final

import structlog

from backend.clock import now
from backend.jobs import Task, Work, do_later
from backend.providers.beehiiv import Beehiiv, Subscription
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.schema.profiles import Profile
from backend.security import fingerprint
from backend.store import Store

INTERESTS: Final = "Interests"
"""The custom field that tells BeeHiiv what a reader wants to read about."""
TIER: Final = "Tier"
"""The one that tells it as what somebody is a member, by which letters are addressed."""
SUPPRESSED: Final = tuple(status for status in NewsletterStatus if status.is_off)
OVER: Final = {"inactive": NewsletterStatus.unsubscribed, "invalid": NewsletterStatus.bounced}
"""BeeHiiv's words for whom it does not write to any more, and what they mean here."""

_log = structlog.get_logger(name="backend.newsletter")


class Difference(StrEnum):
    """How our list and BeeHiiv's differed about an address, and what was done about it."""

    left_there = "left or bounced at BeeHiiv; taken off our list"
    left_here = "left or bounced here; taken off BeeHiiv's list"
    joined_there = "subscribed at BeeHiiv; put on our list"
    not_told = "subscribed here, and BeeHiiv had not been told; told now"
    not_taken = "confirmed here and inactive at BeeHiiv; left to the push of the confirmation"
    lost_there = "known to BeeHiiv once and not any more; left to a person to decide"


def deciding(store: Store, email: str) -> AbstractAsyncContextManager[Store]:
    """A store inside which nobody else decides about this address and the list."""
    return store.exclusively(f"newsletter:{fingerprint(email)}")


class PushSubscriber(Task):
    """Tell BeeHiiv of somebody who confirmed, or who wants to read about other things."""

    subscriber_id: str

    async def run(self, work: Work) -> None:
        """Subscribe the address there, unless its owner has left meanwhile."""
        known = await work.store.get(NewsletterSubscriber, self.subscriber_id)
        if known is None:
            return
        async with deciding(work.store, known.email) as held:
            kept = await held.get(NewsletterSubscriber, self.subscriber_id)
            if kept is None or kept.status is not NewsletterStatus.subscribed:
                return
            beehiiv = work.parts.providers.beehiiv
            fields = await beehiiv.list_custom_fields()
            for name in (INTERESTS, TIER):
                if name not in fields:
                    await beehiiv.create_custom_field(name)
            if kept.beehiiv_subscriber_id:
                kept = await _as_member(held, kept)
                await beehiiv.update_subscription(kept.email, _fields(kept))
                await held.update(kept)
            else:
                await _subscribe(held, beehiiv, kept, again=True)


class SettleSubscriber(Task):
    """See how an address stands on both lists, and let whoever left have left."""

    email: str
    is_gone: bool = False
    """Whether BeeHiiv itself told that the subscription is over."""

    async def run(self, work: Work) -> None:
        """Ask BeeHiiv, as what it told may be old by now."""
        there = await work.parts.providers.beehiiv.get_subscription(self.email)
        await settle(work, self.email, there, is_gone=self.is_gone)


class SyncSubscribers(Task):
    """Compare both lists, settle what differs, and name it."""

    seconds = 600.0

    async def run(self, work: Work) -> None:
        """Each address that differs is settled by a job of its own; all are named in the log."""
        there = {each.email: each async for each in work.parts.providers.beehiiv.subscriptions()}
        here = {each.email: each async for each in work.store.every(NewsletterSubscriber)}
        for email in sorted(here.keys() | there.keys()):
            found = difference(here.get(email), there.get(email))
            if found is None:
                continue
            _log.warning("lists differ", address=fingerprint(email)[:12], difference=found.value)
            if found not in (Difference.not_taken, Difference.lost_there):
                key = f"settle:{fingerprint(email)}:{work.key}"
                await do_later(work.store, SettleSubscriber(email=email), key=key)


def difference(
    here: NewsletterSubscriber | None, there: Subscription | None, *, is_gone: bool = False
) -> Difference | None:
    """What has to be settled about an address; none when both lists agree."""
    if here is None:
        return Difference.joined_there if there and there.status == "active" else None
    if here.status is NewsletterStatus.pending:
        return Difference.joined_there if there and there.status == "active" else None
    if here.status in SUPPRESSED:
        return Difference.left_here if there and there.status not in OVER else None
    if there is None:
        return _missing_there(here, is_gone=is_gone)
    if there.status in OVER:
        return Difference.left_there if here.beehiiv_subscriber_id else Difference.not_taken
    return None if here.beehiiv_subscriber_id else Difference.not_told


def _missing_there(here: NewsletterSubscriber, *, is_gone: bool) -> Difference:
    if not here.beehiiv_subscriber_id:
        return Difference.not_told
    return Difference.left_there if is_gone else Difference.lost_there


async def settle(
    work: Work, email: str, there: Subscription | None, *, is_gone: bool = False
) -> Difference | None:
    """Bring both lists together about one address; what differed."""
    async with deciding(work.store, email) as held:
        here = await held.first(NewsletterSubscriber, {"email": email})
        found = difference(here, there, is_gone=is_gone)
        beehiiv = work.parts.providers.beehiiv
        match found:
            case Difference.joined_there if there:
                await _join(held, here, there)
            case Difference.left_here:
                await beehiiv.update_subscription(email, unsubscribe=True)
            case Difference.left_there if here:
                status = OVER[there.status] if there else NewsletterStatus.unsubscribed
                await held.update(
                    here.changed(status=status, unsubscribed_at=now(), consented_at=None)
                )
            case Difference.not_told if here:
                await _subscribe(held, beehiiv, here, again=False)
        return found


async def _join(held: Store, here: NewsletterSubscriber | None, there: Subscription) -> None:
    told = {
        "status": NewsletterStatus.subscribed,
        "beehiiv_subscriber_id": there.id,
        "subscribed_at": now(),
    }
    if here:
        await held.update(here.changed(**told))
    else:
        await held.insert(NewsletterSubscriber.model_validate({"email": there.email, **told}))


async def _subscribe(
    held: Store, beehiiv: Beehiiv, kept: NewsletterSubscriber, *, again: bool
) -> None:
    kept = await _as_member(held, kept)
    made = await beehiiv.subscribe(kept.email, _fields(kept), confirmed=True, again=again)
    await held.update(kept.changed(beehiiv_subscriber_id=made.id))


def _fields(kept: NewsletterSubscriber) -> dict[str, str]:
    return {INTERESTS: ", ".join(kept.interests), TIER: kept.tier or "none"}


async def _as_member(held: Store, kept: NewsletterSubscriber) -> NewsletterSubscriber:
    """The subscriber with the membership that their account has now."""
    profile = await held.first(Profile, {"email": kept.email})
    return kept.changed(tier=profile.membership if profile else None)
