"""Who really runs what is deployed: handed to this sandbox, and never imported by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol


@dataclass(frozen=True)
class Order:
    """One deployment to bring up, with everything that Railway's rules need to know about it.

    `image` names a part that really runs ("pgvector/pgvector:pg18", "redis:8.2"); without one it
    is built from `source`, the unpacked upload. `variables` have their references resolved and
    RAILWAY_* in them; PORT is there only when the user set one, and otherwise the runner injects
    its own. `hosts` are the public names that the edge sends to this service. `built_from` is the
    deployment whose image is run again, with no build, by a redeploy or a rollback; `source` is
    then that deployment's. Paths of commands and files are as the service has them.
    """

    deployment_id: str
    snapshot_id: str
    project_id: str
    environment_id: str
    environment_name: str
    service_id: str
    service_name: str
    image: str | None
    source: Path | None
    root_directory: str | None
    dockerfile_path: str | None
    builder: str
    build_command: str | None
    start_command: str | None
    pre_deploy_command: str | None
    healthcheck_path: str | None
    healthcheck_timeout_s: int
    restart_policy: str
    restart_max_retries: int
    overlap_s: int
    draining_s: int
    replicas: int
    volume_mount_path: str | None
    variables: Mapping[str, str]
    hosts: tuple[str, ...]
    built_from: str | None


class Reports(Protocol):
    """How a runner tells what happens; each call is kept in its order, and shown by the API."""

    def status(self, deployment_id: str, status: str) -> None:
        """A deployment is now in this `DeploymentStatus`; its predecessor's end is told so too."""

    def event(self, deployment_id: str, step: str, **payload: object) -> None:
        """A `DeploymentEventStep` begins, or goes on: attempt, maxAttempts, durationMs, error,
        reason, detail, skipped. One that has durationMs, error or skipped has ended."""

    def log(
        self,
        deployment_id: str,
        kind: Literal["build", "deploy"],
        message: str,
        severity: str = "info",
    ) -> None:
        """A line of the build, or of what runs."""

    def instance(self, deployment_id: str, replica_id: str, status: str) -> None:
        """A replica is now in this `DeploymentInstanceStatus`."""

    def request(self, deployment_id: str, **fields: object) -> None:
        """A request that the edge passed on, in the fields of `HttpLog` that it knows."""


class Runner(Protocol):
    """What brings deployments up on this machine, keeps them up, and takes them down."""

    def address(self, environment_id: str, service_name: str) -> str:
        """host:port by which others here reach `<service>.railway.internal`; it is fixed before
        anything runs, so that variables can hold it."""

    async def bring_up(self, order: Order, reports: Reports) -> None:
        """Build, prove and switch; returns when the deployment is SUCCESS, FAILED, CRASHED or
        SLEEPING, and its predecessor is gone. Switch, overlap and drain of that are the runner's.

        The next one of the same service may come as soon as this one's status is told, so while
        its predecessor still drains. A task that waits here is cancelled when the deployment is
        canceled: nothing of it may stay.
        """

    async def publish(self, environment_id: str, service_id: str, hosts: tuple[str, ...]) -> None:
        """The public names of a service are these from now on; nothing is deployed anew."""

    async def restart(self, deployment_id: str, reports: Reports) -> None:
        """Begin the processes of a deployment again, from the same image."""

    async def remove(self, deployment_id: str, reports: Reports) -> None:
        """End it: SIGTERM, drain, SIGKILL; then it is REMOVED."""

    async def forget(self, environment_id: str) -> None:
        """End and delete everything of an environment, its data too."""

    async def close(self) -> None:
        """End everything that runs; data stays. Whoever made the runner calls this."""
