"""Anybody may read this repository: no trace of a machine, a registry, a secret or a person."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, Tree, kept

NEWLINE = "\n"
MACHINE = re.compile(r"(?<![\w.~-])/(?:work|home|root|Users)(?![\w-])")
SCRATCH = re.compile(r"(?<![\w.~-])/tmp(?![\w-])")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|jsr\.io|crates\.io"
    r"|proxy\.golang\.org|(?:deb|security)\.debian\.org|archive\.ubuntu\.com"
    r"|docker\.(?:io|com)|ghcr\.io|quay\.io|gcr\.io|public\.ecr\.aws|mcr\.microsoft\.com"
)
LIVE = re.compile(r"[prs]k_live_")
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[opsu]_\w{36}\b"
    r"|\bsk-(?:proj-)?[\w-]{32,}|\b(?:whsec|[rs]k_test)_[A-Za-z0-9]{20,}|\bxox[abp]-[\w-]{20,}"
)
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@((?:[a-z0-9-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
UNDELIVERABLE = re.compile(
    r"(?:.*\.)?(?:example|test|invalid|localhost|example\.(?:com|net|org)|wwmaa\.com)"
    r"|bounce-testing\.postmarkapp\.com"
)
"""Domains that receive no mail by RFC 2606, the association's own, and Postmark's for bounces."""

LIVE_KEYS_ARE_DECLARED = Path("backend/settings.py")
"""The one file that names how a live key begins; a test builds one from parts."""


def exposures(root: Path) -> list[str]:
    """Whatever should not be public, by file and line; the text itself is not repeated."""
    return [
        f"{path}:{whole[:start].count(NEWLINE) + 1}: {what}"
        for path in kept(root)
        if (whole := text(root / path))
        for start, what in exposed(path, whole)
    ]


def text(path: Path) -> str:
    """The text of a file; none of a picture or a font."""
    whole = path.read_bytes()
    return "" if b"\0" in whole else whole.decode()


def exposed(path: Path, whole: str) -> Iterator[tuple[int, str]]:
    """What the text of this file gives away, and where."""
    scratch = () if path.parts[0] == "tests" else (SCRATCH,)
    live = () if path == LIVE_KEYS_ARE_DECLARED else (LIVE,)
    for patterns, what in (
        ((MACHINE, *scratch), "a path of a machine"),
        ((REGISTRY,), "the host of a registry"),
        ((SECRET, *live), "what looks like a secret"),
    ):
        yield from ((found.start(), what) for x in patterns for found in x.finditer(whole))
    for found in ADDRESS.finditer(whole):
        if not UNDELIVERABLE.fullmatch(found[1].lower()):
            yield found.start(), "an e-mail address at a domain that receives mail"


def test_nothing_is_exposed() -> None:
    found = exposures(ROOT)
    assert not found, "\n".join(["", *found])


PLACE, HOST, LIVE_KEY = "/wo" + "rk/main", "py" + "pi.org", "sk_" + "live_1"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("docs/a.md", f"Go to {PLACE} first."),
        ("backend/a.py", f'DATA = "/ho{""}me/somebody/data"'),
        ("backend/a.py", f'DATA = "/t{""}mp/data"'),
        ("frontend/package-lock.json", f'"resolved": "https://registry.npm{"js"}.org/x"'),
        ("backend/requirements.txt", f"--index-url https://{HOST}/simple"),
        ("Dockerfile", f"FROM docker.{''}io/python:3"),
        ("tests/a.py", f'KEY = "{LIVE_KEY}"'),
        (".env.staging.example", f"STRIPE_SECRET_KEY=sk_{'test'}_{'a1' * 12}"),
        ("docs/key.pem", f"-----BEGIN {'RSA'} PRIVATE KEY-----"),
        ("staging/seeds/people.py", f'email = "somebody@gmail{"."}com"'),
    ],
)
def test_an_exposure_is_seen(tree: Tree, path: str, line: str) -> None:
    assert len(exposures(tree({path: f"fine\n{line}\n"}))) == 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("backend/settings.py", f'LIVE = ("sk_{"live"}_",)'),
        ("tests/a.py", f'where = "/t{""}mp/data"'),
        ("docs/a.md", "https://api.wwmaa.example/home/work and ./work/home, ~/home"),
        ("docs/a.md", "info@wwmaa.com, a@staging.wwmaa.com, b@club.example, c@x.test"),
        ("backend/a.py", "postgresql://wwmaa@127.0.0.1:5432/wwmaa"),
        ("frontend/package.json", '"@scope/name@1.2.3"'),
    ],
)
def test_what_may_be_public_is_let_be(tree: Tree, path: str, line: str) -> None:
    assert not exposures(tree({path: line}))
