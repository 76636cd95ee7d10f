"""The settings of a service as Railway tells them, beside those that it should have."""

from collections.abc import Mapping
from typing import Any

ALIKE: Mapping[str, Any] = {"numReplicas": 1, "overlapSeconds": 0, "drainingSeconds": 0}
"""What holds where a setting is none."""
NEVER_NONE = frozenset({"restartPolicyMaxRetries"})
"""What is always something on Railway, and says nothing where we say nothing of it."""


def differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, ...]:
    """The settings, by Railway's names, in which a service is not what it should be."""
    return tuple(
        name
        for name, value in wanted.items()
        if not (value is None and name in NEVER_NONE)
        and plain(name, value) != plain(name, found.get(name))
    )


def plain(name: str, value: Any) -> Any:
    """A setting in the one form of the several in which Railway may tell it."""
    if name == "source":
        return (value or {}).get("image") or None
    if name == "preDeployCommand" and isinstance(value, str):
        return [value]
    return value or ALIKE.get(name) or None
