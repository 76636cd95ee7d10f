"""What goes on without being asked: each promise is kept at its moment, in the order of time."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from sandboxes.kit.sandbox import Vendor
from sandboxes.stripe import refunds
from sandboxes.stripe.due import earliest, withdraw
from sandboxes.stripe.ledger import Ledger

Step = Callable[[Ledger, str], Awaitable[None]]
STEPS: Mapping[str, Step] = {refunds.SETTLE: refunds.settle}
"""What is done when something of this name falls due, with the id of its object."""


async def run_due(vendor: Vendor, now: datetime) -> None:
    """Keep all promises until now, each in a transaction of its own."""
    until = int(now.timestamp())
    # Asked first without the lock, for mostly there is nothing to do.
    while await earliest(vendor, until):
        async with vendor.exclusively() as inside:
            await keep_next(inside, until)


async def keep_next(vendor: Vendor, until: int, test_clock: str | None = None) -> bool:
    """Keep the promise that falls due first until a moment; says whether there was one."""
    due = await earliest(vendor, until, test_clock)
    if due is None:
        return False
    ledger = Ledger(vendor, due.at)
    await withdraw(ledger, due.object, due.what)
    await STEPS[due.what](ledger, due.object)
    await ledger.close()
    return True
