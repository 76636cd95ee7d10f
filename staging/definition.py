"""What an environment is made of: services, and what belongs to all of them.

These are kinds; the environment itself is in `environment.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from backend.settings import NAME, PythonEnv, prefix_of
from staging.values import Value


class EnvironmentIsRefused(ValueError):
    """Such an environment can not be: it could be taken for production, or not be named."""


@dataclass(frozen=True)
class Build:
    """How a service is made from the source."""

    dockerfile: str
    """Its path from the root of the repository, which is what it may copy from."""
    watch: tuple[str, ...]
    """Patterns like those of .gitignore: a push that touches none of them builds nothing."""


@dataclass(frozen=True)
class Volume:
    """A disk of a service's own. It stops before its successor starts, and has no replicas."""

    path: str
    size_gb: float


@dataclass(frozen=True)
class Use:
    """What a service is expected to take on average, which is what Railway bills."""

    memory_gb: float
    vcpu: float


@dataclass(frozen=True)
class Service:
    """One service of an environment: built from the source, or an image that somebody provides."""

    name: str
    what: str
    """What it is, in one line for people."""
    port: int = 0
    """The port on Railway, and the one on one machine before `--port-base` moves it; 0 where
    nobody reaches it."""
    image: str | None = None
    """What Railway runs for it; on one machine the package of the same part."""
    build: Build | None = None
    start: tuple[str, ...] = ()
    """The command that runs it, with PORT in its environment. On one machine `python` and `node`
    are the environment's own, and `node` runs inside the website's build."""
    pre_deploy: tuple[str, ...] = ()
    """A command that must succeed before a new deployment starts, run apart from it."""
    health_path: str | None = None
    """Asked until it answers exactly 200; only then the deployment takes traffic."""
    health_timeout_s: int = 100
    restarts_on_failure: int = 3
    """How often it is started again after a failure; with 0 never."""
    replicas: int = 1
    overlap_s: int = 0
    """How long it goes on beside its successor that takes the traffic."""
    draining_s: int = 15
    """How long it may take to end after SIGTERM, before SIGKILL."""
    public: bool = False
    """Whether the world reaches it: by a host that Railway gives, or by one of its own."""
    volume: Volume | None = None
    use: Use = Use(0.1, 0.01)
    variables: Mapping[str, Value] = field(default_factory=dict)
    here: Mapping[str, Value] = field(default_factory=dict)
    """Variables on one machine, where the sandboxes stand in for the vendors."""
    only_here: bool = False
    """Whether it exists on one machine only."""
    once: bool = False
    """Whether the step before its deployment is all of its work, so that it is deployed when there
    is that to do, and nothing of it runs. It exists on Railway only."""
    beside: bool = False
    """Whether it rises together with the one before it, which it does not wait for."""

    @property
    def room(self) -> str:
        """The room of the house that it runs."""
        return self.start[2].partition(".")[0] if self.is_python else self.name

    @property
    def is_python(self) -> bool:
        """Whether Python runs it, so that a guard can stand in its processes."""
        return self.start[:1] == ("python",)

    @property
    def is_node(self) -> bool:
        """Whether Node runs it, out of a build of the folder with its name."""
        return self.start[:1] == ("node",)


@dataclass(frozen=True)
class Environment:
    """An environment that people test in: it may be filled, reset and thrown away."""

    name: str
    services: tuple[Service, ...]
    """In the order in which they rise."""
    kind: PythonEnv = PythonEnv.staging
    shared: Mapping[str, Value] = field(default_factory=dict)
    """Variables of the environment itself, for services to share."""
    domains: Mapping[str, str] = field(default_factory=dict)
    """The association's own hosts by service; a service without one has Railway's."""

    def __post_init__(self) -> None:
        if PythonEnv.production in (self.name, self.kind):
            raise EnvironmentIsRefused(
                "An environment that may be reset can not be named production. "
                "Production is never raised, seeded or reset by this tool."
            )
        if not re.fullmatch(NAME, self.name):
            raise EnvironmentIsRefused(
                f"{self.name!r} can not name an environment: a name starts with a small letter, "
                "goes on with small letters, digits, - or _, and has 31 of them at most."
            )

    @property
    def prefix(self) -> str:
        """What the names of its collections start with, such as `pr_42_`."""
        return prefix_of(self.name)

    @property
    def hosted(self) -> tuple[Service, ...]:
        """The services that Railway has."""
        return tuple(service for service in self.services if not service.only_here)

    @property
    def lasting(self) -> tuple[Service, ...]:
        """Those of them that run on, as every release does."""
        return tuple(service for service in self.hosted if not service.once)

    @property
    def raised(self) -> tuple[Service, ...]:
        """The services that one machine runs."""
        return tuple(service for service in self.services if not service.once)

    def service(self, name: str) -> Service:
        """The service of this name; `KeyError` when there is none."""
        return {service.name: service for service in self.services}[name]

    def preview(self, name: str) -> Self:
        """The same under another name: with data, secrets and hosts of its own."""
        if name == self.name:
            raise EnvironmentIsRefused(f"A preview of {name} can not be {name} itself.")
        return replace(self, name=name, kind=PythonEnv.staging, domains={})
