"""Tickets that cost money: Stripe's page takes it, and Stripe's word makes the seat theirs."""

from datetime import timedelta
from typing import Final

from backend.clock import now
from backend.features.events import mails
from backend.features.events.refunds import RefundTicket
from backend.features.events.seats import deciding, release
from backend.jobs import do_later
from backend.parts import Parts
from backend.providers.stripe import Checkout, CheckoutSession, Event, Ticket
from backend.schema.events import Event as Gathering
from backend.schema.profiles import Profile
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.webhooks import Outcome

PAGE_STAYS: Final = timedelta(minutes=31)
"""How long Stripe's page takes the money; Stripe's shortest is 30 minutes."""
EVENT, RSVP = "event_id", "rsvp_id"
"""The metadata by which we know a ticket again."""


async def page_for(parts: Parts, rsvp: Rsvp, profile: Profile) -> Rsvp:
    """The answer with the page where its held seat is paid for, opened when there is none yet."""
    if rsvp.status is not RsvpStatus.held or rsvp.checkout_url:
        return rsvp
    event = await parts.store.get(Gathering, rsvp.event_id)
    if event is None or rsvp.held_until is None:
        return rsvp
    stripe, site = parts.providers.stripe, parts.settings.core.frontend_url
    customer = await stripe.find_customer(profile.email) or await stripe.create_customer(
        profile.email, profile.full_name, {"profile_id": profile.id}, key=f"customer:{profile.id}"
    )
    session = await stripe.open_checkout(
        Checkout(
            buys=Ticket(event.title, event.price_cents, "usd"),
            customer=customer.id,
            reference=profile.id,
            metadata={EVENT: event.id, RSVP: rsvp.id},
            success_url=f"{site}/events/{event.id}?paid=yes",
            cancel_url=f"{site}/events/{event.id}?paid=no",
            expires_at=now() + PAGE_STAYS,
        ),
        key=f"ticket:{rsvp.id}:{rsvp.version}",
    )
    async with deciding(parts.store, event.id) as held:
        kept = await held.get(Rsvp, rsvp.id)
        if kept is None or kept.status is not RsvpStatus.held:
            return kept or rsvp
        return await held.update(kept.changed(checkout_url=session.url))


async def hear(parts: Parts, told: Event) -> Outcome:
    """What Stripe's page came to: a seat, or a seat that is free again."""
    match told.thing:
        case CheckoutSession(metadata={"event_id": event_id, "rsvp_id": rsvp_id}) as session:
            return await _settle(parts, told.type, session, event_id, rsvp_id)
    return Outcome.ignored


async def _settle(
    parts: Parts, kind: str, session: CheckoutSession, event_id: str, rsvp_id: str
) -> Outcome:
    site = parts.settings.core.frontend_url
    async with deciding(parts.store, event_id) as held:
        event, rsvp = await held.get(Gathering, event_id), await held.get(Rsvp, rsvp_id)
        is_held = rsvp is not None and rsvp.status is RsvpStatus.held
        if kind == "checkout.session.expired" and event and rsvp and is_held:
            await release(held, event, rsvp, site)
            return Outcome.applied
        if kind != "checkout.session.completed" or session.payment_status != "paid":
            return Outcome.ignored
        if event is None or rsvp is None or not is_held:
            if rsvp is not None and rsvp.payment_intent == session.payment_intent:
                return Outcome.duplicate
            # The seat went to somebody else before the money came; so the money goes back.
            refund = RefundTicket(payment_intent=session.payment_intent or "", rsvp_id=rsvp_id)
            new = await do_later(held, refund, key=f"refund:{session.payment_intent}")
            return Outcome.applied if new else Outcome.duplicate
        paid = session.payment_intent
        await held.update(
            rsvp.changed(
                status=RsvpStatus.confirmed, payment_intent=paid, held_until=None, checkout_url=None
            )
        )
        profile = await held.get(Profile, rsvp.profile_id)
        if profile is not None:
            await do_later(held, mails.confirmed(profile, event, site))
        return Outcome.applied
