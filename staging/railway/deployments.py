"""Deployments as Railway tells of them: what became of each, its steps, and its own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from staging.railway.client import Railway
from staging.railway.documents import BUILD_LOGS, DEPLOYMENT_LOGS, DEPLOYMENTS, FOLLOW
from staging.railway.held import Answer, Nodes

SERVES: Final = frozenset({"SUCCESS", "SLEEPING"})
"""It takes the traffic; a sleeping one wakes at the first request."""
OVER: Final = frozenset({"FAILED", "CRASHED", "REMOVED", "SKIPPED"})
ON_ITS_WAY: Final = frozenset({"INITIALIZING", "QUEUED", "WAITING", "BUILDING", "DEPLOYING"})
RECENT: Final = 25
LAST_LINES: Final = 20


class Deployment(Answer):
    """One deployment."""

    id: str
    status: str
    created_at: datetime
    service_id: str | None = None
    can_rollback: bool = False
    meta: Mapping[str, Any] | None = None

    @property
    def message(self) -> str:
        """What was said when its source was handed over; empty where nothing was."""
        return str((self.meta or {}).get("cliMessage") or "")


class Payload(Answer):
    """What is known of a step."""

    attempt: int | None = None
    duration_ms: float | None = None
    error: str | None = None
    reason: str | None = None
    detail: str | None = None
    skipped: bool | None = None


class Event(Answer):
    """A step on a deployment's way."""

    step: str
    payload: Payload | None = None

    def __str__(self) -> str:
        """The step in one line: its name, how long it took, and what went wrong."""
        told = self.payload or Payload()
        took = f"{told.duration_ms / 1000:.1f} s" if told.duration_ms is not None else ""
        attempt = f"attempt {told.attempt}" if told.attempt else ""
        words = (attempt, took, "skipped" if told.skipped else "", self.wrong)
        return ", ".join([self.step.lower().replace("_", " "), *filter(None, words)])

    @property
    def wrong(self) -> str:
        """What went wrong in it; empty where nothing did."""
        told = self.payload or Payload()
        if not (told.error or told.reason):
            return ""
        return ": ".join(filter(None, (told.error, told.reason, told.detail)))


class Line(Answer):
    """A line of a log."""

    timestamp: str
    severity: str | None = None
    message: str


class _Look(Answer):
    deployment: Deployment
    deployment_events: Nodes[Event]


class _Deployments(Answer):
    deployments: Nodes[Deployment]


class _Built(Answer):
    build_logs: tuple[Line, ...]


class _Ran(Answer):
    deployment_logs: tuple[Line, ...]


@dataclass(frozen=True)
class Look:
    """A deployment at one moment, and its steps until then."""

    deployment: Deployment
    events: tuple[Event, ...]


async def look(railway: Railway, id_: str) -> Look:
    """How a deployment stands now, in one question."""
    told = await railway.read(_Look, FOLLOW, id=id_)
    return Look(told.deployment, told.deployment_events.all)


async def history(
    railway: Railway, environment: str, service: str | None = None
) -> tuple[Deployment, ...]:
    """The latest deployments of an environment, or of one service in it, the newest first."""
    asked = {"environmentId": environment} | ({"serviceId": service} if service else {})
    told = await railway.read(_Deployments, DEPLOYMENTS, input=asked, first=RECENT)
    return told.deployments.all


async def built(railway: Railway, id_: str, limit: int = LAST_LINES) -> tuple[Line, ...]:
    """The last lines of a deployment's build."""
    return (await railway.read(_Built, BUILD_LOGS, id=id_, limit=limit)).build_logs


async def said(railway: Railway, id_: str, limit: int = LAST_LINES) -> tuple[Line, ...]:
    """The last lines of what a deployment itself said."""
    return (await railway.read(_Ran, DEPLOYMENT_LOGS, id=id_, limit=limit)).deployment_logs
