"""What goes on without being asked: each promise is kept at its moment, in the order of time."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from sandboxes.kit.records import DatabaseIsAway, Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.stripe import collecting, ending, invoicing, refunds, renewing, subscribing, updating
from sandboxes.stripe.checkout import expiring
from sandboxes.stripe.clocks import CLOCK
from sandboxes.stripe.due import earliest, withdraw
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.promises import Due
from sandboxes.stripe.upcoming import tell_of_upcoming

LOG = logging.getLogger(__name__)
Step = Callable[[Ledger, str], Awaitable[object]]
STEPS: Mapping[str, Step] = {
    collecting.COLLECT: collecting.retry,
    collecting.OVERDUE: collecting.note_overdue,
    ending.EXPIRE: ending.expire,
    expiring.EXPIRE: expiring.expire,
    invoicing.FINALIZE: collecting.advance,
    refunds.SETTLE: refunds.settle,
    renewing.CANCEL_AT: renewing.cancel,
    subscribing.RENEW: renewing.renew,
    subscribing.UPCOMING: tell_of_upcoming,
    subscribing.WARN: renewing.warn,
    updating.RESUME_COLLECTION: updating.resume_collection,
}
"""What is done when something of this name falls due, with the id of its object."""


async def run_due(vendor: Vendor, now: datetime) -> None:
    """Keep all promises until now, each in a transaction of its own; then move the test clocks."""
    until = int(now.timestamp())
    # Asked first without the lock, for mostly there is nothing to do.
    while due := await earliest(vendor, until):
        try:
            async with vendor.exclusively() as inside:
                if due := await earliest(inside, until):
                    await _keep(inside, due)
        except DatabaseIsAway:
            raise
        # One promise that can not be kept must not stand before all others for ever.
        except Exception:
            LOG.exception("what was due could not be done: %s", due)
            if due:
                await withdraw(Ledger(vendor, due.at), due.object, due.what)
    for clock in await vendor.records.find(CLOCK, {"status": "advancing"}):
        await _advance(vendor, clock)


async def _keep(vendor: Vendor, due: Due) -> None:
    ledger = Ledger(vendor, due.at)
    await withdraw(ledger, due.object, due.what)
    await STEPS[due.what](ledger, due.object)
    await ledger.close()


async def _advance(vendor: Vendor, clock: Document) -> None:
    """Keep all promises until the moment that a test clock is on its way to."""
    target = clock["status_details"]["advancing"]["target_frozen_time"]
    try:
        while await _step(vendor, clock["id"], target):
            pass
    except DatabaseIsAway:
        raise
    # Stripe's clocks have a state for this, and the other clocks must go on.
    except Exception:
        LOG.exception("the test clock %s can not go on", clock["id"])
        async with vendor.exclusively() as inside:
            ledger = Ledger(inside, target)
            await ledger.change(clock, {"status": "internal_failure"}, f"{CLOCK}.internal_failure")
            await ledger.close()


async def _step(vendor: Vendor, clock_id: str, target: int) -> bool:
    """Keep the clock's next promise, or let it be ready; says whether there may be more."""
    async with vendor.exclusively() as inside:
        clock = await inside.records.get(CLOCK, clock_id)
        if clock is None:
            return False
        due = await earliest(inside, target, clock_id)
        ledger = Ledger(inside, due.at if due else target)
        if due:
            await ledger.change(clock, {"frozen_time": max(clock["frozen_time"], due.at)})
            await _keep(inside, due)
            return True
        changes = {"frozen_time": target, "status": "ready", "status_details": {}}
        await ledger.change(clock, changes, f"{CLOCK}.ready")
        await ledger.close()
        return False
