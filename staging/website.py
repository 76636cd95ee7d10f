"""The website's build: made out of a folder of sources, once for each content.

A cache folder holds the builds, each under the digest of what it was made of, and one workspace in
which they are made, where the packages stay from one build to the next.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from staging.node import Node
from staging.obstacles import Failed

NOT_SOURCES = frozenset({"node_modules", ".next", "next-env.d.ts", "tsconfig.tsbuildinfo"})
"""What tools leave behind in a folder of sources."""
DERIVED = frozenset({"lib/api/schema.d.ts"})
"""Files that the build itself makes."""
LOCK, SERVER = "package-lock.json", "server.js"
KEPT = 4
"""How many builds stay, for a change that is taken back, and for what still runs on one."""

Tell = Callable[[str], None]
"""Hears what is being done now."""


class WebsiteIsNotBuilt(Failed):
    """A step of the build ended with an error."""

    def __init__(self, step: str, log: Path) -> None:
        said = "\n".join(log.read_text(errors="replace").strip().splitlines()[-20:])
        super().__init__(
            f"The website could not be built: {step} failed.\n{said}",
            f"{log} has all of it. Mend the cause, then try again; installing packages needs the"
            " network.",
        )


@dataclass(frozen=True)
class Build:
    """The website of a folder of sources, which stands in `folder` once it is made."""

    source: Path
    cache: Path
    node: Node

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change with the sources, the packages and Node."""
        found = sha256(self.node.version.encode())
        for path in _sources(self.source):
            found.update(f"{path}\0".encode() + (self.source / path).read_bytes())
        return found.hexdigest()[:12]

    @property
    def folder(self) -> Path:
        """Where `node server.js` runs the finished build."""
        return self.cache / "builds" / self.digest

    @property
    def is_made(self) -> bool:
        """Whether it stands."""
        return (self.folder / SERVER).is_file()


def make(build: Build, tell: Tell) -> None:
    """Make a build unless it stands; another process that makes one is waited for.

    The first one takes about a minute, most of it for the packages; later ones about 15 s. Raises
    `WebsiteIsNotBuilt`.
    """
    if build.is_made:
        return
    tell("waiting for another build")
    with _alone(build.cache):
        if not build.is_made:
            _make(build, tell)
        _forget_old(build)


def _make(build: Build, tell: Tell) -> None:
    workspace = build.cache / "workspace"
    _lay_out(build.source, workspace)
    installed = workspace / "node_modules" / ".installed"
    lock = sha256((workspace / LOCK).read_bytes()).hexdigest() + build.node.version
    if not installed.exists() or installed.read_text() != lock:
        tell("installing its packages")
        _run(build, "npm ci", ("ci", "--no-progress"), os.environ)
        installed.parent.mkdir(exist_ok=True)
        installed.write_text(lock)
    tell("compiling")
    # What the caller's environment says must not get into a build that all environments share.
    environ = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    _run(build, "npm run build", ("run", "build"), environ | {"BUILD_ID": build.digest})
    _take_out(workspace, build.folder)


def _lay_out(source: Path, workspace: Path) -> None:
    """Copy the sources into the workspace, beside the packages and the compiler's own cache."""
    workspace.mkdir(parents=True, exist_ok=True)
    for path in workspace.iterdir():
        if path.name not in ("node_modules", ".next"):
            _remove(path)
    shutil.rmtree(workspace / ".next" / "standalone", ignore_errors=True)
    for path in _sources(source):
        (workspace / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, workspace / path)


def _take_out(workspace: Path, folder: Path) -> None:
    """Move what was compiled to where it stays, all at once."""
    draft = folder.with_name(f"{folder.name}.making")
    _remove(draft)
    folder.parent.mkdir(exist_ok=True)
    shutil.move(workspace / ".next" / "standalone", draft)
    shutil.copytree(workspace / ".next" / "static", draft / ".next" / "static")
    if (workspace / "public").is_dir():
        shutil.copytree(workspace / "public", draft / "public", dirs_exist_ok=True)
    draft.rename(folder)


def _run(build: Build, step: str, words: tuple[str, ...], environ: Mapping[str, str]) -> None:
    log = build.cache / "build.log"
    # npm starts `node` by its name: it must find the one that was chosen.
    path = f"{build.node.program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    quiet = {"PATH": path, "NEXT_TELEMETRY_DISABLED": "1", "CI": "1", "NODE_OPTIONS": ""}
    with log.open("w") as file:
        ended = subprocess.run(
            (*build.node.npm, *words),
            cwd=build.cache / "workspace",
            env={**environ, **quiet},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        raise WebsiteIsNotBuilt(step, log)


def _sources(source: Path) -> Iterator[Path]:
    """The files that a build is made of, relative to the folder, in order."""
    for folder, folders, files in os.walk(source):
        folders[:] = sorted(set(folders) - NOT_SOURCES)
        for name in sorted(set(files) - NOT_SOURCES):
            path = (Path(folder) / name).relative_to(source)
            if path.as_posix() not in DERIVED:
                yield path


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_old(build: Build) -> None:
    """Remove the oldest builds; a process that still runs on one has loaded what it needs."""
    build.folder.touch()
    builds = sorted(build.folder.parent.iterdir(), key=lambda it: it.stat().st_mtime)
    for old in builds[:-KEPT]:
        shutil.rmtree(old)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
