"""A reader joins the newsletter by mail, is on BeeHiiv's list, and leaves with one click."""

from typing import Any

from pydantic import RootModel

from staging.verify.journeys.guests import Anything, Guest, company, soon
from staging.verify.promised import Reader
from staging.verify.visit import Visit, Wrong, read

State = RootModel[dict[str, Any]]


async def newsletter(visit: Visit) -> str:
    """Does a reader come onto BeeHiiv's list by confirming, and off it with one click?"""
    async with company(visit, "newsletter", "postmark", "beehiiv", needs="BeeHiiv") as guests:
        reader = guests.stranger()
        wish = {"email": reader.email, "consent": True}
        await reader.post("ask for it", "/api/newsletter/subscribe", Anything, wish, 202)
        token = {"token": await reader.link("Please confirm")}
        joined = await reader.post("confirm", "/api/newsletter/confirm", Reader, token)
        await _until(visit, reader, "active")
        way_out = f"/api/newsletter/unsubscribe?token={await reader.link('You are subscribed')}"
        left = await reader.post("leave with one click", way_out, Reader)
        if (joined.status, left.status) != ("subscribed", "unsubscribed"):
            raise Wrong(f"who confirmed is {joined.status}, and who left {left.status}")
        await _until(visit, reader, "inactive")
    return "confirmed by the mail's link, active at BeeHiiv, and off both lists after one click"


async def _until(visit: Visit, reader: Guest, status: str) -> None:
    """Wait until BeeHiiv has the reader so."""
    where = f"{visit.target.sandboxes_url}/_sandbox/state"

    async def look() -> bool | None:
        told = read(State, await visit.get(where, vendor="beehiiv")).root["beehiiv"]
        known = told.get("subscription", {"latest": ()})["latest"]
        there = {it["email"]: it["status"] for it in known}
        return True if there.get(reader.email) == status else None

    await soon(visit, f"be {status} at BeeHiiv", look)
