"""Builds the image without an engine, and runs what it holds as an engine would.

Debian's buildah builds in a chroot; a minimal Debian with Python of the same version, made by
debootstrap, stands in for the official base image, as no container registry is asked. What runs
is the first process of its own process namespace, as in a container, so that a SIGTERM that
nobody handles would be ignored here as well.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
TOOLS = ("buildah", "debootstrap", "unshare")
MISSING = "{} is missing. `apt-get install buildah debootstrap` brings what `make image` needs."
NOT_ROOT = "`make image` changes roots, which only root may do: `sudo make image`."
TRUSTED = Path("etc/ssl/certs/ca-certificates.crt")
"""What the stand-in trusts is what this machine trusts: a company's own certificates, too."""


class WorkshopIsIncomplete(Exception):
    """Something that builds or runs images is not on this machine."""


@dataclass
class Contained:
    """A process in the image: the first of its namespace, and what it says."""

    outer: "subprocess.Popen[str]"
    said: IO[str]

    @property
    def pid(self) -> int:
        """The process itself, as this machine numbers it; `unshare` is its parent."""
        children = Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children")
        return int(children.read_text().split()[0])

    @property
    def user(self) -> tuple[int, int]:
        """Who it runs as: user and group."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        ids = dict(line.split("\t", 1) for line in lines if line.startswith(("Uid", "Gid")))
        user, group = (int(ids[name].split()[0]) for name in ("Uid:", "Gid:"))
        return user, group

    def end(self, within: float) -> tuple[int, float]:
        """Send SIGTERM as a platform does; its exit code, and how many seconds it took."""
        began = time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        code = self.outer.wait(timeout=within)
        return code, time.monotonic() - began

    def log(self) -> str:
        """All that it said so far."""
        self.said.seek(0)
        return self.said.read()


@dataclass(frozen=True)
class Image:
    """An image that was built: its configuration, its files, and how long that took."""

    config: Mapping[str, Any]
    root: Path
    size: int
    base_size: int
    took_s: float

    def argv(self, command: Sequence[str]) -> list[str]:
        """A command in the image: in its folder, as its user, the first of its namespace."""
        user, _, group = self.config["User"].partition(":")
        inside = [f"--root={self.root}", f"--wd={self.config['WorkingDir']}", "--mount-proc"]
        spaces = ["--mount", "--pid", "--fork", "--kill-child"]
        return ["unshare", *spaces, *inside, f"--setuid={user}", f"--setgid={group}", *command]

    def environ(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The image's variables, and over them those of a deployment."""
        return dict(line.split("=", 1) for line in self.config["Env"]) | dict(variables)

    def run(
        self, command: Sequence[str], variables: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command in the image to its end."""
        return subprocess.run(
            self.argv(command),
            env=self.environ(variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @contextmanager
    def started(
        self, variables: Mapping[str, str], said: IO[str], command: Sequence[str] = ()
    ) -> Iterator[Contained]:
        """This command or the image's own, until the block ends."""
        argv = self.argv(command or self.config["Cmd"])
        outer = subprocess.Popen(argv, env=self.environ(variables), stderr=said, text=True)
        try:
            yield Contained(outer, said)
        finally:
            if outer.poll() is None:
                outer.kill()
            outer.wait(timeout=20)


@dataclass
class Workshop:
    """Where images are built: buildah with a storage of its own, thrown away afterwards."""

    folder: Path
    bases: dict[str, int] = field(default_factory=dict)
    """The stand-ins that were made, and how large each is."""

    @classmethod
    def open(cls, folder: Path) -> "Workshop":
        """A workshop in this folder. Raises `WorkshopIsIncomplete`, and says what to do."""
        for tool in TOOLS:
            if shutil.which(tool) is None:
                raise WorkshopIsIncomplete(MISSING.format(tool))
        if os.geteuid() != 0:
            raise WorkshopIsIncomplete(NOT_ROOT)
        return cls(folder)

    def buildah(self, *words: object) -> str:
        """What one call of buildah says. Raises with its log when it fails."""
        places = [f"--root={self.folder}/images", f"--runroot={self.folder}/run"]
        command = ["buildah", *places, *map(str, words)]
        done = subprocess.run(
            command,
            env={"STORAGE_DRIVER": "vfs", **os.environ, "BUILDAH_ISOLATION": "chroot"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"buildah {words[0]} failed:\n{done.stdout[-4000:]}{done.stderr}")
        return done.stdout.strip()

    def stand_in(self, name: str, suite: str) -> None:
        """Make a minimal Debian with Python, and let it go by the name of the official base."""
        base = self.folder / "base"
        packages = "--include=python3,python3-venv,ca-certificates"
        _told("debootstrap", "--variant=minbase", packages, suite, base, _mirror())
        if os.path.ismount(base / "proc"):
            _told("umount", base / "proc")
        # The official image has its Python and pip there.
        _told("chroot", base, "python3", "-m", "venv", "/usr/local")
        shutil.copy(Path("/") / TRUSTED, base / TRUSTED)
        for left in ("var/cache/apt/archives", "var/lib/apt/lists"):
            shutil.rmtree(base / left)
        container = self.buildah("from", "scratch")
        self.buildah("add", "-q", container, base, "/")
        self.buildah("commit", "-q", "--disable-compression", container, name)
        self.buildah("rm", container)
        shutil.rmtree(base)
        self.bases[name] = self._size(name)

    def build(self, base: str, dockerfile: str = "Dockerfile") -> Image:
        """Build a Dockerfile of the project on what is here. Raises when it can not be built."""
        began = time.monotonic()
        plain = ("--pull-never", "--no-cache", "--format=docker", "--timestamp=0")
        told = (*plain, f"--file={dockerfile}", *_ignoring(dockerfile))
        identifier = self.buildah("build", *told, "-q", ".").splitlines()[-1]
        took = time.monotonic() - began
        config = json.loads(self.buildah("inspect", "--type=image", identifier))["Docker"]
        root = Path(self.buildah("mount", self.buildah("from", "--pull-never", identifier)))
        return Image(config["config"], root, self._size(identifier), self.bases[base], took)

    def _size(self, name: str) -> int:
        """How many bytes an image takes, its base included."""
        container = self.buildah("from", "--pull-never", name)
        root = Path(self.buildah("mount", container))
        told = _told("du", "-sb", root)
        self.buildah("rm", container)
        return int(told.split()[0])


def _ignoring(dockerfile: str) -> tuple[str, ...]:
    """The ignore file beside a Dockerfile counts, where there is one."""
    own = f"{dockerfile}.dockerignore"
    return (f"--ignorefile={own}",) if (ROOT / own).exists() else ()


def _told(*words: object) -> str:
    """What a program says on its way to a good end."""
    command = list(map(str, words))
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _mirror() -> str:
    """Where this machine gets its own Debian packages."""
    listed = _told("apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages").split()
    if not listed:
        raise WorkshopIsIncomplete("apt knows no packages yet: run `apt-get update` once.")
    return listed[0]
