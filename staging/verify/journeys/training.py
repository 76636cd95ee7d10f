"""Training takes place live: scheduled, begun in a room of Cloudflare's, joined, and ended."""

from datetime import timedelta

from backend.schema.profiles import Role
from staging.verify.journeys.guests import Anything, company, status
from staging.verify.promised import Broadcast, Place, Problem, Training
from staging.verify.visit import Visit, Wrong

SOON = timedelta(minutes=5)
"""How far off it is scheduled; it may be begun ten minutes before its time."""


async def training(visit: Visit) -> str:
    """Does a session go live in a room of Cloudflare's, which members join and nobody else?"""
    vendors = "postmark", "cloudflare"
    async with company(visit, "training", *vendors, needs="Cloudflare") as guests:
        roles = Role.instructor, Role.member, Role.visitor
        instructor, member, visitor = await guests.guests(*roles)
        starts = ((await status(visit)).clock.now + SOON).isoformat()
        new = {"title": "A session that is a verification", "discipline": "Judo"}
        sessions = "/api/training/sessions"
        made = await instructor.post(
            "schedule a session", sessions, Training, {**new, "starts_at": starts}, 201
        )
        path = f"{sessions}/{made.id}"
        await member.post("register for it", f"{path}/registration", Anything)
        live = await instructor.post("go live", f"{path}/start", Broadcast)
        await member.post("join", f"{path}/join", Place)
        await visitor.post("be kept out as no member", f"{path}/join", Problem, status=404)
        await member.post("leave", f"{path}/leave", Anything)
        over = await instructor.post("end it", f"{path}/end", Training)
        if (live.session.status, over.status) != ("live", "ended"):
            raise Wrong(f"what was begun is {live.session.status}, and after its end {over.status}")
        await member.post("find it over", f"{path}/join", Problem, status=409)
    return "it goes live in its room, a member watches, a visitor does not, and it ends"
