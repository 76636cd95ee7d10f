"""A runner that brings nothing up, and walks through every state that one which does would tell.

What becomes of a deployment stands in the file `fate` of its source, and is healthy without one.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from sandboxes.railway.running import Order, Reports

HELD_S = 30


@dataclass
class Walker:
    """The orders that came in, and the deployments that are there now."""

    orders: dict[str, Order] = field(default_factory=dict)
    serving: dict[str, str] = field(default_factory=dict)
    published: dict[str, tuple[str, ...]] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    canceled: list[str] = field(default_factory=list)

    def address(self, environment_id: str, service_name: str) -> str:
        """An address that tells of what it is."""
        assert environment_id
        return f"127.0.0.1:{10_000 + len(service_name)}"

    async def bring_up(self, order: Order, reports: Reports) -> None:
        """Walk to the fate."""
        id_, fate = order.deployment_id, _fate(order)
        self.orders[id_] = order
        try:
            if fate == "breaks":
                raise RuntimeError("out of paper")
            await self._build(order, reports, fate)
            if fate == "silent":
                return
            if order.pre_deploy_command:
                reports.event(id_, "PRE_DEPLOY_COMMAND")
                reports.log(id_, "deploy", f"ran {order.pre_deploy_command}")
                reports.event(id_, "PRE_DEPLOY_COMMAND", durationMs=1)
            reports.status(id_, "DEPLOYING")
            reports.event(id_, "HEALTHCHECK", attempt=1, maxAttempts=2)
            if fate == "held":
                await asyncio.sleep(HELD_S)
            if fate == "unhealthy":
                reports.log(id_, "deploy", "1/1 replicas never became healthy!", "error")
                reports.event(id_, "HEALTHCHECK", attempt=2, error="service unavailable")
                reports.status(id_, "FAILED")
                return
            self._switch(order, reports)
        except asyncio.CancelledError:
            self.canceled.append(id_)
            raise

    async def _build(self, order: Order, reports: Reports, fate: str) -> None:
        if order.built_from or order.image:
            return
        reports.status(order.deployment_id, "BUILDING")
        reports.event(order.deployment_id, "BUILD_IMAGE")
        reports.log(order.deployment_id, "build", f"building {fate}")
        await asyncio.sleep(0.01)

    def _switch(self, order: Order, reports: Reports) -> None:
        id_, service = order.deployment_id, f"{order.environment_id}:{order.service_id}"
        reports.log(id_, "deploy", f"listening as {order.variables['RAILWAY_SERVICE_NAME']}")
        for replica in range(order.replicas):
            reports.instance(id_, f"{id_}-{replica}", "RUNNING")
        reports.request(id_, method="GET", path="/api/health", httpStatus=200, totalDuration=3)
        reports.status(id_, "SUCCESS")
        before = self.serving.get(service)
        self.serving[service] = id_
        if before:
            reports.status(before, "REMOVING")
            reports.status(before, "REMOVED")

    async def publish(self, environment_id: str, service_id: str, hosts: tuple[str, ...]) -> None:
        """Note the names."""
        self.published[f"{environment_id}:{service_id}"] = hosts

    async def restart(self, deployment_id: str, reports: Reports) -> None:
        """Say that it begins again."""
        reports.log(deployment_id, "deploy", "restarted")
        reports.status(deployment_id, "SUCCESS")

    async def remove(self, deployment_id: str, reports: Reports) -> None:
        """End it; one that is not there is an error."""
        service = next(name for name, id_ in self.serving.items() if id_ == deployment_id)
        del self.serving[service]
        reports.instance(deployment_id, f"{deployment_id}-0", "EXITED")
        reports.status(deployment_id, "REMOVED")

    async def forget(self, environment_id: str) -> None:
        """Note that it is gone."""
        self.forgotten.append(environment_id)
        for name in [name for name in self.serving if name.startswith(environment_id)]:
            del self.serving[name]

    async def close(self) -> None:
        """There is nothing to end."""


def _fate(order: Order) -> str:
    with suppress(OSError):
        if order.source:
            return (order.source / "fate").read_text().strip()
    return "healthy"
