"""The browser of the tests: the machine's own Chromium, else the one in an npm package."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TypedDict

from playwright.sync_api import Browser, Playwright

from staging.local import BUILDS, ROOT
from staging.node import node

HERE = Path(__file__).parent
PACKAGES = ROOT / BUILDS / "browser"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
UNPACK = """
import('@sparticuz/chromium').then(async (it) => console.log(await it.default.executablePath()))
"""
BRINGS_LIBRARIES = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
"""Where this is set, the package unpacks the libraries of Chromium as well, into `al2023/lib`."""

CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A camera of Chromium's own, which everybody may use whom the page's policy lets."""


@cache
def packages() -> Path:
    """The folder of the npm packages, which are installed when their lock has changed."""
    lock, known = (HERE / "package-lock.json").read_bytes(), PACKAGES / "known"
    own = machines_own()
    wanted = lock + (own or "").encode()
    if not known.exists() or known.read_bytes() != wanted:
        PACKAGES.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(HERE / name, PACKAGES / name)
        less = ("--omit=optional",) if own else ()
        subprocess.run([*node().npm, "ci", "--no-progress", *less], cwd=PACKAGES, check=True)
        known.write_bytes(wanted)
    return PACKAGES / "node_modules"


def machines_own() -> str | None:
    """The Chromium that is installed on this machine, if one is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def _of_the_package() -> tuple[str, dict[str, str]]:
    """The program, and the variables with which it finds its libraries."""
    packages()
    environ = os.environ | BRINGS_LIBRARIES
    unpack = (str(node().program), "-e", UNPACK)
    said = subprocess.run(
        unpack, cwd=PACKAGES, env=environ, check=True, capture_output=True, text=True
    )
    program = said.stdout.strip()
    return program, {"LD_LIBRARY_PATH": str(Path(program).parent / "al2023" / "lib")}


def axe() -> str:
    """The script of axe, which finds what is not accessible."""
    return (packages() / "axe-core" / "axe.min.js").read_text()


class Launching(TypedDict):
    """How Chromium is started, as Playwright wants to be told."""

    executable_path: str
    env: dict[str, str | float | bool]
    args: list[str]


def launching() -> Launching:
    """How it is started on this machine."""
    program, libraries = machines_own(), dict[str, str]()
    if program is None:
        program, libraries = _of_the_package()
    # Root may not use its sandbox, and a container has little shared memory.
    args = ["--no-sandbox", "--disable-dev-shm-usage", *CAMERA]
    return {"executable_path": program, "env": {**os.environ, **libraries}, "args": args}


def started(playwright: Playwright) -> Browser:
    """A Chromium that runs until Playwright ends."""
    return playwright.chromium.launch(**launching())
