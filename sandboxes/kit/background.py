"""What goes on without being asked: webhooks are delivered, and what falls due is done."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

import httpx2

from sandboxes.kit.deliveries import Delivery, Webhooks
from sandboxes.kit.records import DatabaseIsAway, Document
from sandboxes.kit.sandbox import Vendor

LOG = logging.getLogger(__name__)
AT_ONCE = 16
ANSWER_KEPT = 2000
Work = Callable[[], Awaitable[None]]


class Background:
    """The tasks behind all vendors. They go on after PostgreSQL was away."""

    def __init__(self, vendors: Iterable[Vendor], pause_s: float) -> None:
        self._pause_s = pause_s
        self._vendors = {vendor.name: vendor for vendor in vendors}
        self._turns: dict[Work, asyncio.Lock] = {
            self.do_due: asyncio.Lock(),
            self.deliver: asyncio.Lock(),
        }

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work until the block ends; what is on its way then is sent again the next time."""
        tasks = [asyncio.create_task(self._repeat(work)) for work in self._turns]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for vendor in self._vendors.values():
                if vendor.sandbox.close:
                    await vendor.sandbox.close()

    async def catch_up(self) -> None:
        """Do what is due, then send what is pending, before this returns."""
        for work, turn in self._turns.items():
            async with turn:
                await work()

    async def do_due(self) -> None:
        """Let each vendor do what has fallen due; raises DatabaseIsAway."""
        for vendor in self._vendors.values():
            if vendor.sandbox.run_due:
                await vendor.sandbox.run_due(vendor, vendor.clock.now())

    async def deliver(self) -> None:
        """Send the webhooks that are due, a handful at once; raises DatabaseIsAway."""
        for vendor in self._vendors.values():
            while due := await vendor.due_deliveries(AT_ONCE):
                await asyncio.gather(*map(self._send, due))

    async def _repeat(self, work: Work) -> None:
        while True:
            try:
                async with self._turns[work]:
                    await work()
            except DatabaseIsAway:
                await asyncio.sleep(self._pause_s)
            # One event that can not be worked on must not stop the clock of all vendors.
            except Exception:
                LOG.exception("what was due could not be done")
            await asyncio.sleep(self._pause_s)

    async def _send(self, delivery: Delivery) -> None:
        vendor = self._vendors[delivery.vendor]
        webhooks = vendor.sandbox.webhooks
        assert webhooks is not None, f"{vendor.name} has deliveries and no webhooks"  # noqa: S101
        attempt = await self._try(delivery, vendor, webhooks)
        made, now, status = len(delivery.attempts), vendor.clock.now(), attempt["status"]
        if status is not None and 200 <= status < 300:
            state, due = "delivered", now
        elif made < len(webhooks.retries) and not (status and webhooks.is_final(status)):
            state, due = "pending", now + webhooks.retries[made]
        else:
            state, due = "failed", now
        await vendor.deliveries.note(vendor.records.database, delivery.id, attempt, state, due)

    async def _try(self, delivery: Delivery, vendor: Vendor, webhooks: Webhooks) -> Document:
        now, started = vendor.clock.now(), time.perf_counter()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        headers |= webhooks.sign(delivery, now)
        status, said = None, ""
        try:
            async with asyncio.timeout(webhooks.timeout_s):
                answer = await vendor.outside.post(
                    delivery.endpoint.url, content=delivery.body.encode(), headers=headers
                )
            status, said = answer.status_code, answer.text[:ANSWER_KEPT]
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            # OSError has TimeoutError below it: whatever it was, nobody answered.
            said = f"{type(error).__name__}: {error}"
        took = round((time.perf_counter() - started) * 1000, 1)
        return {"at": now.isoformat(), "status": status, "answer": said, "took_ms": took}
