"""MDN's HTTP Observatory grades the website and the API, as a host serves them, by its own scanner.

Its packages are many and only for this, so it is asked by `--long` alone; `staging verify` grades
by the same points wherever an environment stands.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from staging.local import BUILDS, ROOT
from staging.node import node
from tests.browser.fronting import fronted
from tests.browser.pages import Site
from tests.browser.test_build import Start, start

__all__ = ["start"]

HERE = Path(__file__).parent / "observatory"
SCANNER = Path("node_modules") / "@mdn" / "mdn-http-observatory"

HOSTED = {
    "NEXT_PUBLIC_SITE_URL": "https://www.wwmaa.example",
    "NEXT_PUBLIC_API_URL": "https://api.wwmaa.example",
    "NEXT_PUBLIC_WS_URL": "wss://api.wwmaa.example",
}
"""Where a website stands that is not on this machine: all of it behind TLS."""


@pytest.fixture(scope="module")
def scanner(is_long: None) -> Path:
    """The scanner, whose list of preloaded hosts is empty: fetching one would leave the machine."""
    folder = ROOT / BUILDS / "observatory"
    folder.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_bytes()
    known = folder / "known"
    if not known.exists() or known.read_bytes() != lock:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(HERE / name, folder / name)
        words = ("ci", "--ignore-scripts", "--no-progress")
        subprocess.run([*node().npm, *words], cwd=folder, check=True)
        known.write_bytes(lock)
    (folder / SCANNER / "conf" / "hsts-preload.json").write_text("{}")
    return folder / SCANNER / "src" / "scan.js"


@pytest.mark.parametrize("path", ["/", "/login", "/search?q=how+to+fall"])
def test_the_website_is_graded_a_plus(
    path: str, site: Site, scanner: Path, tmp_path: Path, start: Start
) -> None:
    assert graded(start(SERVER_API_URL=site.api, **HOSTED), path, scanner, tmp_path) == ("A+", [])


def test_the_api_is_graded_a_plus(site: Site, scanner: Path, tmp_path: Path) -> None:
    assert graded(site.api, "/api/health", scanner, tmp_path) == ("A+", [])


def graded(url: str, path: str, scanner: Path, folder: Path) -> tuple[str, list[str]]:
    """The grade, and the tests that are not passed."""
    with fronted(url, folder) as (host, authority):
        said = subprocess.run(
            [node().program, scanner, f"{host}{path}"],
            env=os.environ | {"NODE_EXTRA_CA_CERTS": str(authority)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    told: dict[str, Any] = json.loads(said.stdout)
    assert "scan" in told, told
    failed = [f"{name}: {it['result']}" for name, it in told["tests"].items() if not it["pass"]]
    return told["scan"]["grade"], failed
