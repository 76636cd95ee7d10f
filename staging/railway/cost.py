"""What an environment costs on Railway, by its prices and by what its services should use.

It is an estimate: Railway bills what is used, by the minute; traffic out ($0.05 a GB) and the
plan's own price and credit are not in it.
"""

from dataclasses import dataclass
from typing import Final

from staging.definition import Environment

MEMORY_GB, VCPU, VOLUME_GB = 10.0, 20.0, 0.15
"""Dollars a month for one that is used all the time."""
HOURS_A_MONTH: Final = 730.0
ASSUMES: Final = (
    "Assumed: each service uses what `staging/environment.py` expects of it, all the time;"
    " $10 a GB of memory, $20 a vCPU, $0.15 a GB of disk and month; without traffic and the plan."
)


@dataclass(frozen=True)
class Cost:
    """Dollars a month, by what they are for."""

    memory: float
    processor: float
    disk: float

    @property
    def a_month(self) -> float:
        """All of it."""
        return self.memory + self.processor + self.disk

    def over(self, hours: float) -> float:
        """Dollars for so many hours."""
        return self.a_month * hours / HOURS_A_MONTH


def expected(environment: Environment) -> Cost:
    """What the services of an environment are expected to cost."""
    services = environment.hosted
    return Cost(
        memory=sum(it.use.memory_gb * it.replicas for it in services) * MEMORY_GB,
        processor=sum(it.use.vcpu * it.replicas for it in services) * VCPU,
        disk=sum(it.volume.size_gb for it in services if it.volume) * VOLUME_GB,
    )
