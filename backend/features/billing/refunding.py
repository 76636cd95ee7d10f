"""Money back, by an admin's hand."""

from backend import audit
from backend.dependencies import Caller
from backend.errors import NotFound, PaymentIsRefused
from backend.features.billing import mails
from backend.jobs import do_later
from backend.parts import Parts
from backend.providers import VendorRefused
from backend.providers.stripe import Refund
from backend.schema.profiles import Profile


async def refund(
    parts: Parts,
    by: Caller,
    *,
    payment_intent: str,
    profile_id: str,
    cents: int | None,
    key: str,
) -> Refund:
    """Pay a payment back and tell whose it was. Raises `PaymentIsRefused` in Stripe's words."""
    profile = await parts.store.get(Profile, profile_id)
    if profile is None:
        raise NotFound("There is nobody with this id.")
    try:
        done = await parts.providers.stripe.refund(
            payment_intent, cents, {"profile_id": profile_id}, key=key
        )
    except VendorRefused as refusal:
        raise PaymentIsRefused(f"Stripe does not pay this back: {refusal}") from refusal
    site = parts.settings.core.frontend_url
    async with parts.store.exclusively(f"refund:{done.id}") as held:
        mail = mails.refunded(profile, done.amount, "usd", site)
        if await do_later(held, mail, key=f"refunded:{done.id}"):
            subject, details = f"profiles/{profile_id}", {"refund": done.id, "cents": done.amount}
            await audit.record(held, "payment.refunded", subject, actor_id=by.profile.id, **details)
    return done
