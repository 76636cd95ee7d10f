"""How variables are kept: by environment and service, each with its value, sealed or not."""

import re

from sandboxes.kit.records import Document, Records
from sandboxes.railway.asking import Asking
from sandboxes.railway.errors import Problem

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LARGEST = 32 * 1024


def key(environment_id: str, service_id: str | None) -> str:
    """Under which they are kept; without a service it is what the environment shares."""
    return f"{environment_id}:{service_id or 'shared'}"


def strings(given: object) -> dict[str, str]:
    """Names and values that were handed in; raises Problem for what can not be a variable."""
    if not isinstance(given, dict):
        raise Problem("variables must be an object")
    told: dict[str, str] = {}
    for name, value in given.items():
        if not NAME.fullmatch(name):
            raise Problem(f"Invalid variable name: {name[:80]}")
        if not isinstance(value, str):
            raise Problem(f"The value of {name[:80]} must be a string")
        if len(value.encode("utf-8", "replace")) > LARGEST:
            raise Problem(f"The value of {name[:80]} is longer than {LARGEST} bytes")
        told[name] = value
    return told


async def kept(records: Records, environment_id: str, service_id: str | None) -> Document:
    """The variables of a service, or the shared ones, as they are kept."""
    found = await records.get("variables", key(environment_id, service_id))
    return found["values"] if found else {}


async def keep(
    asking: Asking,
    environment: Document,
    service_id: str | None,
    given: dict[str, str],
    *,
    base: Document | None = None,
    replace: bool = False,
    sealed: frozenset[str] = frozenset(),
) -> None:
    """Set variables over those that were, or over `base`; what was sealed stays sealed."""
    there = await kept(asking.records, environment["id"], service_id) if base is None else base
    values = {} if replace else dict(there)
    for name, value in given.items():
        before = there.get(name) or {"isSealed": False, "createdAt": asking.at}
        values[name] = before | {"value": value, "updatedAt": asking.at}
        values[name]["isSealed"] = before["isSealed"] or name in sealed
    told = {
        "projectId": environment["projectId"],
        "environmentId": environment["id"],
        "serviceId": service_id,
        "values": values,
    }
    await asking.records.put("variables", key(environment["id"], service_id), told)


def shown(values: Document) -> dict[str, str]:
    """Those that may be seen, as they were written."""
    return {name: each["value"] for name, each in values.items() if not each["isSealed"]}
