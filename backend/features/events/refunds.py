"""Money back for a ticket."""

from typing import Self

from backend.jobs import Task, Work
from backend.schema.rsvps import Rsvp


class RefundTicket(Task):
    """Pay a ticket back, whole; Stripe takes the job's key, so that it is paid back once."""

    payment_intent: str
    rsvp_id: str

    @classmethod
    def of_rsvp(cls, rsvp: Rsvp) -> Self:
        """The refund of a ticket that was paid for."""
        return cls(payment_intent=rsvp.payment_intent or "", rsvp_id=rsvp.id)

    async def run(self, work: Work) -> None:
        """Ask Stripe to pay it back."""
        stripe = work.parts.providers.stripe
        metadata = {"rsvp_id": self.rsvp_id}
        await stripe.refund(self.payment_intent, None, metadata, key=work.key)
