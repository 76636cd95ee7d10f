"""What differs on this machine: the versions of its parts, and what runs from what is declared."""

import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from staging.diff.difference import Difference
from staging.environment import POSTGRES
from staging.local import ROOT, Local
from staging.parts import has_vector, postgres_version
from staging.processes import current

UP = "staging up"
_told = partial(Difference, "here")


def against_here(local: Local, root: Path = ROOT) -> tuple[Difference, ...]:
    """All that is not on this machine as the definition says."""
    return tuple(_found(local, root))


def _found(local: Local, root: Path) -> Iterator[Difference]:
    yield from _python(root)
    yield from _postgres(local)
    here = current(local.folder)
    if here is not None and here.is_held:
        for sentence in here.differences(local.processes):
            yield _told("state", "", "what runs", "as declared", sentence, UP)
    elif here is not None:
        yield _told("state", "", "what runs", "every service", "nothing", UP)


def _python(root: Path) -> Iterator[Difference]:
    wanted = (root / ".python-version").read_text().strip()
    found = ".".join(map(str, sys.version_info[:2]))
    if found != wanted:
        mend = f"rm -r .venv && make up PYTHON=python{wanted}"
        yield _told("version", "backend", "Python", wanted, found, mend)


def _postgres(local: Local) -> Iterator[Difference]:
    image = re.search(r"(\d+)", (POSTGRES.image or "").rpartition(":")[2])
    wanted, found = image[1] if image else "", postgres_version()
    if found != wanted:
        mend = "make lock, for another PostgreSQL; or another image in staging/environment.py"
        yield _told("version", "postgres", "PostgreSQL", wanted, found, mend)
    made_by = local.folder / "postgres" / "PG_VERSION"
    if made_by.is_file() and made_by.read_text().strip() != found:
        by = f"data of {made_by.read_text().strip()}"
        yield _told("version", "postgres", "data", found, by, "staging down --purge; staging up")
    if not has_vector():
        yield _told("extension", "postgres", "pgvector", "there", "not there", "make up")
