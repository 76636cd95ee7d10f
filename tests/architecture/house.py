"""The tree as the guards read it: what git keeps or would keep, each Python file parsed once.

A guard takes the root it looks at, so that its own test can show it a small tree with the sin.
"""

import ast
import io
import subprocess
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

ROOT = Path(__file__).resolve().parents[2]
OURS = ("backend", "sandboxes", "staging")
Function = ast.FunctionDef | ast.AsyncFunctionDef
N = TypeVar("N", bound=ast.AST)


@dataclass(frozen=True)
class Source:
    """One Python file; `path` is relative to the root it was found under."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        """The dotted name by which it is imported."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in it, walked once for all rules."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def comments(self) -> dict[int, str]:
        """The comments by line, each with its `#`."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return {t.start[0]: t.string for t in tokens if t.type == tokenize.COMMENT}

    def walk(self, kind: type[N]) -> Iterator[N]:
        """The nodes of this kind."""
        return (node for node in self.nodes if isinstance(node, kind))

    def functions(self) -> Iterator[Function]:
        """Functions and methods, those inside others included."""
        return (node for node in self.nodes if isinstance(node, Function))

    def imported(self) -> "Iterator[Imported]":
        """The names that are imported anywhere in it."""
        return imported(self.nodes)


class Imported(NamedTuple):
    """One name that an import statement brings in: `from a import b as c` gives `a.b` as `c`."""

    line: int
    name: str
    bound: str

    @property
    def is_ours(self) -> bool:
        """Whether it comes from one of our packages."""
        return self.name.split(".")[0] in OURS


def imported(nodes: Iterable[ast.AST]) -> Iterator[Imported]:
    """The names that the import statements among these nodes bring in."""
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module else ""
            for alias in node.names:
                bound = alias.asname or alias.name.split(".")[0]
                yield Imported(node.lineno, module + alias.name, bound)


def last_name(node: ast.AST) -> str:
    """The name after the last dot: `c` of `a.b.c`, of `a().c` and of `c`; empty for others."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


Rule = Callable[[Source], Iterator[tuple[int, str]]]
"""What a guard says of one file: lines, and what is wrong there."""
Tree = Callable[[Mapping[str, str]], Path]
"""Makes a small tree of these files and gives its root."""


@cache
def kept(root: Path) -> tuple[Path, ...]:
    """The files below the root that git tracks or would track, relative to it, in order."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    names = {name for name in listed.stdout.split("\0") if (root / name).is_file()}
    return tuple(sorted(map(Path, names)))


@cache
def sources(root: Path, *folders: str) -> tuple[Source, ...]:
    """The Python files below these folders of the root, or below all."""
    if folders:
        return tuple(s for s in sources(root) if s.path.parts[0] in folders)
    paths = [path for path in kept(root) if path.suffix == ".py"]
    texts = {path: (root / path).read_text() for path in paths}
    return tuple(Source(path, text, ast.parse(text)) for path, text in texts.items())


def findings(rule: Rule, root: Path, *folders: str) -> list[str]:
    """What the rule finds below these folders, one line each, to be shown when a guard fails."""
    return [
        f"{source.path}:{line}: {what}"
        for source in sources(root, *folders)
        for line, what in rule(source)
    ]


def hold(rule: Rule, *folders: str) -> None:
    """Fail with all that the rule finds below these folders of the house."""
    found = findings(rule, ROOT, *folders)
    assert not found, "\n".join(["", *found])
