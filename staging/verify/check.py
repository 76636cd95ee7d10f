"""What a check is, and what comes of one."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from staging.verify.target import Kind
from staging.verify.visit import Visit

Look = Callable[[Visit], Awaitable[str]]
"""Says what it saw in one sentence with figures; raises `Wrong`, `Worry` or `DoesNotApply`."""


class Outcome(StrEnum):
    """What came of a check."""

    passed = "passed"
    warned = "warned"
    """It is right today, and what was seen asks to be looked at; it is counted as a pass."""
    failed = "failed"
    not_applicable = "not_applicable"
    """It could not be made on this target. This is never counted as a pass."""


@dataclass(frozen=True)
class Check:
    """One question to a target. Its sentence is the docstring of the function that looks."""

    name: str
    look: Look
    expected: str
    advice: str
    """What to do when it fails."""
    not_here: str | None = None
    """Why it can not be asked on one machine; None when it can."""
    not_hosted: str | None = None
    """Why it can not be asked of a hosted target; None when it can."""
    alone: bool = False
    """Whether it measures, and runs after the others so that nothing disturbs it."""
    last: bool = False
    """Whether it tells of what the others set off, and runs when all of them are done."""
    walks: bool = False
    """Whether it walks a journey, which is mostly waiting: all walk together, after the others."""
    limit_s: float = 10.0
    """How long it may take; a check that hangs has failed."""

    @property
    def asks(self) -> str:
        """The question in one sentence."""
        return (inspect.getdoc(self.look) or self.name).partition("\n\n")[0].replace("\n", " ")

    def excuse(self, kind: Kind) -> str | None:
        """Why it does not apply to any target of this kind, or None."""
        return self.not_here if kind == "here" else self.not_hosted


@dataclass(frozen=True)
class Result:
    """What came of one check, for people and programs."""

    check: str
    asks: str
    outcome: Outcome
    saw: str
    """One sentence of what was seen, or why nothing was looked at."""
    expected: str
    advice: str
    """What to do now; empty unless it failed or warns."""
    took_ms: float
