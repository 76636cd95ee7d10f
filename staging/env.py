"""The variables of an environment: which are set, and what is wrong with a file of them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from backend.settings import GROUPS, Website, refused
from backend.variables import Group, Problem, Variable

ALL_GROUPS: dict[str, type[Group]] = {**GROUPS, "website": Website}
"""Every declared variable, the website's included, by group."""

_NAME = re.compile(r"[A-Z][A-Z0-9_]*|[a-z][a-z0-9_]*")
_RAILWAY_REFERENCE = re.compile(r"\$\{\{ *[\w-][\w .-]* *\}\}")
_CREDENTIALS = re.compile(r"(?<=://)[^/@]+(?=@)")


class State(StrEnum):
    """How a variable stands in an environment."""

    set = "set"
    missing = "missing"
    """It is required, and has no value."""
    default = "default"
    """It has no value, and its default holds."""
    unset = "unset"
    """It has no value and no default, and the environment does without."""


@dataclass(frozen=True)
class Line:
    """One variable of an environment, as people may see it: `shown` never holds a secret."""

    group: str
    name: str
    state: State
    shown: str


class FileIsUnreadable(Exception):
    """There is no such file, or it does not hold text."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} can not be read: {why}. Name a file of lines like NAME=value.")


def describe(environ: Mapping[str, str]) -> tuple[Line, ...]:
    """Every declared variable as it stands in this environment, in the order of declaration."""
    return tuple(
        _line(group, variable, environ.get(variable.name, ""))
        for group, declared in ALL_GROUPS.items()
        for variable in declared.variables()
    )


def check(path: Path) -> tuple[Problem, ...]:
    """All that is wrong with a file of variables. Raises `FileIsUnreadable`.

    A reference such as `${{postgres.DATABASE_URL}}` counts as a good value: Railway fills it in.
    """
    lines = _lines(path)
    given = {line.key: line.value or "" for line in lines if line.key and _is_sound(line)}
    referring = {name for name, value in given.items() if refers(value)}
    wrong = (problem for problem in problems(given) if problem.variable not in referring)
    return (*_malformed(lines), *_repeated(lines), *_unknown(given), *wrong)


def read(path: Path) -> dict[str, str]:
    """What a file of variables gives, as it stands there. Raises `FileIsUnreadable`."""
    return {line.key: line.value or "" for line in _lines(path) if line.key and _is_sound(line)}


def refers(value: str) -> bool:
    """Whether Railway fills in the value, or a part of it."""
    return bool(_RAILWAY_REFERENCE.search(value))


def problems(environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every declared variable that is missing, malformed or refused in this environment."""
    groups = tuple(ALL_GROUPS.values())
    read = (problem for group in groups for problem in group.read(environ)[1])
    return (*read, *refused(environ, groups))


def _line(group: str, variable: Variable, value: str) -> Line:
    if value:
        shown = "(secret)" if variable.is_secret else _CREDENTIALS.sub("(secret)", value)
        return Line(group, variable.name, State.set, shown)
    if variable.is_required:
        return Line(group, variable.name, State.missing, "")
    state = State.default if variable.default else State.unset
    return Line(group, variable.name, state, variable.default)


def _lines(path: Path) -> list[Binding]:
    try:
        return list(parse_stream(StringIO(path.read_text(encoding="utf-8-sig"))))
    except OSError as error:
        raise FileIsUnreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise FileIsUnreadable(path, "it does not hold text in UTF-8") from error


def _is_sound(line: Binding) -> bool:
    return line.value is not None and bool(_NAME.fullmatch(line.key or ""))


def _number(line: Binding) -> int:
    """The line's number, past the empty lines that the parser takes with it."""
    text = line.original.string
    return line.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _malformed(lines: list[Binding]) -> Iterator[Problem]:
    for line in lines:
        if (line.key or line.error) and not _is_sound(line):
            # Its text is not shown, nor what looks like a name in it: it may be part of a secret.
            why = "it is not of the form NAME=value; quote a value that spans lines"
            yield Problem(f"line {_number(line)}", "malformed", why)


def _repeated(lines: list[Binding]) -> Iterator[Problem]:
    sound = [line for line in lines if _is_sound(line)]
    for name, times in Counter(line.key or "" for line in sound).items():
        if times > 1:
            where = ", ".join(str(_number(line)) for line in sound if line.key == name)
            yield Problem(name, "repeated", f"it is given on lines {where}; keep one of them")


def _unknown(given: Mapping[str, str]) -> Iterator[Problem]:
    declared = [v.name for group in ALL_GROUPS.values() for v in group.variables()]
    for name in given:
        if name not in declared:
            near = get_close_matches(name.upper(), declared, n=1)
            meant = f"did you mean {near[0]}?" if near else "nobody reads it; take it out"
            yield Problem(name, "unknown", meant)
