"""Projects: what holds environments and services together."""

from sandboxes.kit.records import Document
from sandboxes.railway import people
from sandboxes.railway.asking import (
    Asked,
    Asking,
    everything,
    needs_account,
    new_id,
    the_environment,
    the_project,
)
from sandboxes.railway.connections import connection
from sandboxes.railway.environments import (
    asks_no_second_factor,
    destroy_environment,
    new_environment,
)
from sandboxes.railway.errors import NotFound, Problem
from sandboxes.railway.workspace import ID, the_workspace

LONGEST = 50
SWITCHES = ("prDeploys", "botPrEnvironments", "focusedPrEnvironments", "isPublic")
ORDERS = {"CREATED_AT_DESC": "createdAt", "NAME_ASC": "name", "UPDATED_AT_DESC": "updatedAt"}
MAY_CHANGE = (*SWITCHES, "name", "description", "baseEnvironmentId")


async def project(asking: Asking, asked: Asked) -> Document:
    """One project."""
    return await the_project(asking, asked["id"])


async def projects(asking: Asking, asked: Asked) -> Document:
    """The projects of the workspace, the latest changed first unless told."""
    needs_account(asking)
    if asked.get("workspaceId") not in {None, ID}:
        raise NotFound("Workspace")
    found = await everything(asking.records, "project")
    if not asked.get("includeDeleted"):
        found = [each for each in found if not each["deletedAt"]]
    field = ORDERS[asked.get("orderBy") or "UPDATED_AT_DESC"]
    found.sort(key=lambda each: str(each[field]), reverse=field != "name")
    return connection(found, asked)


async def create_project(asking: Asking, asked: Asked) -> Document:
    """A project with its first environment, `production` unless told."""
    needs_account(asking)
    order = asked["input"]
    if order.get("workspaceId") not in {None, ID}:
        raise NotFound("Workspace")
    name = order.get("name")
    made: Document = dict.fromkeys(SWITCHES, False) | {
        "id": new_id(),
        "name": _name(name) if name is not None else f"project-{new_id()[:8]}",
        "description": order.get("description"),
        "workspaceId": ID,
        "createdAt": asking.at,
        "updatedAt": asking.at,
        "deletedAt": None,
        "baseEnvironmentId": None,
        **{switch: order[switch] for switch in SWITCHES if order.get(switch) is not None},
    }
    first = new_environment(asking, made["id"], order.get("defaultEnvironmentName") or "production")
    made["primaryEnvironmentId"] = first["id"]
    await asking.records.put("project", made["id"], made)
    await asking.records.put("environment", first["id"], first)
    return made


async def update_project(asking: Asking, asked: Asked) -> Document:
    """Change what is said of a project."""
    needs_account(asking)
    changed, order = await the_project(asking, asked["id"]), asked["input"]
    for name in MAY_CHANGE:
        if order.get(name) is not None:
            changed[name] = _name(order[name]) if name == "name" else order[name]
    if order.get("baseEnvironmentId"):
        await the_environment(asking, order["baseEnvironmentId"], changed["id"])
    await asking.records.put("project", changed["id"], changed | {"updatedAt": asking.at})
    return changed


async def delete_project(asking: Asking, asked: Asked) -> bool:
    """Delete a project, and end everything in it."""
    needs_account(asking)
    gone = await the_project(asking, asked["id"])
    await asks_no_second_factor(asking)
    for environment in await environments_in(asking, gone["id"]):
        await destroy_environment(asking, environment)
    for service in await everything(asking.records, "service", projectId=gone["id"]):
        await asking.records.put("service", service["id"], service | {"deletedAt": asking.at})
    await asking.records.put("project", gone["id"], gone | {"deletedAt": asking.at})
    return True


async def environments_in(asking: Asking, project_id: str) -> list[Document]:
    """The environments of a project; of those, a project's token sees its own."""
    found = await everything(asking.records, "environment", projectId=project_id, deletedAt=None)
    if asking.who.is_bound:
        return [each for each in found if each["id"] == asking.who.environment_id]
    return found


async def environments_of(asking: Asking, source: Document, asked: Asked) -> Document:
    """The environments of a project, ephemeral or not where it is asked."""
    found = await environments_in(asking, source["id"])
    wanted = asked.get("isEphemeral")
    found = [each for each in found if wanted in {None, each["isEphemeral"]}]
    return connection(found[::-1] if asked.get("sort") == "desc" else found, asked)


async def services_of(asking: Asking, source: Document, asked: Asked) -> Document:
    """The services of a project."""
    found = await everything(asking.records, "service", projectId=source["id"], deletedAt=None)
    return connection(found, asked)


async def volumes_of(asking: Asking, source: Document, asked: Asked) -> Document:
    """The volumes of a project."""
    return connection(await everything(asking.records, "volume", projectId=source["id"]), asked)


async def base_of(asking: Asking, source: Document, _asked: Asked) -> Document | None:
    """The environment that previews are copied from, where one is set."""
    base = source["baseEnvironmentId"]
    return await the_environment(asking, base) if base else None


async def subscription_of(asking: Asking, _source: Document, _asked: Asked) -> str:
    """The plan, as a project tells it."""
    return str((await the_workspace(asking.records))["plan"]).lower()


def _name(name: str) -> str:
    if not 0 < len(name.strip()) <= LONGEST:
        raise Problem(f"Project name must be between 1 and {LONGEST} characters")
    return name.strip()


QUERIES = {"project": project, "projects": projects}
MUTATIONS = {
    "projectCreate": create_project,
    "projectUpdate": update_project,
    "projectDelete": delete_project,
}
FIELDS = {
    ("Project", "environments"): environments_of,
    ("Project", "services"): services_of,
    ("Project", "volumes"): volumes_of,
    ("Project", "baseEnvironment"): base_of,
    ("Project", "subscriptionType"): subscription_of,
    ("Project", "workspace"): people.workspace_of,
}
