"""A membership that is paid for: begun on Stripe's page, changed, ended and resumed by its owner.

Stripe is the source of truth. Nothing is written here but what its webhooks tell; what a person
asks for is asked of Stripe, and seen once Stripe has told of it.
"""

from datetime import timedelta
from typing import Final

from backend.clock import now
from backend.errors import MembershipIsOtherwise, PaymentIsRefused
from backend.parts import Parts
from backend.providers.stripe import Checkout, Invoice, PaymentIsDeclined, Price
from backend.providers.stripe import Subscription as AtStripe
from backend.schema.document import Tier
from backend.schema.profiles import Profile, Role
from backend.schema.subscriptions import Subscription
from backend.store import Store

PAGE_STAYS: Final = timedelta(minutes=31)
PROFILE: Final = "profile_id"
"""The metadata of a subscription that says whose it is."""


async def price_of(parts: Parts, tier: Tier) -> Price:
    """What a tier costs: at Stripe, where it is paid."""
    stripe = parts.providers.stripe
    price = await stripe.get_price(stripe.price_of(tier))
    if price is None:
        raise MembershipIsOtherwise(f"The tier {tier.value} is not for sale at this moment.")
    return price


async def live_of(store: Store, profile: Profile) -> Subscription | None:
    """The subscription that makes this person a member, if they have one."""
    found = [
        each async for each in store.every(Subscription, {"profile_id": profile.id}) if each.is_live
    ]
    return max(found, key=lambda each: each.created_at, default=None)


async def require_live(store: Store, profile: Profile) -> Subscription:
    """The same. Raises `MembershipIsOtherwise` when there is none."""
    subscription = await live_of(store, profile)
    if subscription is None:
        raise MembershipIsOtherwise("You have no paid membership yet.")
    return subscription


async def require_at_stripe(parts: Parts, kept: Subscription) -> AtStripe:
    """A subscription as Stripe has it. Raises `MembershipIsOtherwise` where Stripe has none.

    So it is after a mistake in the books, and with seeds where nobody could tell Stripe of them.
    """
    told = await parts.providers.stripe.get_subscription(kept.stripe_subscription_id)
    if told is None:
        raise MembershipIsOtherwise(
            "Stripe, where memberships are paid for, knows nothing of yours, so that nothing"
            " of it can be changed; please write to us."
        )
    return told


async def pay_at(parts: Parts, profile: Profile, tier: Tier, key: str) -> str:
    """The page of Stripe's where a member begins to pay for a tier.

    Raises `MembershipIsOtherwise` before two board members have approved, and for who pays already.
    """
    if not profile.role.at_least(Role.member):
        raise MembershipIsOtherwise("Apply for membership first; two board members decide.")
    if await live_of(parts.store, profile) is not None:
        raise MembershipIsOtherwise("You have a membership already; change it instead.")
    stripe, site = parts.providers.stripe, parts.settings.core.frontend_url
    customer = await stripe.find_customer(profile.email) or await stripe.create_customer(
        profile.email, profile.full_name, {PROFILE: profile.id}, key=f"customer:{profile.id}"
    )
    session = await stripe.open_checkout(
        Checkout(
            buys=stripe.price_of(tier),
            customer=customer.id,
            reference=profile.id,
            metadata={PROFILE: profile.id},
            success_url=f"{site}/membership?paid=yes",
            cancel_url=f"{site}/membership?paid=no",
            expires_at=now() + PAGE_STAYS,
        ),
        key=key,
    )
    return session.url or ""


async def portal(parts: Parts, profile: Profile) -> str:
    """Stripe's page where a member changes cards and sees invoices."""
    subscription = await require_live(parts.store, profile)
    await require_at_stripe(parts, subscription)
    back = f"{parts.settings.core.frontend_url}/membership"
    return await parts.providers.stripe.open_portal(subscription.stripe_customer_id, back)


async def change_tier(parts: Parts, profile: Profile, tier: Tier, key: str) -> None:
    """Move to another tier; what differs until the period's end is billed, or credited, now.

    Raises `PaymentIsRefused` when the card does not pay, and then nothing is changed.
    """
    kept = await require_live(parts.store, profile)
    if kept.tier is tier:
        raise MembershipIsOtherwise(f"Your membership is {tier.value} already.")
    stripe = parts.providers.stripe
    told = await require_at_stripe(parts, kept)
    try:
        await stripe.change_price(told, stripe.price_of(tier), key=key)
    except PaymentIsDeclined as declined:
        raise PaymentIsRefused(f"The card was not charged: {declined}.") from declined


async def cancel_at_end(parts: Parts, profile: Profile, *, cancel: bool) -> None:
    """End a membership with what is paid for, or resume one that would end so."""
    kept = await require_live(parts.store, profile)
    await require_at_stripe(parts, kept)
    await parts.providers.stripe.cancel_at_period_end(kept.stripe_subscription_id, cancel=cancel)


async def invoices_of(parts: Parts, profile: Profile) -> list[Invoice]:
    """A member's invoices as Stripe keeps them, the newest first."""
    customers = {
        each.stripe_customer_id
        async for each in parts.store.every(Subscription, {"profile_id": profile.id})
    }
    found = [
        invoice
        for customer in customers
        for invoice in await parts.providers.stripe.invoices_of(customer)
    ]
    return sorted(found, key=lambda invoice: invoice.created, reverse=True)
