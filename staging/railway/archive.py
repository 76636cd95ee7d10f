"""The source code as Railway takes it: what git would keep, in one archive, the same each time."""

import gzip
import hashlib
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pathspec import GitIgnoreSpec

from staging.obstacles import Refused

IGNORES: Final = (".gitignore", ".railwayignore")
"""Files that say what is left out; the later one has the last word."""
NEVER: Final = frozenset({".git", "node_modules"})
"""What is left out whatever they say."""

Rules = tuple[tuple[Path, GitIgnoreSpec], ...]


class LinkLeadsOutside(Refused):
    """A link in the source code leads to what does not belong to it."""

    def __init__(self, link: Path) -> None:
        super().__init__(
            f"{link} is a link that leads out of the project, or nowhere; "
            "Railway would be given what lies there.",
            "Take it away, or name it in .railwayignore.",
        )


@dataclass(frozen=True)
class Archive:
    """A packed archive, as long as it is needed."""

    path: Path
    files: int
    size: int
    """In bytes, packed."""
    digest: str
    """SHA-256; equal for equal source code."""


@contextmanager
def packed(root: Path) -> Iterator[Archive]:
    """The source code below `root` in a file of its own, which is gone afterwards.

    Raises `LinkLeadsOutside`.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "source.tar.gz"
        files = _pack(root.resolve(), path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        yield Archive(path, files, path.stat().st_size, digest)


def contents(root: Path) -> Iterator[Path]:
    """The files that are sent, relative to the root, in order."""
    yield from _below(root.resolve(), Path(), ())


def _pack(root: Path, path: Path) -> int:
    count = 0
    # Neither time nor name is written down, so that equal files make an equal archive.
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w|") as archive,
    ):
        for name in contents(root):
            with (root / name).open("rb") as source:
                archive.addfile(_entry(name, os.fstat(source.fileno())), source)
            count += 1
    return count


def _entry(name: Path, stat: os.stat_result) -> tarfile.TarInfo:
    """Its name, its size and whether it runs; without owner and time."""
    entry = tarfile.TarInfo(f"./{name.as_posix()}")
    entry.size = stat.st_size
    entry.mode = 0o755 if stat.st_mode & 0o100 else 0o644
    return entry


def _below(root: Path, folder: Path, above: Rules) -> Iterator[Path]:
    rules = (*above, *_rules(root, folder))
    for each in sorted((root / folder).iterdir(), key=lambda path: path.name):
        name = folder / each.name
        if each.name in NEVER or _is_left_out(name, each.is_dir(), rules):
            continue
        if each.is_symlink():
            _must_stay_inside(root, each, name)
        if each.is_dir():
            yield from _below(root, name, rules)
        elif each.is_file():
            yield name


def _rules(root: Path, folder: Path) -> Iterator[tuple[Path, GitIgnoreSpec]]:
    for name in IGNORES:
        file = root / folder / name
        if file.is_file():
            yield folder, GitIgnoreSpec.from_lines(file.read_text(errors="replace").splitlines())


def _is_left_out(name: Path, is_folder: bool, rules: Rules) -> bool:
    """What the last rule that speaks of it says; rules further down come later."""
    for folder, spec in reversed(rules):
        text = name.relative_to(folder).as_posix() + ("/" if is_folder else "")
        found = spec.check_file(text).include
        if found is not None:
            return found
    return False


def _must_stay_inside(root: Path, link: Path, name: Path) -> None:
    """A link is followed, but not out of the project, nor into a folder that it lies in."""
    target = link.resolve()
    is_inside = target.is_relative_to(root) and target.exists()
    if not is_inside or (target.is_dir() and link.parent.resolve().is_relative_to(target)):
        raise LinkLeadsOutside(name)
