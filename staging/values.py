"""The kinds of values that a variable may have, wherever the environment stands.

On Railway a value is told by reference wherever it can be, so that no secret is copied; on one
machine the tool resolves each by itself.
"""

from dataclasses import dataclass
from typing import Literal as OneOf


@dataclass(frozen=True)
class Literal:
    """A value as it stands. Where a platform resolves it, it may name others by `${{NAME}}`."""

    text: str


@dataclass(frozen=True)
class EnvironmentName:
    """The environment's own name; its collections carry it as their prefix."""


@dataclass(frozen=True)
class Reference:
    """A variable that another service provides, such as PostgreSQL's DATABASE_URL."""

    service: str
    variable: str


@dataclass(frozen=True)
class AddressOf:
    """The address of another service, with a path behind it, and in it the user who asks."""

    service: str
    path: str = ""
    user: str = ""
    protocol: OneOf["http", "ws"] = "http"
    """Told with an `s` behind it wherever the address is a public one."""
    inside: bool = False
    """Whether it is the one on the private network, where there is one."""


@dataclass(frozen=True)
class Shared:
    """A value that the environment keeps once for all of its services."""

    name: str


@dataclass(frozen=True)
class Secret:
    """A random value, made once for each environment and never shown; equal names are one.

    With a prefix it looks like the key of a vendor who tells kinds of keys by how they begin.
    """

    name: str
    prefix: str = ""


@dataclass(frozen=True)
class Doors:
    """The ways in for people who try things, as JSON: the console, the inbox, and the personas.

    They let anybody be anybody, so they are told on one machine only.
    """


@dataclass(frozen=True)
class Given:
    """A value that somebody gives, such as a vendor's test key; whatever is set is preserved."""

    needed: bool = True
    """Whether an environment without it is not complete."""


Value = Literal | EnvironmentName | Reference | AddressOf | Shared | Secret | Doors | Given
