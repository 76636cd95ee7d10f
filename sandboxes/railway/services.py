"""Services: what a project is made of, each with an instance in the environments that it is in."""

import re

from sandboxes.kit.records import Document
from sandboxes.railway import deploying, instances, people, variables
from sandboxes.railway.asking import (
    Asked,
    Asking,
    everything,
    new_id,
    the_environment,
    the_project,
    the_service,
)
from sandboxes.railway.connections import connection
from sandboxes.railway.errors import NotAuthorized, NotEmulated, NotFound, Problem
from sandboxes.railway.instances import key

NAME = re.compile(r"[\w][\w .-]{0,31}")


async def update_instance(asking: Asking, asked: Asked) -> bool:
    """Configure a service: in an environment that is a fork there alone, or else in all others."""
    configured = await the_service(asking, asked["serviceId"])
    environment_id = asked.get("environmentId")
    there = await environments_meant(asking, configured["projectId"], environment_id)
    found = [await asking.records.get("instance", key(e["id"], configured["id"])) for e in there]
    if not any(found):
        raise NotFound("ServiceInstance")
    for instance in filter(None, found):
        await instances.change_instance(asking, instance, asked["input"])
    return True


async def service(asking: Asking, asked: Asked) -> Document:
    """One service."""
    return await the_service(asking, asked["id"])


async def create_service(asking: Asking, asked: Asked) -> Document:
    """A service, in an environment that is a fork, or else in all that are none."""
    order = asked["input"]
    if order.get("templateId") or order.get("registryCredentials"):
        raise NotEmulated("templates and registry credentials of serviceCreate")
    project = await the_project(asking, order["projectId"])
    if asking.who.is_bound and order.get("environmentId") is None:
        raise NotAuthorized
    there = await environments_meant(asking, project["id"], order.get("environmentId"))
    name = await free_name(asking, project["id"], order.get("name") or f"service-{new_id()[:4]}")
    made = new_service(asking, project["id"], name, order.get("icon"))
    await asking.records.put("service", made["id"], made)
    source = source_of(order.get("source") or {}, order.get("branch"))
    for environment in there:
        instance = instances.new_instance(asking, environment["id"], made, source)
        await asking.records.put("instance", key(environment["id"], made["id"]), instance)
        given = order.get("variables") or {}
        await variables.keep(asking, environment, made["id"], variables.strings(given))
        if source:
            await deploying.deploy_by_itself(asking, instance)
    return made


def new_service(asking: Asking, project_id: str, name: str, icon: str | None = None) -> Document:
    """A service of this name."""
    return {
        "id": new_id(),
        "name": name,
        "icon": icon,
        "projectId": project_id,
        "templateId": None,
        "createdAt": asking.at,
        "updatedAt": asking.at,
        "deletedAt": None,
    }


async def update_service(asking: Asking, asked: Asked) -> Document:
    """Call a service otherwise, or give it another icon."""
    changed, order = await the_service(asking, asked["id"]), asked["input"]
    if order.get("name") is not None and order["name"] != changed["name"]:
        changed["name"] = await free_name(asking, changed["projectId"], order["name"])
    if "icon" in order:
        changed["icon"] = order["icon"]
    await asking.records.put("service", changed["id"], changed | {"updatedAt": asking.at})
    return changed


async def delete_service(asking: Asking, asked: Asked) -> bool:
    """Delete a service: in an environment that is a fork there alone, or else in all of them."""
    gone = await the_service(asking, asked["id"])
    there = await environments_meant(asking, gone["projectId"], asked.get("environmentId"))
    for environment in there:
        await deploying.end_all(asking, environment["id"], gone["id"])
        await asking.records.remove("instance", key(environment["id"], gone["id"]))
        await asking.records.remove("variables", variables.key(environment["id"], gone["id"]))
        like = {"environmentId": environment["id"], "serviceId": gone["id"]}
        for kind in ("service_domain", "custom_domain"):
            for domain in await everything(asking.records, kind, **like):
                await asking.records.remove(kind, domain["id"])
    if not await asking.records.count("instance", {"serviceId": gone["id"]}):
        await asking.records.put("service", gone["id"], gone | {"deletedAt": asking.at})
    return True


async def connect_service(asking: Asking, asked: Asked) -> Document:
    """Connect a service to a repository or an image, in every environment that it is in."""
    connected, order = await the_service(asking, asked["id"]), asked["input"]
    source = source_of(order, order.get("branch"))
    if source is None:
        raise Problem("Either a repo or an image is needed")
    await _set_source(asking, connected, source)
    return connected


async def disconnect_service(asking: Asking, asked: Asked) -> Document:
    """Let a service have no source but what is uploaded."""
    disconnected = await the_service(asking, asked["id"])
    await _set_source(asking, disconnected, None)
    return disconnected


async def _set_source(asking: Asking, of: Document, source: Document | None) -> None:
    for instance in await everything(asking.records, "instance", serviceId=of["id"]):
        if asking.who.environment_id in {None, instance["environmentId"]}:
            changed = instance | {"source": source, "updatedAt": asking.at}
            await asking.records.put("instance", key(instance["environmentId"], of["id"]), changed)
            if source:
                await deploying.deploy_by_itself(asking, changed)


def source_of(order: Document, branch: str | None) -> Document | None:
    """An image, or a repository and its branch; None for neither. Raises Problem for both."""
    image, repo = order.get("image"), order.get("repo")
    if image and repo:
        raise Problem("Only one of repo and image can be the source of a service")
    if image:
        return {"image": image, "repo": None, "branch": None}
    return {"image": None, "repo": repo, "branch": branch or "main"} if repo else None


async def environments_meant(
    asking: Asking, project_id: str, environment_id: str | None
) -> list[Document]:
    """The environment of this id where it is a fork; or else all of the project that are none.

    So the schema's own words have it. A project's token means the one that it is bound to.
    """
    if environment_id is not None:
        one = await the_environment(asking, environment_id, project_id)
        if one["sourceEnvironmentId"] or asking.who.is_bound:
            return [one]
    if asking.who.is_bound:
        return [await the_environment(asking, asking.who.environment_id or "")]
    every = await everything(asking.records, "environment", projectId=project_id, deletedAt=None)
    return [each for each in every if not each["sourceEnvironmentId"]]


async def free_name(asking: Asking, project_id: str, name: str) -> str:
    """The name, where no service of the project has it; raises Problem."""
    if not NAME.fullmatch(name):
        raise Problem("Service name must be between 1 and 32 letters, digits, spaces, . _ and -")
    taken = await everything(asking.records, "service", projectId=project_id, deletedAt=None)
    if any(each["name"] == name for each in taken):
        raise Problem(f"A service named {name} already exists in this project")
    return name


async def instances_of(asking: Asking, source: Document, asked: Asked) -> Document:
    """The instances of a service, or those in an environment."""
    field = "serviceId" if "isEphemeral" not in source else "environmentId"
    found = await everything(asking.records, "instance", **{field: source["id"]})
    if asking.who.is_bound:
        found = [each for each in found if each["environmentId"] == asking.who.environment_id]
    return connection(found, asked)


QUERIES = {"service": service}
MUTATIONS = {
    "serviceCreate": create_service,
    "serviceUpdate": update_service,
    "serviceDelete": delete_service,
    "serviceInstanceUpdate": update_instance,
    "serviceConnect": connect_service,
    "serviceDisconnect": disconnect_service,
}
FIELDS = {
    ("Service", "project"): people.project_of,
    ("Service", "serviceInstances"): instances_of,
    ("Environment", "serviceInstances"): instances_of,
}
