"""Runs checks against a target: a few at a time, each within its time, none able to end the run.

Journeys are mostly waiting, and are walked all together, after what was asked before them.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

from httpx2 import RequestError

from staging.verify.check import Check, Outcome, Result
from staging.verify.checks import CHECKS
from staging.verify.report import Report
from staging.verify.target import Target
from staging.verify.visit import DoesNotApply, Visit, Worry, Wrong
from staging.waiting import Waits

AT_ONCE = 4
LONGEST = 600
"""How many characters of what was seen are shown."""

Told = Callable[[Result], None]


class NoSuchCheck(LookupError):
    """A check was asked for by a name that none has."""


async def verify(
    target: Target,
    checks: Sequence[Check] = CHECKS,
    only: Collection[str] | None = None,
    *,
    tell: Told | None = None,
    waits: Waits = lambda _seconds, _why: None,
    excused: Mapping[str, str] | None = None,
) -> Report:
    """Ask all checks, or `only` those named, and report on every one of them.

    `excused` tells of some why they are not asked. `tell` hears of each result as it comes, `waits`
    of each pause that the target asks for. Raises `NoSuchCheck` for an unknown name.
    """
    _refuse_unknown(checks, only)
    started_at, clock = datetime.now(UTC), time.perf_counter()
    free, open_ = asyncio.Semaphore(AT_ONCE), nullcontext()
    async with target.client() as client:
        visit = Visit(target, client, waits)

        async def result_of(check: Check) -> Result:
            async with open_ if check.walks else free:
                named = only is None or check.name in only
                why = (excused or {}).get(check.name) if named else "It was not asked for."
                result = await _result(check, visit, why)
            if tell:
                tell(result)
            return result

        quick = [check for check in checks if not (check.walks or check.alone or check.last)]
        results = list(await asyncio.gather(*map(result_of, quick)))
        # Whoever walks keeps the backend busy, which must not be what the others see.
        walks = [check for check in checks if check.walks]
        results += await asyncio.gather(*map(result_of, walks))
        results += [await result_of(check) for check in checks if check.alone]
        results += [await result_of(check) for check in checks if check.last]
    found = {result.check: result for result in results}
    took_ms = _milliseconds_since(clock)
    return Report(target, started_at, took_ms, tuple(found[check.name] for check in checks))


def _refuse_unknown(checks: Sequence[Check], only: Collection[str] | None) -> None:
    names = [check.name for check in checks]
    if unknown := sorted(set(only or ()) - set(names)):
        raise NoSuchCheck(f"No check is named {', '.join(unknown)}; there are {', '.join(names)}.")


async def _result(check: Check, visit: Visit, excuse: str | None) -> Result:
    clock = time.perf_counter()
    if excuse := excuse or check.excuse(visit.target.kind):
        seen: str | BaseException = DoesNotApply(excuse)
    else:
        # Gathered alone, whatever a check raises becomes a value and ends nothing but itself.
        (seen,) = await asyncio.gather(_looked(check, visit), return_exceptions=True)
    took_ms = _milliseconds_since(clock)
    outcome, saw, advice = _judged(check, seen, took_ms)
    return Result(check.name, check.asks, outcome, _line(saw), check.expected, advice, took_ms)


async def _looked(check: Check, visit: Visit) -> str:
    async with asyncio.timeout(check.limit_s) as limit:
        return await check.look(replace(visit, limit=limit))


def _judged(check: Check, seen: str | BaseException, took_ms: float) -> tuple[Outcome, str, str]:
    match seen:
        case str():
            return Outcome.passed, seen, ""
        case DoesNotApply():
            return Outcome.not_applicable, str(seen), ""
        case Worry() | Wrong():
            outcome = Outcome.warned if isinstance(seen, Worry) else Outcome.failed
            return outcome, str(seen), seen.advice or check.advice
        case TimeoutError() if took_ms >= check.limit_s * 1000:
            return Outcome.failed, f"No answer within {check.limit_s:g} s.", check.advice
        case RequestError():
            asked = f"{seen.request.method} {seen.request.url.copy_with(query=None)}"
            why = f"{type(seen).__name__}: {seen}" if str(seen) else type(seen).__name__
            return Outcome.failed, f"{asked} was not answered ({why}).", check.advice
    return Outcome.failed, f"The check broke: {type(seen).__name__}: {seen}", check.advice


def _line(text: str) -> str:
    """One printable line: what a target answers may hold anything, and ends up on terminals."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _milliseconds_since(clock: float) -> float:
    return round((time.perf_counter() - clock) * 1000, 1)
