"""A member pays on Stripe's page, and Stripe's webhook brings the tier."""

from typing import Final

from pydantic import RootModel

from backend.schema.profiles import Role
from staging.verify.journeys.guests import Guest, company, named, soon
from staging.verify.promised import Invoice, Membership, Page
from staging.verify.visit import Visit, Wrong, expect

CARD: Final = {"number": "4242424242424242", "expiry": "12 / 34", "cvc": "123", "name": "Nobody"}
"""Stripe's test card that pays."""
Paid = RootModel[Membership | None]
Invoices = RootModel[list[Invoice]]


async def checkout(visit: Visit) -> str:
    """Does a member who pays with a test card on Stripe's page get the tier that was paid for?"""
    vendors = "postmark", "stripe", "beehiiv"
    async with company(visit, "checkout", *vendors, needs="Stripe") as guests:
        member = await guests.guest(Role.member)
        wish = {"tier": "standard"}
        page = await member.post("begin to pay", "/api/membership/checkout", Page, wish)
        await _pay(visit, page.url, member)

        async def look() -> Membership | None:
            step = "see the membership"
            return (await member.get(step, "/api/membership", Paid)).root

        paid = await soon(visit, "hear of the payment by Stripe's webhook", look)
        if (paid.tier, paid.status) != ("standard", "active"):
            raise Wrong(f"what was paid for as standard is {paid.tier}, {paid.status}")
        await member.letter("Your receipt")
        listed = await member.get("see the invoice", "/api/membership/invoices", Invoices)
        sums = [it.amount_paid for it in listed.root if it.status == "paid"]
        if len(sums) != 1 or not sums[0]:
            raise Wrong(f"{len(sums)} invoices are paid, and one should be")
    return f"a test card pays {sums[0] / 100:.2f} on Stripe's page, and the tier is there"


async def _pay(visit: Visit, url: str, member: Guest) -> None:
    """Fill Stripe's page in. Raises `Wrong` when it does not lead back to the website."""
    with named("pay on Stripe's page"):
        expect(await visit.get(url), 200)
        answer = expect(await visit.client.post(url, data=CARD | {"email": member.email}), 303)
        led, site = answer.headers.get("location", ""), visit.target.site_origin or "http"
        if not led.startswith(site):
            raise Wrong(f"it leads to {led or 'nowhere'}, and not back to {site}")
