"""What time it is: in every worker of the backend, and in the sandboxes."""

from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple

from staging.verify.promised import Status, Time
from staging.verify.visit import Visit, Wrong, read

TOGETHER_S = 2.0
LOOKS = 8


class Seen(NamedTuple):
    """How far a part is ahead of this machine: by its word, and by the time that it shows."""

    part: str
    said_s: float
    shown_s: float


async def clock(visit: Visit) -> str:
    """Is it the same time everywhere: in all workers of the backend, and in the sandboxes?"""
    seen = [await _backend(visit) for _ in range(LOOKS)]
    if visit.target.sandboxes_url:
        seen.append(await _sandboxes(visit, visit.target.sandboxes_url))
    apart = [_apart(seen, figure) for figure in ("said_s", "shown_s")]
    if max(apart) > TOGETHER_S:
        figures = "; ".join(dict.fromkeys(f"{it.part} {_ahead(it)}" for it in seen))
        raise Wrong(f"{max(apart):.0f} s apart: {figures}")
    parts = " and ".join(dict.fromkeys(it.part for it in seen))
    return f"{parts}: {max(apart):.2f} s apart at most, in {len(seen)} looks; {_ahead(seen[0])}"


async def _backend(visit: Visit) -> Seen:
    # Without a kept connection each look may reach another worker.
    before = datetime.now(UTC)
    answer = await visit.client.get("/api/health/status", headers={"connection": "close"})
    return _seen("the backend", read(Status, answer).clock, before)


async def _sandboxes(visit: Visit, url: str) -> Seen:
    before = datetime.now(UTC)
    answer = await visit.get(f"{url}/_sandbox/clock")
    return _seen("the sandboxes", read(Time, answer), before)


def _seen(part: str, time: Time, before: datetime) -> Seen:
    """What an answer shows; it was made halfway between the question and now, as far as we know."""
    asked = before + (datetime.now(UTC) - before) / 2
    return Seen(part, time.offset_s, (time.now - asked).total_seconds())


def _apart(seen: list[Seen], figure: str) -> float:
    values = list(map(attrgetter(figure), seen))
    return float(max(values) - min(values))


def _ahead(it: Seen) -> str:
    said, shown = round(it.said_s), round(it.shown_s)
    is_true = abs(it.said_s - it.shown_s) <= TOGETHER_S
    return f"{said} s ahead" if is_true else f"says {said} s, shows {shown} s"
