"""Small on purpose: files, functions, and a docstring on whatever others may use."""

import ast
from collections.abc import Callable, Iterator
from statistics import median

from tests.architecture.house import OURS, ROOT, Function, Source, Tree, findings, hold, sources

FILE, FUNCTION = 300, 40
"""Lines above which a file or a function is refused; 80 to 150 and 8 are aimed at."""

LONGER = {
    "backend/settings.py": (
        400,
        "77 declarations with meaning and example, and one place for them",
    ),
}
"""Files that may be longer: how long, and why."""

GENERATED = {".railway/railway.py"}
"""Files that nobody reads from the top to the end: they are generated."""


def lines(node: Function) -> int:
    """How many lines a function takes, from `def` to its end."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def too_long(source: Source) -> Iterator[tuple[int, str]]:
    """The file and its functions, where they are longer than allowed."""
    allowed, _ = LONGER.get(str(source.path), (FILE, ""))
    there = len(source.text.splitlines())
    if there > allowed and str(source.path) not in GENERATED:
        yield 1, f"has {there} lines, {allowed} are allowed"
    for function in source.functions():
        if lines(function) > FUNCTION:
            yield function.lineno, f"{function.name} has {lines(function)} lines"


def nameless_module(source: Source) -> Iterator[tuple[int, str]]:
    """A module that does not say why it exists."""
    if not ast.get_docstring(source.tree):
        yield 1, "the module has no docstring"


def undocumented(source: Source) -> Iterator[tuple[int, str]]:
    """Public classes, functions and methods without a docstring."""
    for node in public(source.tree):
        if not ast.get_docstring(node):
            yield node.lineno, f"{node.name} has no docstring"


def public(scope: ast.Module | ast.ClassDef) -> Iterator[ast.ClassDef | Function]:
    """What a module or class offers by a public name, its public classes' offers included."""
    for node in scope.body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def test_files_and_functions_are_small() -> None:
    hold(too_long)


def test_every_module_says_why_it_exists() -> None:
    hold(nameless_module)


def test_everything_public_says_what_it_does() -> None:
    hold(undocumented, *OURS)


def test_no_exception_is_kept_that_is_not_needed() -> None:
    needed = {str(s.path) for s in sources(ROOT) if len(s.text.splitlines()) > FILE}
    assert LONGER.keys() <= needed


def test_the_medians_are_told(record_property: Callable[[str, object], None]) -> None:
    ours = sources(ROOT, *OURS)
    files = [len(source.text.splitlines()) for source in ours]
    functions = [lines(function) for source in ours for function in source.functions()]
    record_property("median lines of a file", median(files))
    record_property("median lines of a function", median(functions))
    assert files
    assert functions


def test_a_long_file_is_seen(tree: Tree) -> None:
    root = tree({"a.py": "x = 1\n" * 301, "b.py": "x = 1\n" * 300})
    assert findings(too_long, root) == ["a.py:1: has 301 lines, 300 are allowed"]


def test_a_long_function_is_seen(tree: Tree) -> None:
    body = "    x = 1\n"
    root = tree({"a.py": f"def f():\n{body * 40}", "b.py": f"def f():\n{body * 39}"})
    assert findings(too_long, root) == ["a.py:1: f has 41 lines"]


def test_a_module_without_a_docstring_is_seen(tree: Tree) -> None:
    root = tree({"a.py": "x = 1\n", "b/__init__.py": "", "c.py": '"""Why."""\n'})
    assert len(findings(nameless_module, root)) == 2


def test_missing_docstrings_are_seen(tree: Tree) -> None:
    source = '''
class Seat:
    def take(self): ...
    def _give(self): ...
    class Row: ...

async def seats():
    def inner(): ...

def _own(): ...

def free():
    """Documented."""
'''
    found = findings(undocumented, tree({"backend/seats.py": source}))
    assert [line.split()[1] for line in found] == ["Seat", "take", "Row", "seats"]
