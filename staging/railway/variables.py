"""The variables that Railway is told, by reference wherever they can be.

A secret that the environment makes, and what somebody gives, stand as their kinds until `filled`
puts their values in: nothing of them is ever written to a file.
"""

from collections.abc import Mapping

from staging.definition import Environment, Service
from staging.railway.naming import reference
from staging.values import (
    AddressOf,
    Doors,
    EnvironmentName,
    Given,
    Literal,
    Reference,
    Secret,
    Shared,
    Value,
)

Told = str | Secret | Given
"""The text that Railway keeps, or what is yet to be made or given."""


class ValuesAreMissing(LookupError):
    """Nobody made or gave the values of these variables."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"Nobody gave {', '.join(names)}.")
        self.names = names


class DoorsStayShut(ValueError):
    """A hosted service would let anybody in as anybody."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"{service} would be told the personas and their password, and the world reaches it. "
            "Tell them in `here`."
        )


def shared(environment: Environment) -> dict[str, Told]:
    """The variables of the environment itself, which its services name by `${{shared.NAME}}`."""
    return {name: _told(environment, "", value) for name, value in environment.shared.items()}


def of_service(environment: Environment, service: Service) -> dict[str, Told]:
    """The variables of a service. One that answers on a port is told which, so others may name it.

    >>> of_service(STAGING, BACKEND)["DATABASE_URL"]
    '${{postgres.DATABASE_URL}}'
    """
    port = {"PORT": str(service.port)} if service.health_path else {}
    values = service.variables.items()
    return port | {name: _told(environment, service.name, value) for name, value in values}


def filled(told: Mapping[str, Told], known: Mapping[str, str]) -> dict[str, str]:
    """The same as text only, with what is `known`: secrets by their names, the given by theirs.

    What is not needed and not known is left out. Raises `ValuesAreMissing` with all that is needed.
    """
    found = {name: known.get(key_of(name, value), "") for name, value in told.items()}
    found |= {name: value for name, value in told.items() if isinstance(value, str)}
    missing = [
        key_of(name, value)
        for name, value in told.items()
        if not found[name] and not (isinstance(value, Given) and not value.needed)
    ]
    if missing:
        raise ValuesAreMissing(tuple(missing))
    return {name: value for name, value in found.items() if value}


def key_of(name: str, value: Told) -> str:
    """Under which name the value of a variable is known: secrets of one name are one."""
    return value.name if isinstance(value, Secret) else name


def _told(environment: Environment, owner: str, value: Value) -> Told:
    match value:
        case Literal(text):
            return text
        case EnvironmentName():
            return environment.name
        case Shared(name):
            return reference(name, "shared")
        case Reference(service, variable):
            return reference(variable, "" if service == owner else service)
        case AddressOf():
            return _address(environment, owner, value)
        case Doors():
            raise DoorsStayShut(owner)
    return value


def _address(environment: Environment, owner: str, wanted: AddressOf) -> str:
    own = "" if wanted.service == owner else wanted.service
    user = f"{wanted.user}@" if wanted.user else ""
    if wanted.inside:
        host = f"{reference('RAILWAY_PRIVATE_DOMAIN', own)}:{reference('PORT', own)}"
        return f"{wanted.protocol}://{user}{host}{wanted.path}"
    host = environment.domains.get(wanted.service) or reference("RAILWAY_PUBLIC_DOMAIN", own)
    return f"{wanted.protocol}s://{user}{host}{wanted.path}"
