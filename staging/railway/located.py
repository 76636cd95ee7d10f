"""The environment on Railway that a command is about: by its token, or by what was set up."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from staging.definition import Environment
from staging.environment import STAGING
from staging.obstacles import Refused
from staging.railway.client import Railway
from staging.railway.documents import PROJECT_BY_ID, RENDERED, TOKEN_SCOPE
from staging.railway.held import Answer, Held, HeldInstance, Named, Project, read_held
from staging.railway.link import Link


class NothingIsSetUp(Refused):
    """Nobody said which environment on Railway is meant."""

    def __init__(self) -> None:
        super().__init__(
            "This checkout is linked to no environment on Railway.",
            "`staging setup` makes or adopts one; or put its project token into RAILWAY_TOKEN.",
        )


class TokenIsOfAnother(Refused):
    """The token belongs to another environment than was meant."""

    def __init__(self, token: str, meant: str) -> None:
        super().__init__(
            f"RAILWAY_TOKEN is of the environment {token}, and {meant} is meant.",
            "Take the other token, or take it out and use RAILWAY_API_TOKEN.",
        )


class ServiceIsMissing(Refused):
    """The environment on Railway lacks a service of the definition."""

    def __init__(self, name: str, environment: str) -> None:
        super().__init__(
            f"{environment} on Railway has no service {name}.",
            "`staging setup` makes what is missing; `staging diff` shows all that differs.",
        )


@dataclass(frozen=True)
class Place:
    """An environment on Railway, as it is defined and as it stands there."""

    railway: Railway
    environment: Environment
    held: Held

    @property
    def id(self) -> str:
        """The environment's id."""
        return self.held.environment.id

    def service(self, name: str) -> HeldInstance:
        """The service of this name. Raises `ServiceIsMissing`."""
        if name not in self.held.services:
            raise ServiceIsMissing(name, self.environment.name)
        return self.held.services[name]

    def host(self, name: str) -> str | None:
        """The public host of a service: its own where that is proven, else Railway's; or none."""
        if name not in self.held.services:
            return None
        hosts = self.held.services[name].hosts
        own = [it.domain for it in hosts.custom_domains if it.status and it.status.verified]
        return next(iter([*own, *(it.domain for it in hosts.service_domains)]), None)

    @property
    def addresses(self) -> dict[str, str]:
        """Where the world reaches its public services, by their names."""
        public = (it.name for it in self.environment.lasting if it.public)
        return {name: f"https://{host}" for name in public if (host := self.host(name))}

    async def anew(self) -> "Place":
        """The same, as it stands now."""
        return await placed(self.railway, self.held.project, self.id, self.environment)

    async def variables(self, name: str) -> Mapping[str, str]:
        """The variables of a service as it gets them, sealed ones left out."""
        where = {"projectId": self.held.project.id, "environmentId": self.id}
        asked = {**where, "serviceId": self.service(name).id}
        return (await self.railway.read(_Rendered, RENDERED, **asked)).variables


class _Rendered(Answer):
    variables: dict[str, str]


class _Scoped(Answer):
    project: Named
    environment: Named


class _Scope(Answer):
    project_token: _Scoped


class _Project(Answer):
    project: Project


async def locate(
    railway: Railway,
    folder: Path,
    environment: str | None = None,
    defined: Environment = STAGING,
) -> Place:
    """The environment that was set up from here, or another one of its project by its name.

    Raises `NothingIsSetUp`, `TokenIsOfAnother`, and what the client raises.
    """
    link = Link.at(folder)
    if railway.token.kind == "project":
        scope = (await railway.read(_Scope, TOKEN_SCOPE)).project_token
        if link and environment is None and link.environment_id != scope.environment.id:
            raise TokenIsOfAnother(scope.environment.name, "the one that was set up from here")
        if environment not in (None, scope.environment.name):
            raise TokenIsOfAnother(scope.environment.name, environment or "")
        project_id, id_ = scope.project.id, scope.environment.id
    elif link is None:
        raise NothingIsSetUp
    else:
        project_id, id_ = link.project_id, link.environment_id
    project = (await railway.read(_Project, PROJECT_BY_ID, id=project_id)).project
    if environment is not None:
        id_ = next((it.id for it in project.environments.all if it.name == environment), "")
        if not id_:
            raise NoSuchEnvironment(environment, project)
    return await placed(railway, project, id_, defined)


async def placed(
    railway: Railway, project: Project, environment_id: str, defined: Environment = STAGING
) -> Place:
    """The environment of this id in its project: as defined, or a preview of that."""
    names = [service.name for service in defined.hosted]
    held = await read_held(railway, project, environment_id, names)
    name = held.environment.name
    return Place(railway, defined if name == defined.name else defined.preview(name), held)


class NoSuchEnvironment(Refused):
    """The project has no environment of this name."""

    def __init__(self, name: str, project: Project) -> None:
        there = ", ".join(it.name for it in project.environments.all)
        super().__init__(
            f"The project {project.name} has no environment {name}; it has {there}.",
            "`staging preview list` shows the previews.",
        )
