"""What Stripe's events change here: each has its effect once, in whatever order they arrive.

An event is heard by the document that it changes: the effect and the memory of it are one write,
on any store. State is taken from the newest event; two of one second are settled by asking Stripe.
"""

from typing import Final

from backend.clock import now
from backend.features.billing.following import follow
from backend.features.billing.membership import PROFILE
from backend.parts import Parts
from backend.providers.stripe import Event, Invoice, Stripe
from backend.providers.stripe import Subscription as Told
from backend.schema.profiles import Profile
from backend.schema.subscriptions import Subscription, SubscriptionStatus
from backend.store import Store
from backend.webhooks import Outcome

STATES: Final = {
    "trialing": SubscriptionStatus.trialing,
    "active": SubscriptionStatus.active,
    "canceled": SubscriptionStatus.canceled,
    "incomplete_expired": SubscriptionStatus.canceled,
}
"""Stripe's words for what is paid or over; every other one says that money is awaited."""


async def hear(parts: Parts, event: Event) -> Outcome:
    """Let an event have its effect, once. Raises what the store and Stripe raise."""
    match event.thing:
        case Told() as told:
            return await _apply(parts, event, told.id)
        case Invoice(subscription=str(subscription_id)) if event.type == "invoice.paid":
            return await _apply(parts, event, subscription_id)
    return Outcome.ignored


async def _apply(parts: Parts, event: Event, subscription_id: str) -> Outcome:
    stripe = parts.providers.stripe
    async with parts.store.exclusively(f"subscription:{subscription_id}") as held:
        kept = await held.first(Subscription, {"stripe_subscription_id": subscription_id})
        if kept and kept.has_heard(event.id):
            return Outcome.duplicate
        news = await _news(kept, stripe, event, subscription_id)
        before = kept or await _begun(held, stripe, news)
        if before is None:
            return Outcome.ignored
        changes = _state(stripe, news) | {"as_of": event.created} if news else {}
        changes |= _owed(before, news, event) | _payment(before, event)
        after = before.changed(**changes, heard=before.hearing(event.id, now()))
        await (held.update(after) if kept else held.insert(after))
        await follow(held, event, kept, after, parts.settings.core.frontend_url)
        return Outcome.applied


async def _news(
    kept: Subscription | None, stripe: Stripe, event: Event, subscription_id: str
) -> Told | None:
    """The subscription as this event makes it known; none when what is kept is as new."""
    told = event.thing if isinstance(event.thing, Told) else None
    if kept is None or kept.as_of is None:
        return told or await stripe.get_subscription(subscription_id)
    if told is None or event.created < kept.as_of:
        return None
    if event.created == kept.as_of:
        return await stripe.get_subscription(subscription_id)
    return told


async def _begun(store: Store, stripe: Stripe, news: Told | None) -> Subscription | None:
    """A subscription that was not known yet; none when nobody we know has it."""
    profile_id = news.metadata.get(PROFILE, "") if news else ""
    if news is None or stripe.tier_of(news.price_id) is None:
        return None
    if await store.get(Profile, profile_id) is None:
        return None
    return Subscription.model_validate(
        {
            "profile_id": profile_id,
            "stripe_subscription_id": news.id,
            "stripe_customer_id": news.customer,
            **_state(stripe, news),
        }
    )


def _state(stripe: Stripe, news: Told) -> dict[str, object]:
    """How the subscription stands, in our words."""
    status = STATES.get(news.status, SubscriptionStatus.past_due)
    canceled_at = news.canceled_at or news.ended_at
    if status is SubscriptionStatus.canceled and canceled_at is None:
        canceled_at = news.current_period_end
    return {
        "tier": stripe.tier_of(news.price_id),
        "status": status,
        "current_period_start": news.current_period_start,
        "current_period_end": news.current_period_end,
        "cancel_at_period_end": news.cancel_at_period_end,
        "canceled_at": canceled_at,
        "trial_end": news.trial_end,
    }


def _owed(kept: Subscription, news: Told | None, event: Event) -> dict[str, object]:
    """Since when money is awaited; for a first payment, which may be under way, nobody waits."""
    if news is None:
        return {}
    is_owed = news.status in ("past_due", "unpaid")
    return {"past_due_since": (kept.past_due_since or event.created) if is_owed else None}


def _payment(kept: Subscription, event: Event) -> dict[str, object]:
    """What a paid invoice adds."""
    if not isinstance(event.thing, Invoice):
        return {}
    return {
        "paid_invoices": kept.paid_invoices + 1,
        "paid_cents": kept.paid_cents + event.thing.amount_paid,
    }
