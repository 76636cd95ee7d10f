"""What was lived through in a rehearsal, phase by phase: for people and for programs."""

from dataclasses import dataclass, field
from typing import Any

from staging.railway.load import Traffic


@dataclass(frozen=True)
class Phase:
    """A part of the life: how long it took, and what became of the requests meanwhile."""

    name: str
    saw: str
    seconds: float
    sent: int
    failed: int


@dataclass
class Life:
    """What was lived through."""

    phases: list[Phase] = field(default_factory=list)
    traffic: Traffic = field(default_factory=Traffic)

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "requests": {"sent": self.traffic.sent, "failed": self.traffic.failed},
            "slowest_ms": round(self.traffic.slowest_ms, 1),
            "failures": self.traffic.failures,
            "phases": [
                {
                    "phase": it.name,
                    "saw": it.saw,
                    "seconds": round(it.seconds, 2),
                    "requests": {"sent": it.sent, "failed": it.failed},
                }
                for it in self.phases
            ],
        }

    def rows(self) -> list[tuple[str, str, str, str]]:
        """For people: the phase, its time, its requests and what was seen."""
        told = [
            (it.name, f"{it.seconds:.1f} s", f"{it.sent} sent, {it.failed} failed", it.saw)
            for it in self.phases
        ]
        seconds = sum(it.seconds for it in self.phases)
        counts = f"{self.traffic.sent} sent, {self.traffic.failed} failed"
        slowest = f"the slowest answer took {self.traffic.slowest_ms:.0f} ms"
        return [*told, ("all", f"{seconds:.1f} s", counts, slowest)]
