"""What a room imports is locked for whoever installs that room alone, not only for the tests."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.architecture.house import OURS, ROOT, sources

LOCKS = {"backend": "backend", "sandboxes": "staging", "staging": "staging"}
"""By room, whose lock brings all that it needs."""


def name(text: str) -> str:
    """A package's name as locks write it."""
    return re.sub(r"[-_.]+", "-", text).lower()


@cache
def owners() -> dict[str, str]:
    """The package that each installed module file is of."""
    return {
        str(each.locate_file(file)): name(each.metadata["Name"])
        for each in distributions()
        for file in each.files or ()
        if file.suffix in {".py", ".so"}
    }


def locked(room: str) -> set[str]:
    """The packages in a room's lock."""
    text = (ROOT / room / "requirements.txt").read_text()
    return {name(found) for found in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


@cache
def origin(dotted: str) -> str | None:
    """The file that an imported name leads to: its own module's, or that of the one it is in."""
    for module in (dotted, dotted.rpartition(".")[0]):
        try:
            spec = importlib.util.find_spec(module) if module else None
        except (ImportError, ValueError, AttributeError):
            continue
        if spec and spec.origin and spec.has_location:
            return spec.origin
    return None


def needed(root: Path, room: str) -> Iterator[tuple[str, str]]:
    """The packages that a room imports, each with who imports it."""
    for source in sources(root, room):
        for found in source.imported():
            top = found.name.split(".")[0]
            if top in sys.stdlib_module_names or top in OURS:
                continue
            package = owners().get(origin(found.name) or "")
            if package:
                yield package, f"{source.path}:{found.line}"


@pytest.mark.parametrize("room", LOCKS)
def test_whatever_a_room_imports_is_in_its_lock(room: str) -> None:
    there = locked(LOCKS[room])
    missing = {who: package for package, who in needed(ROOT, room) if package not in there}
    assert not missing


def test_a_package_of_the_tests_alone_is_seen() -> None:
    assert owners()[str(origin("hypothesis.strategies"))] == "hypothesis"
    assert "hypothesis" not in locked("staging")
    assert owners()[str(origin("google.rpc.status_pb2.Status"))] == "googleapis-common-protos"
