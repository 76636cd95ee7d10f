"""What an environment variable is: how it is declared, read, checked and shown.

Settings are read when a process starts, never when a module is imported, and everything that is
wrong is said at once.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined


@dataclass(frozen=True)
class Live:
    """A mark: values that start so move real money or mail, and belong in production only."""

    prefixes: tuple[str, ...]


@dataclass(frozen=True)
class ReadBy:
    """A mark: the variable is read by this program, not by our code."""

    program: str


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an environment."""

    variable: str
    kind: Literal["missing", "malformed", "refused", "unknown", "repeated"]
    why: str

    def __str__(self) -> str:
        return f"{self.variable} is {self.kind}: {self.why}"


class InvalidEnvironment(Exception):
    """The environment can not be used; the message names every problem in it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        lines = "".join(f"\n  - {problem}" for problem in problems)
        super().__init__(
            f"The environment is not usable ({len(problems)} to mend):{lines}\n"
            "docs/environments.md explains each variable; "
            "`staging env check FILE` checks a file of them."
        )
        self.problems = problems


def _listed(text: Any) -> Any:
    """A list written as JSON or with commas."""
    if not isinstance(text, str):
        return text
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            raise ValueError("it must be a JSON array, or values with commas between") from None
    return [part.strip() for part in text.split(",") if part.strip()]


List = Annotated[tuple[str, ...], BeforeValidator(_listed)]

_PLACEHOLDER = re.compile(r"^<.*>$|change.?me|placeholder|^your[-_ ]|^x{3,}$", re.IGNORECASE)


class Group(BaseModel):
    """Variables that belong together. A field's name in capitals is the variable's name."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )

    @classmethod
    def variables(cls) -> "Iterator[Variable]":
        """The declared variables of this group, in their order."""
        for name, field in cls.model_fields.items():
            yield Variable(name.upper(), field)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> tuple[Self | None, list[Problem]]:
        """The group as `environ` gives it, or what is wrong. An empty value counts as unset."""
        given = {v.name: environ[v.name] for v in cls.variables() if environ.get(v.name)}
        problems = [
            Problem(name, "malformed", "it still holds a placeholder; put the real value there")
            for name, value in given.items()
            if _PLACEHOLDER.search(value)
        ]
        try:
            return cls.model_validate({k.lower(): v for k, v in given.items()}), problems
        except ValidationError as errors:
            known = {problem.variable for problem in problems}
            found = dict.fromkeys(_problem(cls, error) for error in errors.errors())
            return None, problems + [p for p in found if p.variable not in known]


@dataclass(frozen=True)
class Variable:
    """One declared variable, as documents and commands show it."""

    name: str
    field: FieldInfo

    @property
    def meaning(self) -> str:
        """What it is for, in one paragraph."""
        return " ".join((self.field.description or "").split())

    @property
    def is_required(self) -> bool:
        """Whether an environment without it is refused."""
        return self.field.is_required()

    @property
    def is_secret(self) -> bool:
        """Whether its value is never shown."""
        return SecretStr in (self.field.annotation, *get_args(self.field.annotation))

    @property
    def example(self) -> str:
        """A value for staging; for a secret a description in angle brackets."""
        return str((self.field.examples or [self.default])[0])

    @property
    def default(self) -> str:
        """The value when it is not set, as text; empty when there is none."""
        value = self.field.default
        if value is PydanticUndefined or value is None:
            return ""
        if isinstance(value, Enum):
            return str(value.value)
        if isinstance(value, bool):
            return str(value).lower()
        return ",".join(value) if isinstance(value, tuple) else str(value)

    @property
    def choices(self) -> tuple[str, ...]:
        """The values it may have, when they can be listed."""
        kind = self.field.annotation
        listed = isinstance(kind, type) and issubclass(kind, Enum)
        return tuple(str(choice.value) for choice in kind) if listed else ()  # type: ignore[union-attr]

    def mark(self, kind: type[Any]) -> Any:
        """The mark of this kind on the declaration, or none."""
        return next((mark for mark in self.field.metadata if isinstance(mark, kind)), None)


def _problem(group: type[Group], error: Any) -> Problem:
    name = str(error["loc"][0])
    description = group.model_fields[name].description or ""
    if error["type"] == "missing":
        return Problem(name.upper(), "missing", description.splitlines()[0])
    return Problem(name.upper(), "malformed", error["msg"].removeprefix("Value error, "))
