"""What a Dockerfile says as far as it is data: files, variables, command. Nothing of it is run."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath

from dockerfile_parse import DockerfileParser

KNOWN = {
    *("ADD", "ARG", "CMD", "COMMENT", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK"),
    *("LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}
LOCK = re.compile(r"(?:-r|--requirement)[ =](\S+)")
NPM, NPMS_LOCK = re.compile(r"\bnpm (?:ci|install)\b"), "package-lock.json"


class BuildFailed(Exception):
    """No image can be made of an upload; the message says why, in the builder's way."""


@dataclass
class Stage:
    """A stage as far as it was read; `files` says what of the upload lies where in it."""

    name: str
    files: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    locks: list[str] = field(default_factory=list)
    """The files of the upload that its packages come from."""

    @property
    def command(self) -> tuple[str, ...]:
        """What the image runs; () when it does not say."""
        return (*self.entrypoint, *self.cmd)

    def at(self, path: str) -> str | None:
        """What of the upload a path of this stage is; None when it is nothing of it."""
        for there, source in self.files.items():
            if path == there:
                return source
            if path.startswith(f"{there.rstrip('/')}/"):
                return _join(source, path[len(there.rstrip("/")) + 1 :])
        return None

    def below(self, path: str) -> Iterator[tuple[str, str]]:
        """What of the upload lies at a path, by where below the path; "" is the path itself."""
        inside = path.rstrip("/") + "/"
        if source := self.at(path):
            yield "", source
        for there, source in self.files.items():
            if there != path and there.startswith(inside):
                yield there[len(inside) :], source


@dataclass(frozen=True)
class Described:
    """What a Dockerfile describes: the stage that runs, and the locks of all."""

    final: Stage
    locks: tuple[str, ...]
    lines: tuple[str, ...]
    """Its instructions, for the log of the build."""


def described(text: str, root: Path) -> Described:
    """Read a Dockerfile over what was uploaded. Raises `BuildFailed`."""
    stages: list[Stage] = []
    lines = []
    for line in DockerfileParser(fileobj=BytesIO(text.encode())).structure:
        word, value, number = line["instruction"], line["value"], line["startline"] + 1
        if word not in KNOWN:
            raise BuildFailed(
                f"dockerfile parse error on line {number}: unknown instruction: {word}"
            )
        if word == "VOLUME":
            raise BuildFailed(
                f"docker VOLUME at Line {number} is not supported, use Railway Volumes"
            )
        if word == "FROM":
            stages.append(_stage(value, stages))
        elif word not in ("ARG", "COMMENT") and not stages:
            raise BuildFailed(f"dockerfile parse error on line {number}: no build stage in context")
        elif stages:
            _read(word, value, stages, root)
        if word != "COMMENT":
            lines.append(f"{word} {value}")
    if not stages:
        raise BuildFailed("the Dockerfile has no FROM: file with no instructions")
    locks = dict.fromkeys(lock for stage in stages for lock in stage.locks)
    return Described(stages[-1], tuple(locks), tuple(lines))


def _stage(value: str, before: list[Stage]) -> Stage:
    words = [word for word in value.split() if not word.startswith("--")]
    name = words[2] if len(words) > 2 and words[1].lower() == "as" else str(len(before))
    for known in before:
        if known.name == words[0]:
            return Stage(
                name, {**known.files}, {**known.env}, known.workdir, known.entrypoint, known.cmd
            )
    return Stage(name)


def _read(word: str, value: str, stages: list[Stage], root: Path) -> None:
    stage = stages[-1]
    match word:
        case "WORKDIR":
            stage.workdir = str(PurePosixPath(stage.workdir) / _filled(value, stage.env))
        case "ENV":
            stage.env |= _variables(value, stage.env)
        case "ENTRYPOINT":
            stage.entrypoint, stage.cmd = _argv(value), ()
        case "CMD":
            stage.cmd = _argv(value)
        case "RUN":
            named = [*LOCK.findall(value), *(NPMS_LOCK for _ in NPM.findall(value))]
            found = (stage.at(_absolute(each, stage)) for each in named)
            stage.locks += [lock for lock in found if lock]
        case "COPY" | "ADD":
            _copy(value, stages, root)


def _copy(value: str, stages: list[Stage], root: Path) -> None:
    stage = stages[-1]
    words = json.loads(value) if value.startswith("[") else shlex.split(value)
    flags = dict(word[2:].split("=", 1) for word in words if word.startswith("--") and "=" in word)
    *sources, target = [word for word in words if not word.startswith("--")]
    is_folder = target.endswith(("/", ".")) or len(sources) > 1
    there = _absolute(_filled(target, stage.env), stage)
    if name := flags.get("from"):
        for other in (each for each in stages[:-1] if each.name == name):
            for source in sources:
                for below, origin in other.below(_absolute(source, other)):
                    stage.files[_join(there, below)] = origin
        return
    for source in sources:
        for origin in _found(root, source):
            whole = not is_folder or (root / origin).is_dir()
            stage.files[there if whole else _join(there, Path(origin).name)] = origin


def _found(root: Path, pattern: str) -> list[str]:
    """What an instruction names of the upload. Raises `BuildFailed` when there is nothing."""
    plain = pattern.lstrip("/").removeprefix("./") or "."
    found = [root] if plain == "." else sorted(root.glob(plain.rstrip("/")))
    if not found:
        raise BuildFailed(
            f'failed to compute cache key: failed to calculate checksum: "/{plain}": not found'
        )
    return [str(path.relative_to(root)) for path in found]


def _argv(value: str) -> tuple[str, ...]:
    """The exec form as it stands, and the shell form through a shell."""
    if value.startswith("["):
        try:
            return tuple(map(str, json.loads(value)))
        except ValueError:
            # Docker takes what is no JSON for the shell form, too.
            pass
    return ("/bin/sh", "-c", value)


def _variables(value: str, known: Mapping[str, str]) -> dict[str, str]:
    words = shlex.split(value)
    if words and "=" not in words[0]:
        return {words[0]: _filled(value.split(None, 1)[1], known)}
    return {name: _filled(text, known) for name, _, text in (word.partition("=") for word in words)}


def _filled(text: str, env: Mapping[str, str]) -> str:
    return re.sub(r"\$\{?(\w+)\}?", lambda name: env.get(name[1], ""), text)


def _absolute(path: str, stage: Stage) -> str:
    return str(PurePosixPath(stage.workdir) / path)


def _join(path: str, below: str) -> str:
    return str(PurePosixPath(path) / below) if below else path
