"""From a source to a verified environment on Railway, or back to what was there before."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

from staging.proving import PAUSES_S, measured_again
from staging.railway.before import BACKEND, preconditions
from staging.railway.deploy import Deploying, Made, Undone
from staging.railway.follow import DeploymentFailed, Pace
from staging.railway.located import Place
from staging.railway.seeding import fill_once
from staging.railway.seen import target
from staging.railway.source import Source
from staging.verify import CHECKS, Check, Report, Wire, verify

BEFORE, SEEDS, VERIFICATION, BACK = "before", "seeds", "verify", "back"

Standing = Literal["waiting", "running", "done", "warned", "failed", "skipped"]


class Steps(Protocol):
    """Whoever is told of the steps: a terminal, a log, or a test."""

    def going(self, name: str, what: str) -> None:
        """A step runs, and this is what it does."""

    def ended(self, name: str, what: str, state: Standing = "done") -> None:
        """A step has ended so."""


@dataclass(frozen=True)
class Asked:
    """What somebody asked for."""

    source: Source
    environ: Mapping[str, str]
    wire: Wire
    allow_dirty: bool = False
    again: bool = False
    """Whether a release that serves already is deployed anew."""
    checks: tuple[Check, ...] = CHECKS
    pauses_s: tuple[float, ...] = PAUSES_S
    """How long to wait before measuring again what was too slow."""


@dataclass(frozen=True)
class Released:
    """What came of it."""

    made: tuple[Made, ...]
    report: Report | None
    """The verification; None when it did not come so far."""
    undone: Undone | None
    """What was done to go back; None when nothing had to be."""
    failure: DeploymentFailed | None = None
    """The deployment that did not come to serve, or did not put the seeds in."""

    @property
    def serves(self) -> bool:
        """Whether the release serves, verified; an empty environment may still not be filled."""
        return self.report is not None and self.report.ok

    @property
    def ok(self) -> bool:
        """Whether the release serves, verified, and all that was to be done is done."""
        return self.failure is None and self.serves


def steps_of(place: Place) -> tuple[str, ...]:
    """The names of the steps, in their order."""
    services = (service.name for service in place.environment.lasting)
    return (BEFORE, *services, SEEDS, VERIFICATION, BACK)


async def release(place: Place, asked: Asked, steps: Steps, pace: Pace | None = None) -> Released:
    """Look first, deploy, fill what is empty, verify; go back when a part of that fails.

    Raises refusals, with nothing changed; and where Railway can not be heard any more or lets a
    deployment wait, what the client and `follow` raise: then nothing goes back, for the same call
    goes on from there.
    """
    await _look_first(place, asked, steps)
    run = Deploying(
        place,
        asked.source,
        lambda service: partial(steps.going, service),
        pace or Pace.at(place.railway.url),
        asked.again,
    )
    try:
        await _deploy(run, steps)
    except DeploymentFailed as failure:
        return await _back(run, steps, failure, None)
    unfilled = await _fill(run, steps)
    report = await _verified(run, asked, steps)
    if not report.ok:
        return await _back(run, steps, unfilled, report)
    steps.ended(BACK, "not needed", "skipped")
    return Released(tuple(run.made), report, None, unfilled)


async def _look_first(place: Place, asked: Asked, steps: Steps) -> None:
    saw = []
    looks = preconditions(place, asked.source, asked.wire, allow_dirty=asked.allow_dirty)
    for each in looks:
        steps.going(BEFORE, each.name)
        saw.append(f"{each.name}: {await each.ask()}")
    steps.ended(BEFORE, "; ".join(saw))


async def _deploy(run: Deploying, steps: Steps) -> None:
    for name in await run.parts():
        steps.ended(name, "it serves")
    async for made in run.services():
        what = "serves" if made.is_new else "of this release served already"
        steps.ended(made.service, f"{made.deployment} {what}")


async def _fill(run: Deploying, steps: Steps) -> DeploymentFailed | None:
    """Put the seeds in where there are none; what came in between, which undoes no release."""
    steps.going(SEEDS, "looking for seeds")
    try:
        steps.ended(SEEDS, await fill_once(run))
    except DeploymentFailed as failure:
        steps.ended(SEEDS, "not all of them are in", "failed")
        return failure
    return None


async def _verified(run: Deploying, asked: Asked, steps: Steps) -> Report:
    steps.going(VERIFICATION, "asking")
    pinned = next((it.deployment for it in run.made if it.service == BACKEND), None)
    # Hosts may have come since: a domain is there from the first deployment on.
    now = await run.place.anew()
    async with target(now, asked.environ, asked.wire, pinned, run.release) as seen:
        report = await verify(
            seen,
            asked.checks,
            waits=lambda s, why: steps.going(VERIFICATION, f"waiting {s:g} s: {why}"),
        )
        # A release is not undone for one slow moment of this machine or of the way there.
        report = await measured_again(
            report,
            lambda slow: verify(seen, asked.checks, only=slow),
            partial(steps.going, VERIFICATION),
            asked.checks,
            asked.pauses_s,
        )
    steps.ended(VERIFICATION, report.verdict, "done" if report.ok else "failed")
    return report


async def _back(
    run: Deploying, steps: Steps, failure: DeploymentFailed | None, report: Report | None
) -> Released:
    if not run.made:
        steps.ended(BACK, "nothing had been changed", "skipped")
        return Released((), report, None, failure)
    steps.going(BACK, "going back")
    undone = await run.undo()
    told = [f"{name} is back at {id_}" for name, id_ in undone.back.items()]
    told += [f"{name} stays: {why}" for name, why in undone.stayed.items()]
    steps.ended(BACK, "; ".join(told), "failed" if undone.stayed else "done")
    return Released(tuple(run.made), report, undone, failure)
