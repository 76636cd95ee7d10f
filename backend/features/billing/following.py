"""What follows from news of a subscription: who is a member, who is written to, who is dunned.

All of it is written in the block of the news itself, so that it happens once, as the news does.
"""

from backend import audit
from backend.features.billing import dunning, mails
from backend.jobs import do_later
from backend.providers.stripe import Event, Invoice
from backend.schema.document import Tier
from backend.schema.profiles import Profile, Role
from backend.schema.subscriptions import Subscription
from backend.store import Store


async def follow(
    held: Store, event: Event, before: Subscription | None, after: Subscription, site: str
) -> None:
    """Let the news of an event have its consequences."""
    profile = await held.get(Profile, after.profile_id)
    if profile is None:
        return
    if isinstance(event.thing, Invoice) and event.thing.amount_paid > 0:
        await do_later(held, mails.receipt(profile, event.thing, site))
    if after.past_due_since and (before is None or before.past_due_since is None):
        await dunning.begin(held, after, after.past_due_since)
    has_ended = not after.is_live and (before is None or before.is_live)
    if has_ended:
        await do_later(held, mails.ended(profile, after, site))
    if before is None or (before.tier, before.status) != (after.tier, after.status):
        await _reflect(held, profile, after)


async def _reflect(held: Store, profile: Profile, subscription: Subscription) -> None:
    """Make the person what the subscription makes them: a member of its tier, or none any more.

    Those whose role is above a member's keep it; the roles are not for sale.
    """
    if subscription.is_live:
        role = profile.role if profile.role.at_least(Role.member) else Role.member
        tier = subscription.tier
    else:
        if await _has_another(held, profile, subscription):
            return
        role = Role.visitor if profile.role is Role.member else profile.role
        tier = Tier.basic
    if (profile.role, profile.tier) == (role, tier):
        return
    await held.update(profile.changed(role=role, tier=tier))
    subject = f"profiles/{profile.id}"
    told = {"role": role.value, "tier": tier.value, "subscription": subscription.status.value}
    await audit.record(held, "membership.changed", subject, **told)


async def _has_another(held: Store, profile: Profile, subscription: Subscription) -> bool:
    async for each in held.every(Subscription, {"profile_id": profile.id}):
        if each.id != subscription.id and each.is_live:
            return True
    return False
