"""Somebody opens an account by mail, is let in, and is forgotten when they ask for it."""

import secrets

from backend.schema.profiles import Profile as KeptProfile
from staging.verify.journeys.guests import PASSWORD, Anything, company, named
from staging.verify.promised import Problem, Profile
from staging.verify.visit import Visit, Wrong


async def registration(visit: Visit) -> str:
    """Can somebody open an account by mail, log in, and have all of it forgotten?"""
    async with company(visit, "registration", "postmark", "beehiiv", "stripe") as guests:
        somebody = guests.stranger()
        about = {"email": somebody.email, "full_name": f"Verification {secrets.token_hex(4)}"}
        new = {**about, "password": PASSWORD, "terms_accepted": True}
        await somebody.post("register", "/api/auth/register", Anything, new, 202)
        token = {"token": await somebody.link("Confirm")}
        await somebody.post("confirm the address", "/api/auth/verify-email", Anything, token)
        await somebody.log_in()
        me = await somebody.get("see oneself", "/api/auth/me", Profile)
        if (me.email, me.role) != (somebody.email, "visitor"):
            raise Wrong(f"{somebody.email} was logged in as {me.email}, {me.role}")
        wish = {"password": PASSWORD, "confirmation": "DELETE"}
        step = "have the account deleted"
        await somebody.post(step, "/api/privacy/deletion", Anything, wish, 202)
        last = await somebody.letter("Your account is deleted")
        somebody.token = None
        login = {"email": somebody.email, "password": PASSWORD}
        await somebody.post("be refused afterwards", "/api/auth/login", Problem, login, 401)
        with named(step):
            if await guests.store.first(KeptProfile, {"email": somebody.email}):
                raise Wrong(f"{last.subject!r} came, and the profile is kept still")
    return "an account is opened by the mail's link, lets its owner in, and is forgotten on request"
