"""Names by Railway's rules: of a preview, of a host, of a variable elsewhere."""

import re
from hashlib import sha256
from typing import Final

LONGEST_ENVIRONMENT: Final = 31
LONGEST_LABEL: Final = 63
"""Characters of the longest name that DNS takes between two dots."""


def environment_of(branch: str) -> str:
    """The name of the preview of a branch; one that is shortened ends in a part of its hash."""
    words = re.sub(r"[^a-z0-9]+", "-", branch.lower()).strip("-")
    name = words if re.match(r"[a-z]", words) else f"branch-{words}".rstrip("-")
    if len(name) <= LONGEST_ENVIRONMENT and name == branch:
        return name
    mark = sha256(branch.encode()).hexdigest()[:6]
    return f"{name[: LONGEST_ENVIRONMENT - 7].rstrip('-')}-{mark}"


def host_of(service: str, environment: str) -> str:
    """The host that Railway gives a service when nobody has that name already."""
    label = re.sub(r"[^a-z0-9]+", "-", f"{service}-{environment}".lower())
    return f"{label[:LONGEST_LABEL].rstrip('-')}.up.railway.app"


def private_host_of(service: str) -> str:
    """The host of a service on the private network of its environment."""
    return f"{re.sub(r'[^a-z0-9]+', '-', service.lower()).strip('-')}.railway.internal"


def reference(variable: str, owner: str = "") -> str:
    """How a variable of this owner is named in a value: a service, `shared`, or oneself."""
    return f"${{{{{owner}.{variable}}}}}" if owner else f"${{{{{variable}}}}}"
