"""Who may know about whom: the contracts in pyproject.toml hold, and each is seen to bite."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import ROOT, Source, Tree, findings, hold, imported

LINT = str(Path(sys.executable).with_name("lint-imports"))
SINS = {
    "backend/schema/events.py": "staging",
    "sandboxes/stripe.py": "backend.settings",
    "backend/variables.py": "backend.settings",
    "backend/settings.py": "backend.store",
    "backend/routes/health.py": "backend.features",
    "backend/features/events.py": "backend.features.blog",
}
"""Modules of a house in which each knows somebody whom it must not know."""
ROOMS = ("", "/schema", "/store", "/routes", "/features", "/features/blog", "/basement")


def broken(root: Path) -> str:
    """What import-linter says against the house at this root; empty when all contracts hold."""
    command = [LINT, "--no-cache", "--no-logo", "--config", str(ROOT / "pyproject.toml")]
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return told.stdout + told.stderr if told.returncode else ""


def hidden(source: Source) -> Iterator[tuple[int, str]]:
    """Imports of ours inside functions, by which a cycle is dodged."""
    for function in source.functions():
        for found in imported(ast.walk(function)):
            if found.is_ours:
                yield found.line, f"imports {found.name} inside a function"


def test_the_arrows_of_the_house_hold() -> None:
    said = broken(ROOT)
    assert not said, said


def test_nothing_of_ours_is_imported_inside_a_function() -> None:
    hold(hidden)


def test_every_arrow_the_wrong_way_and_every_room_without_a_place_is_seen(tree: Tree) -> None:
    packages = (*(f"backend{room}" for room in ROOMS), "sandboxes", "staging")
    inits = {f"{package}/__init__.py": "" for package in packages}
    said = broken(tree(inits | {path: f"import {it}\n" for path, it in SINS.items()}))
    for path, it in SINS.items():
        assert f"{path.removesuffix('.py').replace('/', '.')} -> {it} (l.1)" in said
    assert "- backend.basement" in said


def test_an_import_inside_a_function_is_seen(tree: Tree) -> None:
    source = "def late():\n    from backend import app\n    import json\n    return app, json\n"
    root = tree({"backend/late.py": source})
    assert findings(hidden, root) == ["backend/late.py:2: imports backend.app inside a function"]
