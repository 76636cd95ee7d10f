"""Tickets: a code that opens the door of one event once, as text and as a QR picture."""

import io

import segno

from backend.clock import now
from backend.errors import TicketIsRefused
from backend.features.events.seats import deciding
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.security import TokenIsInvalid, seal, unseal
from backend.store import Store

PURPOSE = "ticket"


def code_of(rsvp: Rsvp, secret: str) -> str:
    """The code of a confirmed seat."""
    return seal(PURPOSE, rsvp.id, secret)


def picture_of(code: str) -> bytes:
    """The code as a QR picture (SVG), drawn in black on white so that any reader takes it."""
    drawn = io.BytesIO()
    segno.make(code, error="m", micro=False).save(
        drawn, kind="svg", scale=8, border=4, light="white", xmldecl=False, title="Your ticket"
    )
    return drawn.getvalue()


async def check_in(store: Store, event_id: str, code: str, secret: str) -> Rsvp:
    """Let the bearer of a code in. Raises `TicketIsRefused`, with the reason for the doorkeeper."""
    try:
        rsvp_id = unseal(PURPOSE, code.strip(), secret)
    except TokenIsInvalid as error:
        raise TicketIsRefused("This code is none of ours.") from error
    async with deciding(store, event_id) as held:
        rsvp = await held.get(Rsvp, rsvp_id)
        if rsvp is None or rsvp.status is not RsvpStatus.confirmed:
            raise TicketIsRefused("This ticket was given back.")
        if rsvp.event_id != event_id:
            raise TicketIsRefused("This ticket is for another event.")
        if rsvp.checked_in_at is not None:
            at = rsvp.checked_in_at.isoformat(timespec="seconds")
            raise TicketIsRefused(f"This ticket was used at {at}.", checked_in_at=at)
        return await held.update(rsvp.changed(checked_in_at=now()))
