"""What a runner tells is kept in its order: states, events, lines, replicas, requests."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from sandboxes.kit.records import DatabaseIsAway, Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.railway import loglines
from sandboxes.railway.asking import everything, new_id, written
from sandboxes.railway.loglines import Line
from sandboxes.railway.states import ALIVE, ALL, STOPPED, moved

LOG = logging.getLogger(__name__)
AT_ONCE, PAUSE_S = 500, 0.2
ENDS = frozenset({"durationMs", "error", "skipped"})
Told = Callable[[Vendor], Awaitable[None]]


@dataclass
class Telling:
    """The `Reports` of this sandbox: a call leaves word at once, and a task keeps it."""

    vendor: Vendor

    def __post_init__(self) -> None:
        self._heard: asyncio.Queue[Line | Told] = asyncio.Queue()
        self._task = asyncio.create_task(self._keep())

    def status(self, deployment_id: str, status: str) -> None:
        """A deployment is now in this state; raises ValueError for one that Railway has not."""
        if status not in ALL:
            raise ValueError(f"{status!r} is no DeploymentStatus")
        at = self._at()

        async def keep(vendor: Vendor) -> None:
            await _status(vendor, deployment_id, status, at)

        self._heard.put_nowait(keep)

    def event(self, deployment_id: str, step: str, **payload: object) -> None:
        """A step begins, or goes on, or ends."""
        at = self._at()

        async def keep(vendor: Vendor) -> None:
            await _event(vendor, deployment_id, step, payload, at)

        self._heard.put_nowait(keep)

    def log(
        self,
        deployment_id: str,
        kind: Literal["build", "deploy"],
        message: str,
        severity: str = "info",
    ) -> None:
        """A line."""
        at = self.vendor.clock.now()
        self._heard.put_nowait(Line(deployment_id, kind, at, {"m": message, "s": severity}))

    def instance(self, deployment_id: str, replica_id: str, status: str) -> None:
        """A replica is now in this state."""

        async def keep(vendor: Vendor) -> None:
            await _instance(vendor, deployment_id, replica_id, status)

        self._heard.put_nowait(keep)

    def request(self, deployment_id: str, **fields: object) -> None:
        """A request that the edge passed on."""
        at = self.vendor.clock.now()
        self._heard.put_nowait(Line(deployment_id, "http", at, dict(fields)))

    async def kept(self) -> None:
        """Return when all that was told until now is kept."""
        await self._heard.join()

    async def close(self) -> None:
        """Keep what was told, as far as that is done in a moment, and hear no more."""
        try:
            await asyncio.wait_for(self.kept(), 2)
        except TimeoutError:
            LOG.warning("what was told last could not be kept")
        self._task.cancel()

    def _at(self) -> str:
        return written(self.vendor.clock.now())

    async def _keep(self) -> None:
        while True:
            batch = [await self._heard.get()]
            while not self._heard.empty() and len(batch) < AT_ONCE:
                batch.append(self._heard.get_nowait())
            lines = [each for each in batch if isinstance(each, Line)]
            await self._patiently(partial(loglines.keep, lines=lines))
            for told in batch:
                if not isinstance(told, Line):
                    await self._patiently(told)
                self._heard.task_done()

    async def _patiently(self, work: Told) -> None:
        while True:
            try:
                await work(self.vendor)
                return
            except DatabaseIsAway:
                await asyncio.sleep(PAUSE_S)
            # One word that can not be kept must not silence all that follow.
            except Exception:
                LOG.exception("what a runner told could not be kept")
                return


async def _status(vendor: Vendor, deployment_id: str, status: str, at: str) -> None:
    async with vendor.exclusively() as inside:
        deployment = await inside.records.get("deployment", deployment_id)
        # Who was removed stays so, whatever a runner tells afterwards.
        if deployment is None or deployment["status"] == "REMOVED":
            return
        await inside.records.put("deployment", deployment_id, moved(deployment, status, at))
        if status in ALIVE | STOPPED:
            await _close_events(inside, deployment_id, at)


async def _event(vendor: Vendor, deployment_id: str, step: str, payload: Document, at: str) -> None:
    async with vendor.exclusively() as inside:
        open_ = await _open_events(inside, deployment_id)
        mine = next((each for each in open_ if each["step"] == step), None)
        if mine is None:
            await _close_events(inside, deployment_id, at)
            told = {"id": new_id(), "deploymentId": deployment_id, "step": step, "createdAt": at}
            mine = told | {"completedAt": None, "payload": {}}
        mine |= {"payload": mine["payload"] | payload}
        mine["completedAt"] = at if ENDS & payload.keys() else None
        await inside.records.put("event", mine["id"], mine)


async def _open_events(vendor: Vendor, deployment_id: str) -> list[Document]:
    return await everything(vendor.records, "event", deploymentId=deployment_id, completedAt=None)


async def _close_events(vendor: Vendor, deployment_id: str, at: str) -> None:
    for event in await _open_events(vendor, deployment_id):
        await vendor.records.put("event", event["id"], event | {"completedAt": at})


async def _instance(vendor: Vendor, deployment_id: str, replica_id: str, status: str) -> None:
    async with vendor.exclusively() as inside:
        deployment = await inside.records.get("deployment", deployment_id)
        if deployment is None:
            return
        others = [each for each in deployment["instances"] if each["id"] != replica_id]
        told = {"instances": [*others, {"id": replica_id, "status": status}]}
        await inside.records.put("deployment", deployment_id, deployment | told)
