"""The proof at the end of `staging up`: what has risen is verified, and measured in quiet.

The journeys are walked once for what has risen. When nothing was raised since, they are not walked
again: whoever has an environment that stands wants it at once, and has `staging verify`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from backend.store import Store
from staging.filling import target
from staging.local import Local
from staging.output import Steps
from staging.processes import current, write_private
from staging.seed import is_seeded
from staging.verify import CHECKS, Check, Outcome, Report, Result, verify

VERIFICATION = "verify"
OF_SEEDS = ("search_relevance",)
"""Checks that ask for the seeds' own contents."""
WALKED = "walked.json"
"""Where it is written down which processes the journeys were walked through."""
STANDS = (
    "It was walked when this environment rose, and everything runs as it did then;"
    " `staging verify` walks it again."
)
PAUSES_S = (1.0, 3.0)
"""How long to wait before measuring again, where nothing but measurements failed."""


async def prove(local: Local, store: Store, steps: Steps) -> Report:
    """Verify the environment, and what asks for its seeds where it has any."""
    answered: list[Result] = []

    def tell(result: Result) -> None:
        answered.append(result)
        steps.going(VERIFICATION, f"{len(answered)} of {len(CHECKS)} checks")

    steps.going(VERIFICATION, f"{len(CHECKS)} checks")
    seeded, running = await is_seeded(store), _running(local)
    excused = {it.name: STANDS for it in CHECKS if it.walks and _walked(local) == running}
    asked = [check.name for check in CHECKS if seeded or check.name not in OF_SEEDS]
    here = target(local, store, seeded=seeded)
    report = await verify(here, only=asked, tell=tell, excused=excused)
    report = await measured_again(
        report,
        lambda slow: verify(here, only=slow),
        lambda what: steps.going(VERIFICATION, what),
    )
    steps.ended(VERIFICATION, report.verdict, "done" if report.ok else "failed")
    if report.ok:
        write_private(local.folder / WALKED, json.dumps(running))
    return report


def _running(local: Local) -> list[list[float]]:
    """The processes that run, by id and birth: others run once anything was raised anew."""
    here = current(local.folder)
    return [[it.pid, it.created] for it in here.recorded] if here else []


def _walked(local: Local) -> list[list[float]] | None:
    """The processes that the journeys were walked through; None when they were not."""
    try:
        walked: list[list[float]] = json.loads((local.folder / WALKED).read_text())
    except (OSError, ValueError):
        return None
    return walked


async def measured_again(
    report: Report,
    again: Callable[[list[str]], Awaitable[Report]],
    tell: Callable[[str], None],
    checks: Sequence[Check] = CHECKS,
    pauses_s: Sequence[float] = PAUSES_S,
) -> Report:
    """The report, where nothing but measurements failed with those made again in a quieter moment.

    What has just risen, or something else on the way, may have disturbed them.
    """
    for pause_s in pauses_s:
        if not (slow := too_slow(report, checks)):
            break
        tell(f"measuring again in a quieter moment: {', '.join(slow)}")
        await asyncio.sleep(pause_s)
        report = with_newer(report, await again(slow))
    return report


def too_slow(report: Report, checks: Sequence[Check] = CHECKS) -> list[str]:
    """The measurements that failed when nothing else did: what has just risen disturbs them."""
    failed = [each.check for each in report.results if each.outcome is Outcome.failed]
    measuring = {check.name for check in checks if check.alone}
    return failed if measuring.issuperset(failed) else []


def with_newer(report: Report, again: Report) -> Report:
    """The report with the newer result of each check that was made again."""
    made = {it.check: it for it in again.results if it.outcome is not Outcome.not_applicable}
    return replace(report, results=tuple(made.get(it.check, it) for it in report.results))
