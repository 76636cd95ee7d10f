"""What Railway holds of an environment, read in a few questions and changed by none."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from staging.railway.client import Railway
from staging.railway.documents import ENVIRONMENT, VARIABLE_AGES, VARIABLES

T = TypeVar("T")
SHARED = ""
"""In place of a service's name: what the environment itself holds."""


class Answer(BaseModel):
    """A part of an answer, as far as we need it."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, frozen=True)


class Edge(Answer, Generic[T]):
    """One place in a list."""

    node: T


class Page(Answer):
    """Where a list goes on."""

    has_next_page: bool = False
    end_cursor: str | None = None


class Nodes(Answer, Generic[T]):
    """A list, as Railway writes them."""

    edges: tuple[Edge[T], ...]
    page_info: Page = Page()

    @property
    def all(self) -> tuple[T, ...]:
        """What is in it."""
        return tuple(edge.node for edge in self.edges)


class Named(Answer):
    """A thing with a name."""

    id: str
    name: str


class Origin(Answer):
    """The environment that another one was copied from."""

    id: str


class EnvironmentOf(Named):
    """An environment of a project."""

    is_ephemeral: bool = False
    source_environment: Origin | None = None


class Project(Named):
    """A project, with the names of what is in it."""

    description: str | None = None
    environments: Nodes[EnvironmentOf] = Nodes(edges=())
    services: Nodes[Named] = Nodes(edges=())


class Record(Answer):
    """What must stand in the DNS for a host of one's own."""

    fqdn: str
    record_type: str
    required_value: str
    current_value: str = ""
    status: str = ""


class Proof(Answer):
    """How far a host of one's own has been proven to be ours."""

    verified: bool
    certificate_status: str
    verification_dns_host: str | None = None
    verification_token: str | None = None
    dns_records: tuple[Record, ...] = ()


class Host(Answer):
    """A public host of a service; `status` where it is one of our own."""

    domain: str
    target_port: int | None = None
    status: Proof | None = None


class Hosts(Answer):
    """The public hosts of a service."""

    service_domains: tuple[Host, ...] = ()
    custom_domains: tuple[Host, ...] = ()


class Deployed(Answer):
    """A deployment: how it stands, and of what it was made."""

    id: str
    status: str
    created_at: datetime
    meta: Mapping[str, Any] | None = None


class Instance(Answer):
    """A service in an environment; its settings are what is left over, by Railway's names."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, frozen=True, extra="allow"
    )

    service_id: str
    service_name: str
    domains: Hosts = Hosts()
    latest_deployment: Deployed | None = None

    @property
    def settings(self) -> Mapping[str, Any]:
        """How it is built and run."""
        return self.model_extra or {}


class VolumeInstance(Answer):
    """A disk, and whose it is."""

    service_id: str | None = None
    mount_path: str


class VariableAge(Answer):
    """When a variable was set last; its value is told to nobody when it is sealed."""

    name: str
    service_id: str | None = None
    is_sealed: bool = False
    created_at: datetime
    updated_at: datetime


class _Inside(Answer):
    id: str
    name: str
    service_instances: Nodes[Instance]
    volume_instances: Nodes[VolumeInstance]


class _Environment(Answer):
    environment: _Inside


class _Ages(Answer):
    variables: Nodes[VariableAge]


class _AgesOf(Answer):
    environment: _Ages


class _Variables(Answer):
    variables: dict[str, str]


@dataclass(frozen=True)
class HeldVariables:
    """Variables of one owner. A sealed one is there, and has no value for us."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    sealed: frozenset[str] = frozenset()
    set_at: Mapping[str, datetime] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether it is there, and not empty as far as one can see."""
        return name in self.sealed or bool(self.values.get(name))

    @property
    def names(self) -> frozenset[str]:
        """All that are there."""
        return self.sealed | self.values.keys()


@dataclass(frozen=True)
class HeldInstance:
    """A service as Railway holds it."""

    id: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    hosts: Hosts = field(default_factory=Hosts)
    volumes: tuple[str, ...] = ()
    latest: Deployed | None = None
    variables: HeldVariables = field(default_factory=HeldVariables)

    @property
    def image(self) -> str | None:
        """The image that it runs; none where it is built."""
        source = self.settings.get("source") or {}
        return source.get("image") or None


@dataclass(frozen=True)
class Held:
    """An environment as Railway holds it."""

    project: Project
    environment: Named
    shared: HeldVariables
    services: Mapping[str, HeldInstance]

    @property
    def absent(self) -> frozenset[str]:
        """Services of the project that are in another environment and not in this one."""
        return frozenset(each.name for each in self.project.services.all) - self.services.keys()


async def read_held(
    railway: Railway, project: Project, environment: str, of: Collection[str]
) -> Held:
    """What the environment of this id holds; variables only `of` these services and the shared."""
    told = (await railway.read(_Environment, ENVIRONMENT, id=environment)).environment
    ages = await _ages(railway, environment)
    disks = told.volume_instances.all
    services = {}
    for each in told.service_instances.all:
        variables = HeldVariables()
        if each.service_name in of:
            variables = await _variables(railway, project.id, environment, each.service_id, ages)
        services[each.service_name] = HeldInstance(
            id=each.service_id,
            name=each.service_name,
            settings=each.settings,
            hosts=each.domains,
            volumes=tuple(it.mount_path for it in disks if it.service_id == each.service_id),
            latest=each.latest_deployment,
            variables=variables,
        )
    shared = await _variables(railway, project.id, environment, None, ages)
    return Held(project, Named(id=told.id, name=told.name), shared, services)


async def _ages(railway: Railway, environment: str) -> tuple[VariableAge, ...]:
    found: tuple[VariableAge, ...] = ()
    page = Page(has_next_page=True)
    while page.has_next_page:
        asked = {"id": environment, "after": page.end_cursor}
        told = (await railway.read(_AgesOf, VARIABLE_AGES, **asked)).environment.variables
        found, page = (*found, *told.all), told.page_info
    return found


async def _variables(
    railway: Railway,
    project: str,
    environment: str,
    service: str | None,
    ages: tuple[VariableAge, ...],
) -> HeldVariables:
    where = {"projectId": project, "environmentId": environment, "serviceId": service}
    values = (await railway.read(_Variables, VARIABLES, **where)).variables
    own = [each for each in ages if each.service_id == service]
    return HeldVariables(
        values,
        frozenset(each.name for each in own if each.is_sealed),
        {each.name: each.updated_at for each in own},
    )
