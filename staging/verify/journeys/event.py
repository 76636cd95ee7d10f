"""An event takes place: made, published, answered, entered with its ticket, called off."""

from datetime import timedelta

from backend.schema.profiles import Role
from staging.verify.journeys.guests import Anything, company, status
from staging.verify.promised import HeldEvent, Problem, Seat
from staging.verify.visit import Visit, Wrong

FAR = timedelta(days=400)
"""How far off the event is: behind whatever people look at."""


async def event(visit: Visit) -> str:
    """Is an event made, published, answered for its last seat, entered once, and called off?"""
    async with company(visit, "event", "postmark") as guests:
        now = (await status(visit)).clock.now
        roles = Role.instructor, Role.member, Role.member
        organizer, first, second = await guests.guests(*roles)
        new = {
            "title": "An event that is a verification",
            "event_type": "workshop",
            "access_type": "members_only",
            "starts_at": (now + FAR).isoformat(),
            "ends_at": (now + FAR + timedelta(hours=2)).isoformat(),
            "location": "Nowhere",
            "capacity": 1,
        }
        made = await organizer.post("create an event", "/api/events", HeldEvent, new, 201)
        path = f"/api/events/{made.id}"
        await first.get("be kept from a draft", path, Problem, 404)
        await organizer.post("publish it", f"{path}/publish", HeldEvent)
        seat = await first.post("ask for a seat", f"{path}/rsvp", Seat)
        waits = await second.post("wait for a seat", f"{path}/rsvp", Seat)
        if (seat.status, waits.status) != ("confirmed", "waitlist") or not seat.ticket:
            raise Wrong(f"of one seat the first has {seat.status}, the second {waits.status}")
        await first.letter("Your seat")
        code, door = {"code": seat.ticket}, f"{path}/check-ins"
        await organizer.post("let the ticket in", door, Anything, code)
        await organizer.post("refuse it the second time", door, Problem, code, 409)
        why = {"because": "It was a verification."}
        off = await organizer.post("call it off", f"{path}/cancel", HeldEvent, why)
        if off.status != "canceled":
            raise Wrong(f"an event that was called off is {off.status}")
        await second.letter("Called off")
    return "one of two gets the one seat, enters once with its ticket, and hears of the end"
