"""A mail reaches its reader, and its link does what it says."""

import secrets

from staging.verify.journeys.guests import Anything, company
from staging.verify.promised import Problem, Profile
from staging.verify.visit import Visit

FORGOTTEN, RESET = "/api/auth/forgot-password", "/api/auth/reset-password"


async def mail_arrives(visit: Visit) -> str:
    """Does somebody who forgot their password get a mail by whose link they choose another?"""
    async with company(visit, "mail", "postmark") as guests:
        somebody = await guests.guest()
        whose = {"email": somebody.email}
        await somebody.post("ask for the mail", FORGOTTEN, Anything, whose, 202)
        chosen = secrets.token_urlsafe(24)
        letter = await somebody.letter("password")
        new = {"token": await somebody.link("password"), "password": chosen}
        await somebody.post("choose another password", RESET, Anything, new)
        await somebody.get("be logged out by that", "/api/auth/me", Problem, 401)
        somebody.token = None
        await somebody.log_in(chosen)
        await somebody.get("see oneself", "/api/auth/me", Profile)
    return f"the link of {letter.subject!r} changes the password, and ends the old session"
