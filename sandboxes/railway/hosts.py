"""Names by which services are reached: private ones, Railway's own, and custom ones."""

import re

from sandboxes.kit.records import Document, Records
from sandboxes.railway.asking import Asking, everything, new_id
from sandboxes.railway.errors import Problem

PRIVATE, PUBLIC = "railway.internal", "up.railway.app"
LONGEST_LABEL = 63


def slug(name: str) -> str:
    """A name as a part of a host's name: lower case, spaces and underscores as hyphens."""
    return re.sub(r"[^a-z0-9-]", "", re.sub(r"[\s_]+", "-", name.lower())).strip("-")


def private_domain(service: Document) -> str:
    """The name of a service inside its environment."""
    return f"{slug(service['name'])}.{PRIVATE}"


async def new_service_domain(
    asking: Asking, environment: Document, service: Document, target_port: int | None
) -> Document:
    """A name of Railway's for a service: the plain one, or with a mark where that is taken."""
    label = slug(f"{service['name']}-{environment['name']}")[:LONGEST_LABEL].strip("-")
    if await _is_taken(asking, f"{label}.{PUBLIC}"):
        label = f"{label[: LONGEST_LABEL - 5].strip('-')}-{new_id()[:4]}"
    return service_domain(asking, environment["id"], service, f"{label}.{PUBLIC}", target_port)


def service_domain(
    asking: Asking, environment_id: str, service: Document, domain: str, target_port: int | None
) -> Document:
    """The document of a name of Railway's."""
    return {
        "id": new_id(),
        "domain": domain,
        "suffix": PUBLIC,
        "environmentId": environment_id,
        "projectId": service["projectId"],
        "serviceId": service["id"],
        "targetPort": target_port,
        "syncStatus": "ACTIVE",
        "createdAt": asking.at,
        "updatedAt": asking.at,
        "deletedAt": None,
    }


async def check_free(asking: Asking, domain: str, own: str = "") -> None:
    """Raise Problem where another service has this name."""
    if await _is_taken(asking, domain, own):
        raise Problem(f"The domain {domain} is not available")


async def _is_taken(asking: Asking, domain: str, own: str = "") -> bool:
    for kind in ("service_domain", "custom_domain"):
        found = await everything(asking.records, kind, domain=domain)
        if any(each["id"] != own for each in found):
            return True
    return False


async def public_names(records: Records, environment_id: str, service_id: str) -> tuple[str, ...]:
    """The public names of a service, Railway's first; its own ones once they are verified."""
    like = {"environmentId": environment_id, "serviceId": service_id}
    theirs = await everything(records, "service_domain", **like)
    own = await everything(records, "custom_domain", **like, isVerified=True)
    return tuple(each["domain"] for each in [*theirs, *own])
