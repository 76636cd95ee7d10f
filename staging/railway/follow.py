"""Following one deployment, by its id, until it serves or is over."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from staging.obstacles import Failed
from staging.railway.client import Railway
from staging.railway.deployments import (
    OVER,
    SERVES,
    Deployment,
    Event,
    Line,
    Look,
    built,
    look,
    said,
)
from staging.railway.tokens import is_here

Tell = Callable[[str], None]
"""Told in one line what happens now."""
ADVICE: Final[dict[str, str]] = {
    "SNAPSHOT_CODE": "Railway could not unpack the source; run the same command again.",
    "BUILD_IMAGE": "The image could not be built: its log is above. Mend the Dockerfile or what it"
    " copies, and deploy again.",
    "PRE_DEPLOY_COMMAND": "The step before the deployment failed, so that nothing was changed: its"
    " words are above. Mend that, and deploy again.",
    "HEALTHCHECK": "It started, and never answered 200 where Railway asks. Its words are above;"
    " docs/runbook.md says what else to look at. Mend it, and deploy again.",
}
"""What to do now, by the step that failed."""
OTHERWISE: Final = "Its words are above. Mend the cause, and run the same command again."


@dataclass(frozen=True)
class Pace:
    """How often it is looked, and for how long, in seconds."""

    every: float
    at_most: float = 1800.0

    @classmethod
    def at(cls, url: str) -> "Pace":
        """Often where Railway is on this machine; elsewhere as its limits of questions allow."""
        return cls(0.1 if is_here(url) else 2.0)


class DeploymentFailed(Failed):
    """A deployment is over and does not serve; whatever served before it goes on."""

    def __init__(self, service: str, seen: Look, lines: tuple[Line, ...]) -> None:
        self.deployment, self.events = seen.deployment, seen.events
        wrong = [event for event in seen.events if event.wrong]
        why = f": {wrong[-1]}" if wrong else ""
        steps = "".join(f"\n  {event}" for event in seen.events)
        words = "".join(f"\n  | {line.message}" for line in lines)
        status = seen.deployment.status
        super().__init__(
            f"{service}'s deployment {seen.deployment.id} is {status}{why}."
            f"\nIts steps:{steps or ' none'}\nIts last words:{words or ' none'}",
            ADVICE.get(wrong[-1].step, OTHERWISE) if wrong else OTHERWISE,
        )
        self.service = service


class DeploymentWaits(Failed):
    """A deployment does not go on by itself."""

    def __init__(self, service: str, deployment: Deployment, why: str) -> None:
        super().__init__(
            f"{service}'s deployment {deployment.id} is {deployment.status}: {why}.",
            "The same command goes on from here; it follows this deployment and makes no other.",
        )


async def follow(railway: Railway, service: str, id_: str, tell: Tell, pace: Pace) -> Deployment:
    """The deployment, as soon as it serves.

    Raises `DeploymentFailed` when it is over, with its steps and its own log lines, and
    `DeploymentWaits` when it waits for a person or for too long.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + pace.at_most
    while True:
        seen = await look(railway, id_)
        status = seen.deployment.status
        tell(_now(seen))
        if status in SERVES:
            return seen.deployment
        if status in OVER:
            raise DeploymentFailed(service, seen, await _last_words(railway, seen))
        if status == "NEEDS_APPROVAL":
            raise DeploymentWaits(service, seen.deployment, "somebody must approve it in Railway")
        if clock() >= end:
            raise DeploymentWaits(service, seen.deployment, f"after {pace.at_most:.0f} s")
        await asyncio.sleep(pace.every)


def _now(seen: Look) -> str:
    """What happens now, in a few words."""
    status = seen.deployment.status.lower()
    return f"{status}: {seen.events[-1]}" if seen.events else status


async def _last_words(railway: Railway, seen: Look) -> tuple[Line, ...]:
    """The log lines of this very deployment: of its build when that was where it ended."""
    failed = _failed_step(seen.events)
    own = () if failed == "BUILD_IMAGE" else await said(railway, seen.deployment.id)
    return own or await built(railway, seen.deployment.id)


def _failed_step(events: tuple[Event, ...]) -> str:
    return next((event.step for event in reversed(events) if event.wrong), "")
