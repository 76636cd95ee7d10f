"""The tables about services: what each is, how it is deployed, where it stands, what it costs."""

import shlex
from collections.abc import Iterator

from staging import values as kinds
from staging.definition import Service
from staging.environment import STAGING
from staging.markdown import code, table
from staging.railway.costs import (
    EGRESS_GB,
    MEMORY_GB,
    VCPU,
    VOLUME_GB,
    of_environment,
    of_service,
)
from staging.railway.naming import host_of, private_host_of


def services() -> str:
    """The services of the environment, in the order in which they rise."""
    head = ("Service", "What it is", "Port", "Railway runs", "Started by", "Before a deployment")
    return table(head, map(_service, STAGING.services))


def probes() -> str:
    """How a deployment of each service begins and ends on Railway."""
    head = ("Service", "Ready when", "Within", "Beside its successor", "Ends within")
    more = ("Started again", "Replicas", "Disk")
    return table((*head, *more), map(_probe, STAGING.hosted))


def hosts() -> str:
    """Where the world, and the other services, reach each service on Railway."""
    head = ("Service", "In public", "Railway's own host", "In a preview", "Inside")
    return table(head, map(_host, STAGING.hosted))


def values() -> str:
    """What the environment and its services are told, on Railway and on one machine."""
    kept = ((code(n), "all that share it", _value(v), "") for n, v in STAGING.shared.items())
    told = (row for service in STAGING.services for row in _values(service))
    head = ("Variable", "Of", "On Railway", "On one machine, where that differs")
    return table(head, (*kept, *told))


def costs() -> str:
    """What a month costs at Railway's prices, service by service."""
    prices = (f"Memory, ${MEMORY_GB:g} a GB", f"Processor, ${VCPU:g}", f"Disk, ${VOLUME_GB:g} a GB")
    whole = ("together", "", "", "", f"**{_dollars(of_environment(STAGING))}**")
    leaves = ("what leaves by the network", "", "", "", f"${EGRESS_GB:g} a GB")
    return table(("Service", *prices, "A month"), (*map(_cost, STAGING.hosted), whole, leaves))


TABLES = (services, probes, hosts, values, costs)


def _service(service: Service) -> tuple[str, ...]:
    return (
        service.name + _where(service),
        service.what,
        str(service.port or ""),
        code(service.image or (service.build.dockerfile if service.build else "")),
        code(shlex.join(service.start)) or ("the image" if service.image else ""),
        code(shlex.join(service.pre_deploy)),
    )


def _where(service: Service) -> str:
    if service.only_here:
        return ", on one machine only"
    return ", on Railway only" if service.once else ""


def _probe(service: Service) -> tuple[str, ...]:
    asked = service.health_path
    times = service.restarts_on_failure
    disk = service.volume
    return (
        service.name,
        f"{code(asked)} answers 200" if asked else "all is done" if service.once else "it runs",
        f"{service.health_timeout_s} s" if asked else "",
        f"{service.overlap_s} s",
        f"{service.draining_s} s",
        f"{times} times after a failure" if times else "never",
        str(service.replicas),
        f"{disk.size_gb:g} GB at {code(disk.path)}" if disk else "",
    )


def _host(service: Service) -> tuple[str, ...]:
    own = STAGING.domains.get(service.name, "")
    railways = (host_of(service.name, name) for name in (STAGING.name, "pr-42"))
    public = map(code, railways) if service.public else ("", "")
    return service.name, code(own), *public, code(private_host_of(service.name))


def _cost(service: Service) -> tuple[str, ...]:
    use, disk = service.use, service.volume
    taken = (f"{use.memory_gb:g} GB", f"{use.vcpu:g} vCPU", f"{disk.size_gb:g} GB" if disk else "")
    return service.name, *taken, _dollars(of_service(service))


def _dollars(amount: float) -> str:
    return f"${amount:.2f}"


def _values(service: Service) -> Iterator[tuple[str, ...]]:
    for name in {**service.variables, **service.here}:
        there, here = service.variables.get(name), service.here.get(name)
        yield code(name), service.name, _value(there) or "not set", _value(here)


def _value(value: kinds.Value | None) -> str:
    told = ""
    match value:
        case kinds.Literal(text):
            told = code(text)
        case kinds.EnvironmentName():
            told = "the name of the environment"
        case kinds.Reference(service, variable):
            told = f"{code(variable)} of {service}"
        case kinds.AddressOf(service, path):
            told = f"the address of {service}" + (f" and {code(path)}" if path else "")
        case kinds.Shared(name):
            told = f"{code(name)} of the environment"
        case kinds.Secret():
            told = "random, made once for the environment"
        case kinds.Given(needed):
            told = "given by you" if needed else "given by you, or not set"
    return told
