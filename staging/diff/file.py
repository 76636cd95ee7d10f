"""What differs in a file of variables: from the definition, and from what Railway holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from backend.variables import Problem
from staging import env
from staging.definition import Environment
from staging.diff.difference import Difference, Kind
from staging.diff.shapes import shape
from staging.railway.given import Place, places
from staging.railway.held import Held
from staging.railway.telling import variables_of
from staging.values import Secret

KINDS: Final[dict[str, Kind]] = {
    "missing": "missing",
    "unknown": "unused",
    "malformed": "different",
    "refused": "different",
    "repeated": "different",
}


def against_file(environment: Environment, path: Path, held: Held | None) -> tuple[Difference, ...]:
    """All that is not in a file as the definition and Railway have it.

    Raises `env.FileIsUnreadable`.
    """
    problems = env.check(path)
    known = {problem.variable for problem in problems}
    values = {name: value for name, value in env.read(path).items() if name not in known}
    return (
        *(_problem(problem, path) for problem in problems),
        *_compared(environment, values, held, path),
    )


def _problem(problem: Problem, path: Path) -> Difference:
    mend = f"mend it in {path.name}; staging env check {path.name}"
    wanted = "one that can be used" if problem.kind != "unknown" else "none"
    found = f"{problem.kind}: {problem.why}"
    return Difference("file", KINDS[problem.kind], "", problem.variable, wanted, found, mend)


def _compared(
    environment: Environment, values: dict[str, str], held: Held | None, path: Path
) -> Iterator[Difference]:
    declared = [each for each in places(environment) if not _is_passed_on(each)]
    for name, said in values.items():
        named = [each for each in declared if each.name == name]
        texts = [each for each in named if isinstance(each.told, str)]
        if texts and not any(_is_same(str(each.told), said) for each in texts):
            mend = f"take it out of {path.name}, or change staging/environment.py"
            wanted = " or ".join(dict.fromkeys(str(each.told) for each in texts))
            yield _difference("different", texts, wanted, shape(said), mend)
        others = [each for each in named if not isinstance(each.told, str)]
        if others and held and said:
            yield from _against_held(others, said, held, path)


def _against_held(named: list[Place], said: str, held: Held, path: Path) -> Iterator[Difference]:
    """Where Railway has none, and where it has another; services may share a name."""
    mend = f"staging setup --variables {path.name}"
    none = [it for it in named if not variables_of(held, it.owner).has(it.name)]
    if none:
        yield _difference("missing", none, "none on Railway", shape(said), mend)
    theirs = {it: variables_of(held, it.owner).values.get(it.name) for it in named}
    others = [it for it, value in theirs.items() if value and value != said]
    if others:
        if isinstance(others[0].told, Secret):
            mend = f"take it out of {path.name}: Railway keeps its own"
        wanted = f"on Railway {shape(theirs[others[0]] or '')}"
        yield _difference("different", others, wanted, f"another one, {shape(said)}", mend)


def _is_passed_on(place: Place) -> bool:
    """Whether it names a value that is kept elsewhere, and compared there."""
    return isinstance(place.told, str) and env.refers(place.told)


def _is_same(wanted: str, said: str) -> bool:
    return wanted.rstrip("/") == said.rstrip("/") or env.refers(said)


def _difference(kind: Kind, named: list[Place], wanted: str, found: str, mend: str) -> Difference:
    owners = ", ".join(place.owner for place in named)
    return Difference("file", kind, owners, named[0].name, wanted, found, mend)
