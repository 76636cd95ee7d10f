"""The runner that the Railway sandbox is given: brings deployments up on this machine."""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sandboxes.railway.running import Order, Reports
from staging.hosting.deployments import Deployment, DeploymentFailed, Ground
from staging.hosting.edge import Edge
from staging.hosting.images import Images
from staging.hosting.ports import Ports
from staging.hosting.routes import Doors, Site
from staging.hosting.rules import EDGE_NAME, Rules
from staging.hosting.told import Told

Key = tuple[str, str]
"""A service of an environment: the environment's id, and the service's."""


@dataclass
class Known:
    """What is known of a service: its name, its public names, and the deployment that serves."""

    name: str = ""
    hosts: tuple[str, ...] = ()
    live: Deployment | None = None


class Hosting:
    """Brings deployments up on this machine, and keeps them up; a `Runner`."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._edge: Edge | None = None
        self._services: defaultdict[Key, Known] = defaultdict(Known)
        self._turns: defaultdict[Key, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._addresses: dict[Key, int] = {}
        self._deployments: dict[str, Deployment] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(
        cls,
        folder: Path,
        doors: Doors,
        ports: Ports,
        rules: Rules,
        told: Mapping[str, str] | None = None,
    ) -> Self:
        """Stand ready, with nothing deployed; `told` is for all of it. Raises `EdgeIsDeaf`."""
        await asyncio.to_thread(_make_room, folder)
        hosting = cls(Ground(folder, ports, rules, Images(folder), told or {}))
        hosting._edge = await Edge.open(folder, doors, hosting._heard)
        return hosting

    def address(self, environment_id: str, service_name: str) -> str:
        """host:port by which others here reach `<service>.railway.internal`."""
        return f"127.0.0.1:{self._private_port(environment_id, service_name)}"

    async def bring_up(self, order: Order, reports: Reports) -> None:
        """Build, prove and switch; see `Runner`."""
        told = Told(reports, order.deployment_id)
        port = self._private_port(order.environment_id, order.service_name)
        deployment = Deployment(order, told, self._ground, port)
        self._deployments[order.deployment_id] = deployment
        async with self._turns[_key(order)]:
            try:
                before = await self._bring_up(deployment)
            except DeploymentFailed as failure:
                await deployment.end(within=0)
                told.status(failure.status)
                return
            except BaseException:
                # Whatever ends it, a cancellation above all, nothing of it may stay.
                await asyncio.shield(self._undo(deployment))
                raise
        if before:
            # From here on it serves: who gives up waiting does not stop its predecessor's end.
            await asyncio.shield(self._beside(self._retire(before, order.overlap_s)))

    async def publish(self, environment_id: str, service_id: str, hosts: tuple[str, ...]) -> None:
        """The public names of a service are these from now on."""
        self._services[environment_id, service_id].hosts = hosts
        await self._show()

    async def restart(self, deployment_id: str, reports: Reports) -> None:
        """Begin the processes of a deployment again, from the same image."""
        deployment = self._of(deployment_id, reports)
        async with self._turns[_key(deployment.order)]:
            await deployment.restart()
            deployment.told.status("SUCCESS")
            self._beside(self._until_over(deployment))

    async def remove(self, deployment_id: str, reports: Reports) -> None:
        """End it: SIGTERM, drain, SIGKILL; then it is REMOVED."""
        deployment = self._of(deployment_id, reports)
        await self._take_off(deployment)
        await self._retire(deployment)

    async def forget(self, environment_id: str) -> None:
        """End and delete everything of an environment, its data too."""
        theirs = {
            id_: deployment
            for id_, deployment in self._deployments.items()
            if deployment.order.environment_id == environment_id
        }
        for key in [key for key in self._services if key[0] == environment_id]:
            del self._services[key]
        await self._show()
        await asyncio.gather(*(deployment.end() for deployment in theirs.values()))
        for id_ in theirs:
            del self._deployments[id_]
        folders = [self._ground.folder / "volumes" / environment_id]
        folders += [self._ground.images.file(id_).with_suffix("") for id_ in theirs]
        await asyncio.to_thread(_delete, folders)

    async def close(self) -> None:
        """End everything that runs; data stays."""
        for task in self._tasks:
            task.cancel()
        ends = (deployment.end(within=5) for deployment in self._deployments.values())
        await asyncio.gather(*ends, *self._tasks, return_exceptions=True)
        if self._edge:
            await self._edge.close()

    async def _bring_up(self, deployment: Deployment) -> Deployment | None:
        """The phases up to the switch; whom it takes over from. Raises `DeploymentFailed`."""
        order, service = deployment.order, self._services[_key(deployment.order)]
        service.name, service.hosts = order.service_name, order.hosts
        await deployment.build()
        await deployment.pre_deploy()
        before = service.live
        if before and (order.volume_mount_path or order.image):
            # Two may never write to one volume: the old one goes first, and the service is away.
            await self._take_off(before)
            await self._retire(before)
            before = None
        await deployment.start()
        if not await deployment.is_healthy():
            raise DeploymentFailed("it never became healthy")
        with deployment.told.step("CONFIGURE_NETWORK"):
            service.live = deployment
            try:
                await self._show()
            except BaseException:
                # A cancellation, above all: then the old one goes on serving.
                service.live = before
                await asyncio.shield(self._show())
                raise
        deployment.told.status("SUCCESS")
        self._beside(self._until_over(deployment))
        return before

    async def _undo(self, deployment: Deployment) -> None:
        await self._take_off(deployment)
        await deployment.end(within=0)

    async def _take_off(self, deployment: Deployment) -> None:
        """Let the edge send nobody there any more."""
        service = self._services[_key(deployment.order)]
        if service.live is deployment:
            service.live = None
            await self._show()

    async def _retire(self, deployment: Deployment, overlap_s: float = 0) -> None:
        """Let it serve on for a while beside its successor, then end it."""
        await asyncio.sleep(overlap_s * self._ground.rules.pace)
        told = deployment.told
        told.status("REMOVING")
        with told.step("DRAIN_INSTANCES"):
            await deployment.end()
        told.status("REMOVED")

    def _beside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something beside all else, until everything is closed."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _until_over(self, deployment: Deployment) -> None:
        """Tell when a deployment crashed; one that completed stays a success."""
        has_crashed = await deployment.over()
        if has_crashed and deployment.told.state == "SUCCESS":
            deployment.told.status("CRASHED")

    async def _show(self) -> None:
        if self._edge:
            await self._edge.show(self._sites())

    def _sites(self) -> Sequence[Site]:
        """What stands behind the edge; whom nobody serves has no name there."""
        return [
            Site(
                f"{service_id}.{environment_id}",
                known.hosts,
                self._private_port(environment_id, name),
                live.ports,
            )
            for (environment_id, service_id), known in self._services.items()
            if (live := known.live) and (name := known.name) and not live.order.image
        ]

    def _private_port(self, environment_id: str, service_name: str) -> int:
        key = environment_id, service_name
        if key not in self._addresses:
            self._addresses[key] = self._ground.ports.take()
        return self._addresses[key]

    def _heard(self, request: dict[str, Any]) -> None:
        """Tell of a request that the edge passed on, or could not."""
        port = (request["upstreamAddress"] or "").rpartition(":")[2]
        fields = {name: "" if it is None else it for name, it in request.items()}
        for deployment in self._deployments.values():
            for replica in deployment.replicas:
                if str(replica.program.port) == port:
                    ids = {"deploymentInstanceId": replica.id, "edgeRegion": EDGE_NAME}
                    deployment.told.request(**fields | ids)

    def _of(self, deployment_id: str, reports: Reports) -> Deployment:
        """The deployment of this id, which tells these from now on."""
        deployment = self._deployments[deployment_id]
        deployment.told.reports = reports
        return deployment


def _delete(folders: Sequence[Path]) -> None:
    """Delete these, and what is written down of each beside it."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".json").unlink(missing_ok=True)


def _make_room(folder: Path) -> None:
    """The folder, without what was in containers that are no more."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.rmtree(folder / "containers", ignore_errors=True)


def _key(order: Order) -> Key:
    return order.environment_id, order.service_id
