"""The values that people give to an environment on Railway, such as the vendors' test keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from backend.variables import Problem
from staging import env
from staging.definition import Environment
from staging.obstacles import Refused
from staging.railway.held import SHARED
from staging.railway.variables import Told, of_service, shared
from staging.values import Given, Secret


class ValuesAreRefused(Refused):
    """What was given can not be used: malformed, a placeholder, or a live key."""

    def __init__(self, problems: tuple[Problem, ...], whence: str) -> None:
        lines = "\n".join(map(str, problems))
        super().__init__(
            f"Nothing was changed, for {whence} can not be used:\n{lines}",
            "docs/environments.md explains each variable.",
        )


@dataclass(frozen=True)
class Place:
    """A variable of the environment (`owner` is empty) or of a service, and what it shall be."""

    owner: str
    name: str
    told: Told

    @property
    def is_needed(self) -> bool:
        """Whether an environment without it is not complete."""
        return not isinstance(self.told, Given) or self.told.needed


def places(environment: Environment) -> Iterator[Place]:
    """Every variable that the definition speaks of, the environment's own first."""
    for name, told in shared(environment).items():
        yield Place(SHARED, name, told)
    for service in environment.hosted:
        for name, told in of_service(environment, service).items():
            yield Place(service.name, name, told)


def asked_for(environment: Environment) -> tuple[Place, ...]:
    """What only a person knows."""
    return tuple(each for each in places(environment) if isinstance(each.told, Given))


def from_environ(environment: Environment, environ: Mapping[str, str]) -> dict[str, str]:
    """What the process's environment gives of it."""
    names = (each.name for each in asked_for(environment))
    return {name: environ[name] for name in names if environ.get(name)}


def from_file(path: Path) -> dict[str, str]:
    """What a file of lines like NAME=value gives. Raises `env.FileIsUnreadable`."""
    return {name: value for name, value in env.read(path).items() if value}


def usable(environment: Environment, given: Mapping[str, str], whence: str) -> dict[str, str]:
    """What the definition leaves open, of what was given. Raises `ValuesAreRefused`."""
    is_open = {each.name for each in places(environment) if isinstance(each.told, Given | Secret)}
    used = {name: value for name, value in given.items() if name in is_open}
    if problems := wrong(given):
        raise ValuesAreRefused(problems, whence)
    return used


def wrong(values: Mapping[str, str]) -> tuple[Problem, ...]:
    """What can not be used of these values, whether or not they are all that there must be."""
    found = env.problems({"PYTHON_ENV": "staging", **values})
    return tuple(
        each for each in found if each.variable in values and not env.refers(values[each.variable])
    )
