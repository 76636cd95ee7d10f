"""One deployment, from its image to its end: Railway's phases, each for itself."""

import asyncio
import os
import re
import shutil
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandboxes.railway.running import Order
from staging import departures
from staging.hosting.dockerfile import BuildFailed
from staging.hosting.gate import Check, all_are_healthy
from staging.hosting.images import Image, Images
from staging.hosting.ports import Ports
from staging.hosting.provided import Given, ImageIsUnknown, ImageRefuses, provided
from staging.hosting.replicas import Container, Policy, Program, Replica
from staging.hosting.rules import Rules
from staging.hosting.told import Told
from staging.processes import Process, Task
from staging.processes.children import Child, DidNotStart
from staging.processes.probes import NeverReady, passes


@dataclass(frozen=True)
class Ground:
    """What all deployments stand on."""

    folder: Path
    ports: Ports
    rules: Rules
    images: Images
    told: Mapping[str, str] = field(default_factory=dict)
    """What each deployment is told that its own variables do not say."""

    def volume(self, order: Order) -> Path:
        """Where a service's data lies; without a volume it is this deployment's alone."""
        own = "" if order.volume_mount_path else f".{order.deployment_id}"
        return self.folder / "volumes" / order.environment_id / f"{order.service_id}{own}"


class DeploymentFailed(Exception):
    """A deployment can not come up; `status` is what it is from then on."""

    def __init__(self, why: str, status: str = "FAILED") -> None:
        super().__init__(why)
        self.status = status


class Deployment:
    """A deployment as it stands; the phases are called in their order, each at most once."""

    def __init__(self, order: Order, told: Told, ground: Ground, private_port: int) -> None:
        self.order, self.told = order, told
        self._ground, self._private_port = ground, private_port
        self._image: Image | None = None
        self._part: Process | None = None
        self.replicas: list[Replica] = []

    @property
    def ports(self) -> tuple[int, ...]:
        """Where its replicas listen."""
        return tuple(replica.program.port for replica in self.replicas)

    async def build(self) -> None:
        """Make its image, or find it. Raises `DeploymentFailed`."""
        self.told.status("BUILDING")
        try:
            if self.order.image:
                folder = self._ground.volume(self.order)
                command = self.order.start_command or ""
                given = Given(folder, self._private_port, self.order.variables, command)
                self._part = await provided(self.order.image, given)
                return
            with self.told.step("BUILD_IMAGE"):
                self._image = await self._ground.images.build(self.order, self.told.build)
            self.told.event("PUBLISH_IMAGE", durationMs=0)
        except (BuildFailed, ImageIsUnknown) as failure:
            self.told.build(f"ERROR: {failure}", "error")
            raise DeploymentFailed(str(failure)) from failure
        except ImageRefuses as failure:
            self.told.said(str(failure))
            raise DeploymentFailed(str(failure), "CRASHED") from failure

    async def pre_deploy(self) -> None:
        """Run its pre-deploy command apart from it, once. Raises `DeploymentFailed`."""
        self.told.status("DEPLOYING")
        if not self.order.pre_deploy_command or self._image is None:
            self.told.event("PRE_DEPLOY_COMMAND", skipped=True)
            return
        try:
            with self.told.step("PRE_DEPLOY_COMMAND"):
                await self._run_apart(self.order.pre_deploy_command, self._image)
        except DidNotStart as failure:
            self.told.build(f"Pre-deploy command failed: it {failure}", "error")
            raise DeploymentFailed(f"the pre-deploy command {failure}") from failure

    async def start(self) -> None:
        """Start its replicas."""
        with self.told.step("CREATE_CONTAINER"):
            for program in self._programs():
                replica = self._replica(program)
                self.replicas.append(replica)
                await replica.start()

    async def is_healthy(self) -> bool:
        """Whether it passes its health check; one without any is ready as soon as it is started."""
        if self._part:
            return await self._part_answers(self._part)
        if not self.order.healthcheck_path:
            self.told.event("HEALTHCHECK", skipped=True)
            return True
        check = Check(self.order.healthcheck_path, self.order.healthcheck_timeout_s)
        try:
            with self.told.step("HEALTHCHECK"):
                if not await all_are_healthy(check, self.replicas, self._ground.rules, self.told):
                    raise DeploymentFailed("replicas never became healthy")
        except DeploymentFailed:
            return False
        return True

    async def restart(self) -> None:
        """Begin its replicas again from the same image, one after the other."""
        for number, old in enumerate(self.replicas):
            self.told.instance(old.id, "RESTARTING")
            await old.stop(self._patience_s)
            self.replicas[number] = self._replica(old.program)
            await self.replicas[number].start()

    async def end(self, within: float | None = None) -> None:
        """End its replicas, all at once; they have their draining time, or at most `within` s."""
        patience = self._patience_s if within is None else min(self._patience_s, within)
        await asyncio.gather(*(replica.stop(patience) for replica in self.replicas))
        if not self.order.volume_mount_path:
            volume = self._ground.volume(self.order)
            await asyncio.to_thread(shutil.rmtree, volume, ignore_errors=True)

    async def over(self) -> bool:
        """Wait until nothing of it runs by itself; whether it crashed."""
        await asyncio.gather(*(replica.gone.wait() for replica in self.replicas))
        return any(replica.has_crashed for replica in self.replicas)

    @property
    def _patience_s(self) -> float:
        # PostgreSQL and Redis write down what they have, which Railway's templates give time for.
        return max(self.order.draining_s, self._part.stop_within if self._part else 0)

    @property
    def _name(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.order.service_name.lower())

    def _programs(self) -> Iterator[Program]:
        if self._part:
            port, signal_ = self._private_port, self._part.stop_signal
            yield Program(self._name, self._part.argv, self._part.env, port, None, signal_)
            return
        if self._image is None:
            return
        argv = self._image.argv(self.order.start_command)
        if not argv:
            raise DeploymentFailed("No start command could be found")
        for _ in range(1 if self.order.volume_mount_path else self.order.replicas):
            port = self._ground.ports.take()
            env = self._variables(self._image) | {"PORT": str(port)}
            if asked := self.order.variables.get("PORT"):
                self.told.said(
                    f"PORT is {asked} on Railway; here it is {port}, for {asked} may be taken."
                )
            yield Program(self._name, argv, env, port, self._image.files)

    def _variables(self, image: Image) -> dict[str, str]:
        """What its processes are told, and the guard that lets nothing leave the machine."""
        own = {**self._ground.told, **image.env, **self.order.variables}
        if self.order.volume_mount_path:
            volume = self._ground.volume(self.order)
            volume.mkdir(mode=0o700, parents=True, exist_ok=True)
            own["RAILWAY_VOLUME_MOUNT_PATH"] = str(volume.resolve())
        return own | _guard(own, self._ground.folder, self.order.service_name)

    def _replica(self, program: Program) -> Replica:
        policy = Policy(self.order.restart_policy, self.order.restart_max_retries)
        return Replica(self._ground.folder, program, policy, self._ground.rules, self.told)

    async def _run_apart(self, command: str, image: Image) -> None:
        """Run a command in a container of its own, which is thrown away. Raises `DidNotStart`."""
        container = Container(self._ground.folder, f"{self._name}-pre-deploy-{self._id}")
        env = self._variables(image) | {"PORT": str(self._ground.ports.take())}
        env.pop("RAILWAY_VOLUME_MOUNT_PATH", None)
        follower = container.follower(self.told)
        child = await container.run(
            Program(container.name, image.argv(command), env, 0, image.files)
        )
        try:
            await _exits(child, self._ground.rules.pre_deploy_within_s)
        finally:
            await child.stop(signal.SIGTERM, within=2)
            follower.read(all_of_it=True)
            await container.throw_away()

    @property
    def _id(self) -> str:
        return self.order.deployment_id[:8]

    async def _part_answers(self, part: Process) -> bool:
        """PostgreSQL and Redis count when they answer and did what their image does first."""
        try:
            async with asyncio.timeout(self._ground.rules.provided_within_s):
                await passes(part.ready)
                for task in part.after:
                    await self._do(task)
        except (NeverReady, TimeoutError, DidNotStart) as failure:
            self.told.said(f"{failure}")
            return False
        return True

    async def _do(self, task: Task) -> None:
        folder = self._ground.folder
        child = await Child.start(f"{self._name}-{self._id}", task.argv, task.env, "/", folder)
        await _exits(child, task.within)


def _guard(own: Mapping[str, str], folder: Path, service: str) -> dict[str, str]:
    """What stands in the processes of Python and of Node, beside what the service itself asks."""
    guard = departures.variables(folder, service) | departures.variables_of_node(folder, service)
    for name, between in (("PYTHONPATH", os.pathsep), ("NODE_OPTIONS", " ")):
        if theirs := own.get(name):
            guard[name] += f"{between}{theirs}"
    return guard


async def _exits(child: Child, within: float) -> None:
    """Wait for its end. Raises `DidNotStart` when that is not exit 0 in time."""
    try:
        async with asyncio.timeout(within):
            ended = await child.exit()
    except TimeoutError:
        ended = f"took longer than {within:g} s"
    if ended:
        raise DidNotStart(f"{ended}{child.last_words()}")
