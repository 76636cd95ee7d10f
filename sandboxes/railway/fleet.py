"""What was ordered is carried out: deployments begin in their turn, and end; environments go."""

import asyncio
import logging
import shutil
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.railway import loglines
from sandboxes.railway.asking import everything, written
from sandboxes.railway.ground import Ground
from sandboxes.railway.hosts import public_names
from sandboxes.railway.orders import order
from sandboxes.railway.running import Runner
from sandboxes.railway.states import ALIVE, UNDER_WAY, WAITING, moved
from sandboxes.railway.telling import Telling

LOG = logging.getLogger(__name__)
RESTARTED = "The machine that ran this deployment was started anew; deploy it again."
SILENT = "The runner ended without a word on what became of this deployment."


@dataclass
class Fleet:
    """The deployments that this process runs, by a runner that was handed in."""

    ground: Ground
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _telling: Telling | None = None

    async def run_due(self, vendor: Vendor, now: datetime) -> None:
        """Carry out what was ordered since; returns at once, for the work goes on beside."""
        runner = self.ground.runner
        if runner is None:
            return
        if self._telling is None:
            self._telling = Telling(vendor)
            await _recover(vendor, self._telling, written(now))
        await self._carry_out(vendor, runner, self._telling)
        await self._forget(vendor, runner)
        await self._launch(vendor, runner, self._telling, now)

    async def close(self) -> None:
        """Let go of all that is on its way; the runner itself is ended by whoever made it."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._telling:
            await self._telling.close()
            self._telling = None

    async def _launch(
        self, vendor: Vendor, runner: Runner, telling: Telling, now: datetime
    ) -> None:
        """Begin what waits, one at a time of each instance."""
        every = [
            each
            for each in await everything(vendor.records, "deployment", isBegun=False)
            if each["status"] in WAITING - {"NEEDS_APPROVAL"}
        ]
        for waiting in every:
            async with vendor.exclusively() as inside:
                deployment = await inside.records.get("deployment", waiting["id"])
                if deployment is None or deployment["isBegun"]:
                    continue
                if deployment["status"] not in WAITING or await _is_busy(inside, deployment):
                    continue
                begun = moved(deployment, "INITIALIZING", written(now)) | {"isBegun": True}
                await inside.records.put("deployment", begun["id"], begun)
            for reference in begun["dangling"]:
                words = f"{reference} leads nowhere, and is empty"
                telling.log(begun["id"], "build", words, "warn")
            self._spawn(begun["id"], self._bring_up(vendor, runner, telling, begun))

    async def _bring_up(
        self, vendor: Vendor, runner: Runner, telling: Telling, begun: Document
    ) -> None:
        id_ = begun["id"]
        try:
            await runner.bring_up(await order(vendor, self.ground, begun), telling)
            await telling.kept()
            deployment = await vendor.records.get("deployment", id_)
            if deployment and deployment["status"] in UNDER_WAY:
                telling.log(id_, "deploy", SILENT, "error")
                telling.status(id_, "FAILED")
        # A runner is somebody else's: whatever it raises, the deployment has an end.
        except Exception as error:
            LOG.exception("a deployment could not be brought up")
            telling.log(id_, "deploy", f"The runner broke: {error!r}", "error")
            telling.status(id_, "FAILED")

    async def _carry_out(self, vendor: Vendor, runner: Runner, telling: Telling) -> None:
        for told in await everything(vendor.records, "order"):
            await vendor.records.remove("order", told["id"])
            work = self._ordered(vendor, runner, telling, told)
            self._spawn(f"order:{told['id']}", self._logged(work))

    def _ordered(
        self, vendor: Vendor, runner: Runner, telling: Telling, told: Document
    ) -> Coroutine[Any, Any, None]:
        match told["what"]:
            case "cancel":
                return self._cancel(told["deploymentId"], telling)
            case "remove":
                return self._remove(told["deploymentId"], runner, telling)
            case "restart":
                return runner.restart(told["deploymentId"], telling)
        return self._publish(vendor, runner, told)

    async def _cancel(self, id_: str, telling: Telling) -> None:
        await self._stop_task(id_)
        telling.status(id_, "REMOVED")

    async def _remove(self, id_: str, runner: Runner, telling: Telling) -> None:
        telling.status(id_, "REMOVING")
        try:
            await runner.remove(id_, telling)
        finally:
            telling.status(id_, "REMOVED")

    async def _publish(self, vendor: Vendor, runner: Runner, told: Document) -> None:
        hosts = await public_names(vendor.records, told["environmentId"], told["serviceId"])
        await runner.publish(told["environmentId"], told["serviceId"], hosts)

    async def _forget(self, vendor: Vendor, runner: Runner) -> None:
        for environment in await everything(vendor.records, "environment", isToForget=True):
            told = {"isToForget": False}
            await vendor.records.put("environment", environment["id"], environment | told)
            name = f"forget:{environment['id']}"
            self._spawn(name, self._logged(self._end(vendor, runner, environment["id"])))

    async def _end(self, vendor: Vendor, runner: Runner, environment_id: str) -> None:
        like = {"environmentId": environment_id}
        there = await everything(vendor.records, "deployment", **like)
        for deployment in there:
            await self._stop_task(deployment["id"])
        await runner.forget(environment_id)
        for deployment in there:
            await loglines.forget(vendor, deployment["id"])
            await vendor.records.remove("deployment", deployment["id"])
        for deployment in there:
            await self._forget_snapshot(vendor, deployment["snapshotId"])

    async def _forget_snapshot(self, vendor: Vendor, snapshot_id: str) -> None:
        used = await vendor.records.count("deployment", {"source": {"snapshotId": snapshot_id}})
        if not used and self.ground.snapshots is not None:
            folder = self.ground.snapshots / snapshot_id
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks[name] = asyncio.create_task(work)
        task.add_done_callback(lambda _done: self._tasks.pop(name, None))

    async def _stop_task(self, name: str) -> None:
        if task := self._tasks.get(name):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        # A runner is somebody else's: what it can not do is told, and the others go on.
        except Exception:
            LOG.exception("what was ordered could not be carried out")


async def _is_busy(vendor: Vendor, deployment: Document) -> bool:
    """Whether another deployment of the same instance is on its way."""
    like = {name: deployment[name] for name in ("environmentId", "serviceId")}
    there = await everything(vendor.records, "deployment", **like, isBegun=True)
    return any(each["status"] in UNDER_WAY for each in there)


async def _recover(vendor: Vendor, telling: Telling, at: str) -> None:
    """What ran in a process before this one runs no more."""
    for deployment in await everything(vendor.records, "deployment", isBegun=True):
        if deployment["status"] in UNDER_WAY | ALIVE | {"REMOVING"}:
            end = "FAILED" if deployment["status"] in UNDER_WAY else "CRASHED"
            ended = moved(deployment, end, at) | {"instances": []}
            await vendor.records.put("deployment", deployment["id"], ended)
            telling.log(deployment["id"], "deploy", RESTARTED, "error")
