"""Faults on demand: make a vendor fail or dawdle, for a number of calls or for a while.

They live in the process, not in the records: a restart is a fresh start.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Terms(BaseModel):
    """Whom a fault strikes and when it ends: after `times` calls, after `seconds`, or on DELETE.

    With a probability it strikes that share of the calls.
    """

    model_config = ConfigDict(extra="forbid")

    vendor: str
    operation: str | None = None
    times: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, gt=0, le=86400)
    probability: float = Field(default=1.0, gt=0, le=1)


class StatusFault(_Terms):
    """The vendor answers with an error of its own shape."""

    kind: Literal["status"]
    status: int = Field(ge=400, le=599)
    retry_after: int | None = Field(default=None, ge=0)


class SlowFault(_Terms):
    """The vendor answers as ever: `slow` starts `delay` seconds later, `slow_body` takes as long
    over the body."""

    kind: Literal["slow", "slow_body"]
    delay: float = Field(default=5.0, gt=0, le=300)


class BrokenFault(_Terms):
    """The wire or the answer is broken.

    `refuse` drops the connection before any answer, and the vendor does nothing; `hang` keeps it
    open without a word. The others strike when the vendor has done its work: `reset` cuts the
    connection in the middle of the body, `garbage` answers what is no JSON, `schema` answers JSON
    of another shape.
    """

    kind: Literal["refuse", "hang", "reset", "garbage", "schema"]


Fault = StatusFault | SlowFault | BrokenFault
FAULT: TypeAdapter[Fault] = TypeAdapter(Annotated[Fault, Field(discriminator="kind")])


@dataclass
class Armed:
    """A fault that is in force, with what is left of it."""

    fault: Fault
    ends_at: float | None
    left: int | None
    id: str = field(default_factory=lambda: uuid4().hex)

    def in_force(self, now: float) -> bool:
        """Whether it has neither run out of calls nor of time."""
        return self.left != 0 and (self.ends_at is None or now < self.ends_at)

    def strikes(self, vendor: str, operation: str | None) -> bool:
        """Whether this call is meant; a fault without an operation means every call."""
        return self.fault.vendor == vendor and self.fault.operation in {None, operation}

    def described(self, now: float) -> dict[str, Any]:
        """The fault as it was ordered, with what is left of it."""
        left = None if self.ends_at is None else round(self.ends_at - now, 3)
        terms = self.fault.model_dump(exclude_none=True)
        return {"id": self.id} | terms | {"times_left": self.left, "seconds_left": left}


class Faults:
    """The faults in force."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._armed: list[Armed] = []

    def arm(self, fault: Fault) -> dict[str, Any]:
        """Put a fault in force; returns it as it is listed."""
        now = self._clock()
        ends_at = None if fault.seconds is None else now + fault.seconds
        self._armed.append(Armed(fault, ends_at, fault.times))
        return self._armed[-1].described(now)

    def listed(self) -> list[dict[str, Any]]:
        """All of them, described, oldest first."""
        now = self._clock()
        return [armed.described(now) for armed in self._armed if armed.in_force(now)]

    def strike(self, vendor: str, operation: str | None) -> list[Fault]:
        """The faults that this call meets, oldest first; each is used up by one."""
        now = self._clock()
        self._armed = [armed for armed in self._armed if armed.in_force(now)]
        met = [
            armed
            for armed in self._armed
            if armed.strikes(vendor, operation) and self._chance() < armed.fault.probability
        ]
        for armed in met:
            armed.left = None if armed.left is None else armed.left - 1
        return [armed.fault for armed in met]

    def lift(self, vendor: str | None = None) -> int:
        """End the faults of a vendor, or all; returns how many there were."""
        before = len(self.listed())
        self._armed = [armed for armed in self._armed if vendor not in {None, armed.fault.vendor}]
        return before - len(self.listed())
