"""What makes an upload runnable: a visible list of recipes, each for one kind of program."""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from staging import website
from staging.hosting.dockerfile import NPMS_LOCK, BuildFailed
from staging.local import BUILDS, ROOT
from staging.node import node
from staging.processes.children import from_the_machine

Say = Callable[[str], None]
PACKAGES = ROOT / BUILDS / "packages"
"""Where Python's packages are installed for all builds of this clone, beside the website's."""


@dataclass(frozen=True)
class Upload:
    """What a recipe works on: the service's folder of the upload, and the locks it names."""

    root: Path
    locks: tuple[str, ...]
    kept: Path
    """A folder for what is kept from one build to the next."""
    say: Say
    """Takes a line for the log of the build."""


@dataclass(frozen=True)
class Made:
    """What a recipe gives: folders of programs, the first one first; variables; and what it made.

    `files` says where that is, for paths of the upload at which a build would leave it.
    """

    path: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """One kind of program: whether an upload is of it, and how it is built."""

    name: str
    fits: Callable[[Upload], bool]
    build: Callable[[Upload], Awaitable[Made]]
    """Leaves the upload as it is. Raises `BuildFailed`."""


async def run(argv: tuple[str, ...], upload: Upload, env: Mapping[str, str]) -> None:
    """Run a program of a build to its end in the upload's folder. Raises `BuildFailed`."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=upload.root,
        env={**from_the_machine(), **env},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    said, _ = await process.communicate()
    for line in said.decode(errors="replace").splitlines():
        upload.say(line)
    if process.returncode:
        raise BuildFailed(f'process "{" ".join(argv)}" did not complete: {process.returncode}')


async def _python(upload: Upload) -> Made:
    """A virtual environment of exactly what the locks name; equal locks share one.

    Its Python is the one that runs this, whatever version the upload asks for.
    """
    texts = [(upload.root / lock).read_bytes() for lock in upload.locks if _is_pythons(lock)]
    name = sha256(b"\n".join([sys.version.encode(), *texts])).hexdigest()[:16]
    home = upload.kept / name
    if home.exists():
        upload.say(f"CACHED packages of {', '.join(upload.locks) or 'no lock'}")
    else:
        await _install(upload, home)
    # A build's `RUN` compiles, and here the first process that runs does: no other one has to.
    return Made((str(home / "bin"),), {"VIRTUAL_ENV": str(home), "PYTHONDONTWRITEBYTECODE": ""})


async def _install(upload: Upload, home: Path) -> None:
    """Make it elsewhere first, so that a half-made one is never taken for whole."""
    draft = home.with_name(f"{home.name}.{os.getpid()}.{token_hex(4)}")
    draft.parent.mkdir(parents=True, exist_ok=True)
    try:
        await _installed(upload, draft)
        # Another build of the same packages may have been quicker.
        with suppress(OSError):
            draft.rename(home)
    finally:
        await asyncio.to_thread(shutil.rmtree, draft, ignore_errors=True)


async def _installed(upload: Upload, home: Path) -> None:
    await run((_uv(), "venv", "-q", "--relocatable", "-p", sys.executable, str(home)), upload, {})
    for lock in filter(_is_pythons, upload.locks):
        upload.say(f"RUN uv pip install -r {lock}")
        text = (upload.root / lock).read_text()
        hashes = ("--require-hashes",) if "--hash=" in text else ()
        python = str(home / "bin" / "python")
        words = ("pip", "install", "-q", "--system-certs", "-p", python, *hashes, "-r", lock)
        await run((_uv(), *words), upload, {})


def _is_pythons(lock: str) -> bool:
    return lock.endswith((".txt", ".in"))


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise BuildFailed("uv is missing, which installs packages: run `make up`, then try again")
    return found


def _has_python(upload: Upload) -> bool:
    """Whether a lock is one of Python's; without any, whether there is Python at all."""
    if upload.locks:
        return any(map(_is_pythons, upload.locks))
    return any(upload.root.rglob("*.py"))


async def _website(upload: Upload) -> Made:
    """The website, from the builds that all environments of this clone share."""
    here = str(Path(_npms(upload)).parent)
    build = website.Build(upload.root / here, ROOT / BUILDS, node())
    upload.say(f"RUN npm ci && npm run build, kept as {build.digest}")
    try:
        await asyncio.to_thread(website.make, build, upload.say)
    except website.WebsiteIsNotBuilt as failure:
        raise BuildFailed(failure.fact) from failure
    files = {
        f"{here}/.next/standalone": build.folder,
        f"{here}/.next/static": build.folder / ".next" / "static",
    }
    return Made((str(build.node.program.parent),), {}, files)


def _npms(upload: Upload) -> str:
    return next((lock for lock in upload.locks if lock.endswith(NPMS_LOCK)), "")


RECIPES: tuple[Recipe, ...] = (
    Recipe("python", _has_python, _python),
    Recipe("website", lambda upload: bool(_npms(upload)), _website),
)
