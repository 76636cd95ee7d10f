"""Environments: made empty or as a copy of another, renamed, deleted."""

import re

from sandboxes.kit.records import Document
from sandboxes.railway import copying
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
from sandboxes.railway.errors import NotEmulated, Problem, RailwayError
from sandboxes.railway.workspace import the_workspace

SECOND_FACTOR = "Two Factor Authentication Required"
NAME = re.compile(r"[^\s/](?:[^/]{0,62}[^\s/])?")
KEPT_BY_ENVIRONMENT = ("instance", "variables", "service_domain", "custom_domain") + (
    "volume_instance",
    "patch",
)
"""The kinds of documents that go with their environment."""


def new_environment(
    asking: Asking,
    project_id: str,
    name: str,
    source: str | None = None,
    *,
    ephemeral: bool = False,
) -> Document:
    """An environment that nothing is in yet."""
    return {
        "id": new_id(),
        "name": name,
        "projectId": project_id,
        "isEphemeral": ephemeral,
        "sourceEnvironmentId": source,
        "createdAt": asking.at,
        "updatedAt": asking.at,
        "deletedAt": None,
        "canAccess": True,
        "meta": None,
    }


async def environment(asking: Asking, asked: Asked) -> Document:
    """One environment, of a project where that is asked."""
    return await the_environment(asking, asked["id"], asked.get("projectId"))


async def environments(asking: Asking, asked: Asked) -> Document:
    """The environments of a project; of those, a project's token sees its own."""
    project = await the_project(asking, asked["projectId"])
    found = await everything(asking.records, "environment", projectId=project["id"], deletedAt=None)
    if asking.who.is_bound:
        found = [each for each in found if each["id"] == asking.who.environment_id]
    wanted = asked.get("isEphemeral")
    return connection([each for each in found if wanted in {None, each["isEphemeral"]}], asked)


async def create_environment(asking: Asking, asked: Asked) -> Document:
    """An environment, empty or a copy; what is sealed and all data stay where they are."""
    needs_account(asking)
    order = asked["input"]
    if order.get("stageInitialChanges"):
        raise NotEmulated("stageInitialChanges of environmentCreate")
    project = await the_project(asking, order["projectId"])
    name = await _free_name(asking, project["id"], order["name"])
    source = order.get("sourceEnvironmentId")
    base = await the_environment(asking, source, project["id"]) if source else None
    is_ephemeral = bool(order.get("ephemeral"))
    made = new_environment(asking, project["id"], name, source, ephemeral=is_ephemeral)
    await asking.records.put("environment", made["id"], made)
    if base is not None:
        await copying.copy(asking, base, made, deploys=not order.get("skipInitialDeploys"))
    return made


async def rename_environment(asking: Asking, asked: Asked) -> Document:
    """Call an environment otherwise."""
    needs_account(asking)
    renamed = await the_environment(asking, asked["id"])
    name = await _free_name(asking, renamed["projectId"], asked["input"]["name"], renamed["id"])
    renamed |= {"name": name, "updatedAt": asking.at}
    await asking.records.put("environment", renamed["id"], renamed)
    return renamed


async def delete_environment(asking: Asking, asked: Asked) -> bool:
    """Delete an environment, and end everything in it; not the one that a project begins with."""
    needs_account(asking)
    gone = await the_environment(asking, asked["id"])
    project = await the_project(asking, gone["projectId"])
    if project["primaryEnvironmentId"] == gone["id"]:
        raise Problem("The primary environment of a project can not be deleted")
    await asks_no_second_factor(asking)
    await destroy_environment(asking, gone)
    return True


async def asks_no_second_factor(asking: Asking) -> None:
    """Raise what Railway answers where a second factor is asked for and none was given."""
    if (await the_workspace(asking.records))["has2FAEnforcement"]:
        raise RailwayError(SECOND_FACTOR)


async def destroy_environment(asking: Asking, gone: Document) -> None:
    """Forget what is in an environment; what runs in it is ended a moment later."""
    for kind in KEPT_BY_ENVIRONMENT:
        await asking.records.database.fetch(
            "DELETE FROM sandbox.records WHERE (vendor, kind) = ($1, $2) AND data @> $3",
            *(asking.records.vendor, kind, {"environmentId": gone["id"]}),
        )
    for token in await everything(asking.records, "token", environmentId=gone["id"]):
        await asking.records.database.fetch(
            "DELETE FROM sandbox.records WHERE (vendor, kind) = ($1, 'token') AND data @> $2",
            *(asking.records.vendor, {"id": token["id"]}),
        )
    is_running = asking.ground.runner is not None
    told = {"deletedAt": asking.at, "isToForget": is_running}
    await asking.records.put("environment", gone["id"], gone | told)


async def source_of(asking: Asking, source: Document, _asked: Asked) -> Document | None:
    """The environment that this one was copied from, while it is there."""
    id_ = source["sourceEnvironmentId"]
    found = await asking.records.get("environment", id_) if id_ else None
    return found if found and not found["deletedAt"] else None


async def _free_name(asking: Asking, project_id: str, name: str, own: str = "") -> str:
    if not NAME.fullmatch(name):
        raise Problem("Environment name must be between 1 and 64 characters, without slashes")
    taken = await everything(asking.records, "environment", projectId=project_id, deletedAt=None)
    if any(each["name"] == name and each["id"] != own for each in taken):
        raise Problem(f"Environment with name {name} already exists in this project")
    return name


QUERIES = {"environment": environment, "environments": environments}
MUTATIONS = {
    "environmentCreate": create_environment,
    "environmentRename": rename_environment,
    "environmentDelete": delete_environment,
}
FIELDS = {("Environment", "sourceEnvironment"): source_of}
