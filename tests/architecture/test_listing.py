"""The listing is the architecture: what stands where, and nothing else."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, Tree, kept

STANDS = {
    ".ci": "what the machine runs on every change",
    ".dockerignore": "Docker reads it here",
    ".env.staging.example": "the variables, generated; the seed names it",
    ".github": "GitHub reads it here",
    ".gitignore": "git reads it here",
    ".python-version": "uv and pyenv read it here",
    ".railway": "the Railway environment as code; Railway reads it here",
    "ARCHITECTURE.md": "a door: the house on one page",
    "CONTRIBUTING.md": "a door: where do I put what",
    "Dockerfile": "Docker and Railway read it here; the seed names it",
    "LICENSE": "a door: what others may do with it",
    "Makefile": "make reads it here",
    "README.md": "a door: the first five minutes",
    "SECURITY.md": "a door: where to report a hole",
    "backend": "a deployable: the product",
    "bench": "what is measured",
    "docs": "what is explained",
    "frontend": "a deployable: the website",
    "pyproject.toml": "pip, pytest, mypy and ruff read it here",
    "railway.json": "Railway reads it here; the seed names it",
    "railway.toml": "Railway reads it here; the seed names it",
    "sandboxes": "a deployable: the outside world, imitated",
    "scripts": "doors with the seed's names",
    "staging": "the hands",
    "tests": "what proves it",
}
"""Every entry that may stand in the root, and why it stands there."""

STILL_TO_COME: tuple[str, ...] = ()
"""Entries that do not stand yet. The tuple only shrinks."""

SEED = (
    ".dockerignore",
    ".env.staging.example",
    "Dockerfile",
    "README.md",
    "backend/app.py",
    "backend/requirements.txt",
    "backend/routes/health.py",
    "docs/deployment/staging-setup.md",
    "docs/environments.md",
    "railway.json",
    "railway.toml",
    "scripts/railway/deploy-staging.sh",
    "scripts/railway/setup-staging.sh",
    "scripts/railway/verify-staging.sh",
    "scripts/seed-staging-data.py",
    "scripts/setup-staging-db.py",
)
"""The paths that the seed names. Its own summary is a report, and reports are not kept."""

SEED_STILL_TO_COME: tuple[str, ...] = ()
"""Paths of the seed that do not stand yet. The tuple only shrinks."""

NO_PLACE = re.compile(r"utils?|helpers?|common|core", re.IGNORECASE)
"""Rooms and modules whose name says nothing: whatever lies there has a better place."""

DEBRIS = ("*.bak", "*.orig", "*.rej", "*.old", "*~", "*.backup", "*[_-]v[0-9]*", "*[_-]old.*")
REPORTS = ("*SUMMARY*.md", "*REPORT*.md", "*COMPLETE*.md", "*STATUS*.md", "*FIX*.md")


def entries(root: Path) -> set[str]:
    """What stands in the root."""
    return {path.parts[0] for path in kept(root)}


def nameless(root: Path) -> list[str]:
    """Files in a room, or of a name, that says nothing."""
    return [str(p) for p in kept(root) if any(NO_PLACE.fullmatch(Path(x).stem) for x in p.parts)]


def debris(root: Path) -> list[str]:
    """Copies, leftovers and reports."""
    patterns = (*DEBRIS, *REPORTS)
    return [str(p) for p in kept(root) if any(fnmatchcase(p.name, x) for x in patterns)]


def test_nothing_stands_in_the_root_that_has_no_reason_to() -> None:
    assert not entries(ROOT) - STANDS.keys()


def test_what_is_still_to_come_is_listed_and_only_that() -> None:
    missing = sorted(STANDS.keys() - entries(ROOT))
    assert missing == sorted(STILL_TO_COME), "take what stands now out of STILL_TO_COME"


def test_the_paths_of_the_seed_stay_where_it_says() -> None:
    missing = sorted(path for path in SEED if Path(path) not in kept(ROOT))
    assert missing == sorted(SEED_STILL_TO_COME), "take what stands now out of SEED_STILL_TO_COME"


def test_no_room_is_called_by_a_name_that_says_nothing() -> None:
    assert not nameless(ROOT)


def test_no_copies_leftovers_or_reports_are_kept() -> None:
    assert not debris(ROOT)


def test_a_stranger_in_the_root_is_seen(tree: Tree) -> None:
    root = tree({"notes.md": "", ".hidden/file": "", "backend/app.py": ""})
    assert entries(root) - STANDS.keys() == {"notes.md", ".hidden"}


def test_what_git_ignores_is_not_in_the_listing(tree: Tree) -> None:
    assert entries(tree({".gitignore": ".venv/\n", ".venv/bin/python": ""})) == {".gitignore"}


@pytest.mark.parametrize(
    "path",
    ["backend/utils.py", "frontend/lib/helpers/date.ts", "staging/common/__init__.py"]
    + ["backend/core.py", "tests/helper.py"],
)
def test_a_nameless_room_is_seen(tree: Tree, path: str) -> None:
    assert nameless(tree({path: "", "backend/scores.py": ""})) == [path]


@pytest.mark.parametrize(
    "path",
    ["backend/app.py.bak", "backend/app_v2.py", "docs/FIX_SUMMARY.md", "TEST-REPORT.md", "a.orig"],
)
def test_debris_is_seen(tree: Tree, path: str) -> None:
    assert debris(tree({path: "", "docs/reports.md": ""})) == [path]
