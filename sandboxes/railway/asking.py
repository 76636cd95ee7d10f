"""What a resolver has at hand: the records, who asks, when, and what runs deployments."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Vendor
from sandboxes.railway.errors import NotAuthorized, NotFound
from sandboxes.railway.ground import Ground

MOST = 10_000


@dataclass(frozen=True)
class Caller:
    """Who asks: an account, a workspace, or a project's token, which is bound to an environment.

    Nobody has a `refusal`, which every field but the open ones answers with.
    """

    kind: str
    id: str = ""
    name: str = ""
    project_id: str | None = None
    environment_id: str | None = None
    refusal: str = ""

    @property
    def is_bound(self) -> bool:
        """Whether this is a project's token."""
        return self.kind == "project"


@dataclass(frozen=True)
class Asking:
    """One GraphQL request as its resolvers see it."""

    vendor: Vendor
    who: Caller
    now: datetime
    ground: Ground

    @property
    def records(self) -> Records:
        """What is remembered."""
        return self.vendor.records

    @property
    def at(self) -> str:
        """Now, as Railway writes it."""
        return written(self.now)


Asked = Document
"""The arguments of a field."""
Root = Callable[[Asking, Asked], Awaitable[Any]]
"""Resolves a field of Query or Mutation."""
Field = Callable[[Asking, Document, Asked], Awaitable[Any]]
"""Resolves a field of the document that is handed in."""


def new_id() -> str:
    """A new identifier, as Railway writes them."""
    return str(uuid4())


def written(moment: datetime) -> str:
    """A moment as Railway writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_moment(text: str) -> datetime:
    """A moment as Railway writes it, read."""
    return datetime.fromisoformat(text)


async def everything(records: Records, kind: str, /, **like: Any) -> list[Document]:
    """All documents of a kind with these fields, the oldest first."""
    return (await records.find(kind, like, limit=MOST))[::-1]


async def the_project(asking: Asking, id_: str) -> Document:
    """A project that the caller may see; raises NotFound and NotAuthorized."""
    if asking.who.is_bound and asking.who.project_id != id_:
        raise NotAuthorized
    project = await asking.records.get("project", id_)
    if project is None or project["deletedAt"]:
        raise NotFound("Project")
    return project


async def the_environment(asking: Asking, id_: str, project_id: str | None = None) -> Document:
    """An environment that the caller may see, of this project; raises NotFound, NotAuthorized."""
    if asking.who.is_bound and asking.who.environment_id != id_:
        raise NotAuthorized
    environment = await asking.records.get("environment", id_)
    if environment is None or environment["deletedAt"]:
        raise NotFound("Environment")
    if project_id not in {None, environment["projectId"]}:
        raise NotFound("Environment")
    return environment


async def the_service(asking: Asking, id_: str, project_id: str | None = None) -> Document:
    """A service that the caller may see, of this project; raises NotFound and NotAuthorized."""
    service = await asking.records.get("service", id_)
    if service is None or service["deletedAt"] or project_id not in {None, service["projectId"]}:
        raise NotFound("Service")
    await the_project(asking, service["projectId"])
    return service


def needs_account(asking: Asking) -> None:
    """Raise NotAuthorized for a project's token, which can not do this."""
    if asking.who.is_bound:
        raise NotAuthorized
