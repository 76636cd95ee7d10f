"""What a deployment finds in its environment: its variables resolved, and what Railway provides."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandboxes.kit.records import Document
from sandboxes.railway.asking import Asking, everything
from sandboxes.railway.hosts import PRIVATE, private_domain, public_names, slug
from sandboxes.railway.instances import key
from sandboxes.railway.kept import kept
from sandboxes.railway.references import References

REGION, HIDDEN = "us-west2", "*****"
INSIDE = re.compile(rf"\b(?P<slug>[a-z0-9-]+)\.{re.escape(PRIVATE)}(?::\d+)?\b")


@dataclass(frozen=True)
class Resolved:
    """Variables with their references followed; `dangling` are the references that led nowhere."""

    values: dict[str, str]
    dangling: tuple[str, ...]


async def resolved(
    asking: Asking, environment: Document, service_id: str | None, *, hides: bool = False
) -> Resolved:
    """The variables of a service, or those that the environment shares; sealed ones may be hidden,
    in what refers to them as well."""
    like = {"projectId": environment["projectId"], "deletedAt": None}
    services = await everything(asking.records, "service", **like)
    there = {
        service["name"]: await _written(asking, environment, service, hides)
        for service in services
        if await asking.records.get("instance", key(environment["id"], service["id"]))
    }
    shared = _texts(await kept(asking.records, environment["id"], None), hides)
    references = References(there, shared)
    name = next((each["name"] for each in services if each["id"] == service_id), None)
    values = references.resolved(name) if name else references.resolved_shared()
    return Resolved(values, tuple(dict.fromkeys(references.dangling)))


async def _written(
    asking: Asking, environment: Document, service: Document, hides: bool
) -> dict[str, str]:
    """What a service's users wrote, over what Railway provides."""
    own = _texts(await kept(asking.records, environment["id"], service["id"]), hides)
    return await provided(asking, environment, service) | own


async def provided(asking: Asking, environment: Document, service: Document) -> dict[str, str]:
    """The RAILWAY_* that do not depend on a deployment."""
    project = await asking.records.get("project", environment["projectId"])
    assert project is not None, "an environment is of a project"  # noqa: S101
    names = await public_names(asking.records, environment["id"], service["id"])
    like = {"environmentId": environment["id"], "serviceId": service["id"]}
    volumes = await asking.records.find("volume_instance", like, limit=1)
    told = {
        "RAILWAY_PROJECT_NAME": project["name"],
        "RAILWAY_PROJECT_ID": project["id"],
        "RAILWAY_ENVIRONMENT": environment["name"],
        "RAILWAY_ENVIRONMENT_NAME": environment["name"],
        "RAILWAY_ENVIRONMENT_ID": environment["id"],
        "RAILWAY_SERVICE_NAME": service["name"],
        "RAILWAY_SERVICE_ID": service["id"],
        "RAILWAY_PRIVATE_DOMAIN": private_domain(service),
    }
    if names:
        told["RAILWAY_PUBLIC_DOMAIN"] = names[0]
    for instance in volumes:
        volume = await asking.records.get("volume", instance["volumeId"])
        told["RAILWAY_VOLUME_MOUNT_PATH"] = instance["mountPath"]
        told["RAILWAY_VOLUME_NAME"] = volume["name"] if volume else ""
    return told


def of_deployment(deployment: Document) -> dict[str, str]:
    """The RAILWAY_* of one deployment; those of a replica are the runner's."""
    meta = deployment["meta"]
    told = {
        "RAILWAY_DEPLOYMENT_ID": deployment["id"],
        "RAILWAY_SNAPSHOT_ID": deployment["snapshotId"],
        "RAILWAY_REPLICA_REGION": REGION,
    }
    if meta.get("commitHash"):
        told |= {
            "RAILWAY_GIT_COMMIT_SHA": meta["commitHash"],
            "RAILWAY_GIT_BRANCH": meta["branch"],
            "RAILWAY_GIT_COMMIT_MESSAGE": meta["commitMessage"],
        }
    return told


def reached(
    values: dict[str, str], services: list[Document], address: Callable[[str], str]
) -> dict[str, str]:
    """The same where `<service>.railway.internal` is where that really is on this machine.

    With a port it is the address that the runner has for the service, whichever port it was; a bare
    name is that address's host. RAILWAY_PRIVATE_DOMAIN stays as Railway has it.
    """
    names = {slug(service["name"]): service["name"] for service in services}

    def replaced(found: re.Match[str]) -> str:
        if found["slug"] not in names:
            return found[0]
        here = address(names[found["slug"]])
        return here if ":" in found[0] else here.rpartition(":")[0]

    return {
        name: value if name == "RAILWAY_PRIVATE_DOMAIN" else INSIDE.sub(replaced, value)
        for name, value in values.items()
    }


def _texts(values: Document, hides: bool) -> dict[str, str]:
    return {
        name: HIDDEN if hides and each["isSealed"] else each["value"]
        for name, each in values.items()
    }
