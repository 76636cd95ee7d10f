"""Images: what an upload is built to, kept as a folder, and run again by a rollback."""

import asyncio
import json
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from pathspec import PathSpec

from sandboxes.railway.running import Order
from staging.hosting.dockerfile import BuildFailed, Described, described
from staging.hosting.recipes import PACKAGES, RECIPES, Made, Recipe, Say, Upload
from staging.processes import write_private

LOCKS = ("requirements.txt", "backend/requirements.txt")
"""Where Railpack finds a Python program's packages; the second one is ours."""


@dataclass(frozen=True)
class Image:
    """What is run: files, and how. A container begins with a copy of `files`."""

    files: Path
    command: tuple[str, ...]
    env: Mapping[str, str]
    is_from_dockerfile: bool

    def argv(self, start_command: str | None) -> tuple[str, ...]:
        """What a container runs: beside a Dockerfile no shell stands, so `$PORT` stays as it is."""
        if not start_command:
            return self.command
        if self.is_from_dockerfile:
            return tuple(shlex.split(start_command))
        return ("/bin/sh", "-c", start_command)

    def keep(self, file: Path) -> None:
        """Write down what it is."""
        write_private(file, json.dumps(asdict(self) | {"files": str(self.files)}))

    @classmethod
    def kept(cls, file: Path) -> Self:
        """The image that was written down. Raises `BuildFailed` when it is gone."""
        try:
            data: dict[str, Any] = json.loads(file.read_text())
        except FileNotFoundError as gone:
            raise BuildFailed("the image is not retained any more") from gone
        command = tuple(data.pop("command"))
        return cls(**data | {"files": Path(data["files"]), "command": command})


@dataclass(frozen=True)
class Laid:
    """The upload and what was made of it: where a path of the upload is, and what is left out."""

    root: Path
    made: Mapping[str, Path]
    ignored: PathSpec[Any]

    def origin(self, source: str) -> Path:
        """Where it is; what a recipe made stands for what a build would have left there."""
        for name, path in self.made.items():
            if source == name or source.startswith(f"{name}/"):
                return path / source[len(name) + 1 :]
        return self.root / source

    def skipped(self, folder: str, names: list[str]) -> set[str]:
        """What the ignore file names; a folder never is, for what lies in it may be let in."""
        here = Path(folder)
        if not here.is_relative_to(self.root):
            return set()
        below = here.relative_to(self.root)
        return {
            name
            for name in names
            if (here / name).is_file() and self.ignored.match_file(str(below / name))
        }


class Images:
    """The images of a folder, each by the deployment that it was built for.

    Packages are kept in a folder that all of this clone share, for they are the same everywhere.
    """

    def __init__(
        self, folder: Path, recipes: tuple[Recipe, ...] = RECIPES, packages: Path = PACKAGES
    ) -> None:
        self._folder, self._recipes, self._packages = folder, recipes, packages

    async def build(self, order: Order, say: Say) -> Image:
        """Make the image of an order, or take that of another deployment. Raises `BuildFailed`."""
        file = self.file(order.deployment_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        if order.built_from:
            image = Image.kept(self.file(order.built_from))
            say(f"The image of deployment {order.built_from} is run again.")
        else:
            image = await self._make(order, file.with_suffix(""), say)
        image.keep(file)
        return image

    def file(self, deployment_id: str) -> Path:
        """Where it is written down what the image of a deployment is; its files lie beside it."""
        return self._folder / "images" / f"{deployment_id}.json"

    async def _make(self, order: Order, files: Path, say: Say) -> Image:
        root = _root(order)
        dockerfile = root / (order.dockerfile_path or "Dockerfile").lstrip("/")
        if not dockerfile.exists() and order.dockerfile_path:
            raise BuildFailed(f"Dockerfile `{order.dockerfile_path}` does not exist")
        if dockerfile.exists():
            say(f"[internal] load build definition from {dockerfile.relative_to(root)}")
            found = await asyncio.to_thread(_read, dockerfile, root)
            for line in found.lines:
                say(line)
            made = await self._built(Upload(root, found.locks, self._packages, say))
            ignored = _ignored(dockerfile, root)
            await asyncio.to_thread(_lay, found, Laid(root, made.files, ignored), files)
            env = {**found.final.env, **made.env, "PATH": _path(made)}
            return Image(files, found.final.command, env, is_from_dockerfile=True)
        say("[railpack] no Dockerfile: a start command runs in a shell")
        locks = tuple(lock for lock in LOCKS if (root / lock).exists())
        made = await self._built(Upload(root, locks, self._packages, say))
        await asyncio.to_thread(shutil.copytree, root, files, symlinks=True)
        return Image(files, (), {**made.env, "PATH": _path(made)}, is_from_dockerfile=False)

    async def _built(self, upload: Upload) -> Made:
        made = [await each.build(upload) for each in self._recipes if each.fits(upload)]
        if not made:
            raise BuildFailed("Railpack could not determine how to build the app")
        env = {name: value for each in made for name, value in each.env.items()}
        files = {name: path for each in made for name, path in each.files.items()}
        return Made(tuple(folder for each in made for folder in each.path), env, files)


def _root(order: Order) -> Path:
    """The service's folder of the upload. Raises `BuildFailed`."""
    if order.source is None:
        raise BuildFailed("there is no source: nothing was uploaded for this deployment")
    root = order.source / (order.root_directory or "").strip("/")
    if not root.is_dir():
        raise BuildFailed(f"Could not find root directory: {order.root_directory}")
    return root


def _read(dockerfile: Path, root: Path) -> Described:
    found = described(dockerfile.read_text(), root)
    if not found.final.command:
        raise BuildFailed("No start command could be found: the Dockerfile has no CMD")
    return found


def _lay(found: Described, laid: Laid, files: Path) -> None:
    """Lay what the Dockerfile copies to its work folder."""
    files.mkdir(parents=True)
    for below, source in found.final.below(found.final.workdir):
        origin, there = laid.origin(source), files / below
        if origin.is_file():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, there)
        elif origin.is_dir():
            shutil.copytree(origin, there, symlinks=True, ignore=laid.skipped, dirs_exist_ok=True)
        else:
            raise BuildFailed(f'"/{source}": not found')


def _ignored(dockerfile: Path, root: Path) -> PathSpec[Any]:
    """The rules of the ignore file; unlike git's, each of them begins at the root."""
    lines: list[str] = []
    for file in (dockerfile.with_name(f"{dockerfile.name}.dockerignore"), root / ".dockerignore"):
        if file.exists():
            lines = file.read_text().splitlines()
            break
    rules = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return PathSpec.from_lines("gitignore", map(_rooted, rules))


def _rooted(rule: str) -> str:
    no, plain = ("!", rule[1:]) if rule.startswith("!") else ("", rule)
    return f"{no}/{plain.lstrip('/').removeprefix('./')}"


def _path(made: Made) -> str:
    return ":".join((*made.path, "/usr/local/bin", "/usr/bin", "/bin"))
