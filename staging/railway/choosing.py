"""Which project and environment a set-up is about: found, or still to be made."""

from dataclasses import dataclass
from typing import Final

from staging.definition import Environment
from staging.obstacles import Refused
from staging.railway.client import Railway
from staging.railway.documents import PROJECT_BY_ID, PROJECTS, WORKSPACES
from staging.railway.errors import NotAuthorised, RailwayRefused
from staging.railway.held import Answer, EnvironmentOf, Named, Nodes, Page, Project
from staging.railway.link import Link

MARK: Final = "Set up by `staging setup`."
"""In the description of a project: this tool has made it."""
DESCRIPTION: Final = f"The staging environment of the WWMAA's membership platform. {MARK}"


class ProjectIsNotOurs(Refused):
    """The project that this folder is linked to is gone, or is somebody else's."""

    def __init__(self, link: Link, file: str) -> None:
        super().__init__(
            f"The token does not see the project that this checkout is linked to, "
            f"{link.project_id}: it was deleted, or it belongs to another workspace.",
            "Use a token of the workspace that owns it; or name another project with --project; "
            f"or delete {file} to begin anew.",
        )


class NameIsTaken(Refused):
    """There is a project of this name, and nothing says that this tool has made it."""

    def __init__(self, project: Named) -> None:
        super().__init__(
            f"There is a project named {project.name} already ({project.id}), and it was not made "
            "by `staging setup`.",
            "If it shall become the staging environment, add --adopt: what is in it stays, and "
            "what is missing is added.\nIf not, choose another name with --project.",
        )


class NameIsShared(Refused):
    """Several projects have this name."""

    def __init__(self, name: str, ids: tuple[str, ...]) -> None:
        super().__init__(
            f"{len(ids)} projects are named {name}: {', '.join(ids)}.",
            "Name the one that is meant by its id: --project ID.",
        )


class ProjectIsShared(Refused):
    """Other environments than ours are in the project, and would get our services as well."""

    def __init__(self, project: Named, others: tuple[str, ...]) -> None:
        super().__init__(
            f"The project {project.name} has other environments of its own "
            f"({', '.join(others)}), and Railway would create each new service in them as well.",
            "Give staging a project of its own: --project OTHER-NAME.",
        )


class WorkspaceIsOpen(Refused):
    """The token sees several workspaces, and nobody said which one."""

    def __init__(self, names: tuple[str, ...], wanted: str) -> None:
        fact = f"This token sees no workspace {wanted}" if wanted else "This token sees several"
        super().__init__(
            f"{fact}; there {'is' if len(names) == 1 else 'are'} {', '.join(names) or 'none'}.",
            "Say where the project shall be made: --workspace NAME.",
        )


class ProductionIsRefused(Refused):
    """A project or environment of production is not set up by this tool."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} names production, which is never set up, seeded or reset by this tool.",
            "Choose another name with --project.",
        )


@dataclass(frozen=True)
class Wish:
    """What somebody asked for."""

    project: str
    """A name or an id."""
    is_named: bool
    """Whether it was named, and not only meant by default."""
    workspace: str = ""
    adopt: bool = False


@dataclass(frozen=True)
class Choice:
    """The workspace to make a project in, and what is there of the project and environment."""

    name: str
    workspace: Named
    project: Project | None = None
    environment: EnvironmentOf | None = None


class _Projects(Answer):
    projects: Nodes[Project]


class _Project(Answer):
    project: Project


class _Token(Answer):
    class _Workspaces(Answer):
        workspaces: tuple[Named, ...]

    api_token: _Workspaces


async def choose(
    railway: Railway, environment: Environment, wish: Wish, link: Link | None, file: str
) -> Choice:
    """What is there of what was asked for. Raises the refusals above."""
    if "production" in wish.project.lower().replace("_", "-").split("-"):
        raise ProductionIsRefused(wish.project)
    workspaces = (await railway.read(_Token, WORKSPACES)).api_token.workspaces
    project: Project | None
    if link and not wish.is_named:
        project = await _linked(railway, link, file)
    else:
        project = await _named(railway, wish, _chosen(workspaces, wish.workspace, None))
    if project is None:
        return Choice(wish.project, _one(workspaces, wish.workspace))
    own = next((it for it in project.environments.all if it.name == environment.name), None)
    others = [it.name for it in project.environments.all if it != own and not _is_copy(it)]
    if others:
        raise ProjectIsShared(project, tuple(others))
    return Choice(project.name, workspaces[0], project, own)


async def project_of(railway: Railway, id_: str) -> Project:
    """The project of this id, with what is in it."""
    return (await railway.read(_Project, PROJECT_BY_ID, id=id_)).project


async def _linked(railway: Railway, link: Link, file: str) -> Project:
    try:
        return await project_of(railway, link.project_id)
    except (NotAuthorised, RailwayRefused) as refusal:
        if isinstance(refusal, RailwayRefused) and not refusal.is_not_found:
            raise
        raise ProjectIsNotOurs(link, file) from refusal


async def _named(railway: Railway, wish: Wish, workspace: Named | None) -> Project | None:
    found = []
    page = Page(has_next_page=True)
    where = {"workspaceId": workspace.id if workspace else None}
    while page.has_next_page:
        told = await railway.read(_Projects, PROJECTS, **where, after=page.end_cursor)
        found += [each for each in told.projects.all if wish.project in (each.name, each.id)]
        page = told.projects.page_info
    if not found:
        return None
    if len(found) > 1:
        raise NameIsShared(wish.project, tuple(each.id for each in found))
    if not wish.adopt and MARK not in (found[0].description or ""):
        raise NameIsTaken(found[0])
    return await project_of(railway, found[0].id)


def _chosen(there: tuple[Named, ...], wanted: str, otherwise: Named | None) -> Named | None:
    return next((it for it in there if wanted and wanted in (it.name, it.id)), otherwise)


def _one(there: tuple[Named, ...], wanted: str) -> Named:
    only = there[0] if len(there) == 1 and not wanted else None
    found = _chosen(there, wanted, only)
    if found is None:
        raise WorkspaceIsOpen(tuple(each.name for each in there), wanted)
    return found


def _is_copy(environment: EnvironmentOf) -> bool:
    """A preview, which Railway leaves alone when a service is made."""
    return environment.is_ephemeral or environment.source_environment is not None
