"""What a deployment tells while it comes up and goes: statuses, steps with their time, lines."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sandboxes.railway.running import Reports

SEVERITIES = {"warning": "warn", "critical": "error", "fatal": "error", "err": "error"}


class Told:
    """The reports of one deployment."""

    def __init__(self, reports: Reports, deployment_id: str) -> None:
        self.reports, self._id = reports, deployment_id
        self.state = "QUEUED"
        """Its `DeploymentStatus`."""

    def status(self, status: str) -> None:
        """It is in this `DeploymentStatus` now."""
        self.state = status
        self.reports.status(self._id, status)

    def instance(self, replica_id: str, status: str) -> None:
        """A replica is in this `DeploymentInstanceStatus` now."""
        self.reports.instance(self._id, replica_id, status)

    def build(self, message: str, severity: str = "info") -> None:
        """A line of the build, where Railway also writes how the health check went."""
        self.reports.log(self._id, "build", message, severity)

    def said(self, line: str) -> None:
        """A line of what runs; one in JSON has its own severity."""
        self.reports.log(self._id, "deploy", line, _severity(line))

    def event(self, step: str, **payload: object) -> None:
        """A step goes on."""
        self.reports.event(self._id, step, **payload)

    def request(self, **fields: object) -> None:
        """A request that the edge passed on."""
        self.reports.request(self._id, **fields)

    @contextmanager
    def step(self, step: str) -> Iterator[None]:
        """A step from its begin to its end, with what it failed by."""
        began = time.monotonic()
        self.event(step)
        try:
            yield
        except Exception as failure:
            # Whatever ends a step, it is told with the step, and goes on its way.
            self.event(step, durationMs=_ms_since(began), error=str(failure))
            raise
        self.event(step, durationMs=_ms_since(began))


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _severity(line: str) -> str:
    if not line.startswith("{"):
        return "info"
    try:
        level = str(json.loads(line).get("level", "info")).lower()
    except ValueError:
        return "info"
    return SEVERITIES.get(level, level)
