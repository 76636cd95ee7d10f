"""What an environment costs on Railway in a month, by what its services are expected to take."""

from typing import Final

from staging.definition import Environment, Service

MEMORY_GB: Final = 10.0
VCPU: Final = 20.0
VOLUME_GB: Final = 0.15
EGRESS_GB: Final = 0.05
"""US dollars: for a month of each of the first three, and for a GB that leaves. August 2026."""
HOURS_A_MONTH: Final = 730.0
ASSUMES: Final = (
    "Assumed: each service takes what `staging/environment.py` expects of it, all the time, at"
    f" ${MEMORY_GB:g} a GB of memory, ${VCPU:g} a vCPU and ${VOLUME_GB:g} a GB of disk a month;"
    " without traffic and the plan's own price."
)


def of_service(service: Service) -> float:
    """US dollars for a month of all replicas, without what leaves by the network."""
    taken = service.use.memory_gb * MEMORY_GB + service.use.vcpu * VCPU
    kept = service.volume.size_gb * VOLUME_GB if service.volume else 0
    return taken * service.replicas + kept


def of_environment(environment: Environment) -> float:
    """US dollars for a month of all its services, without what leaves by the network."""
    return sum(map(of_service, environment.hosted))


def until_now(environment: Environment, hours: float) -> float:
    """US dollars for so many hours of it."""
    return of_environment(environment) * hours / HOURS_A_MONTH
