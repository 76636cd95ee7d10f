"""What the traps are looked for in: the definition, and the files and calls that follow from it."""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, NamedTuple, Self

from backend.settings import Settings
from backend.variables import InvalidEnvironment
from staging.definition import Environment, Service
from staging.local import ROOT
from staging.railway import instances, variables
from staging.railway.variables import Told
from staging.values import Given

CODE = ".railway/railway.py"
DESCRIPTION = "frontend/openapi.json"
CONFIGURATIONS = ("railway.json", "railway.toml")
WEBSITES = (".ts", ".tsx", ".mjs")
REFERENCE = re.compile(r"\$\{\{\s*(?:([\w -]+)\.)?(\w+)\s*\}\}")

Json = dict[str, Any]


class Instruction(NamedTuple):
    """One instruction of a Dockerfile, its lines put together."""

    line: int
    word: str
    rest: str


@dataclass(frozen=True)
class Material:
    """All that a trap may be found in."""

    environment: Environment
    files: Mapping[str, str] = field(default_factory=dict)
    """Texts by their path from the root; those that do not stand are not in it."""
    routes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The paths that a service answers, where we can tell."""
    hosts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The hosts that a service answers to, where it does not answer to all."""
    calls: Mapping[str, Json] = field(default_factory=dict)
    """What `serviceInstanceUpdate` is asked for each service."""
    root: Path | None = None
    """Where the source lies, where somebody may look for more."""

    @classmethod
    def of(cls, environment: Environment, root: Path) -> Self:
        """What lies below the root, for this environment."""
        paths = [root / name for name in (CODE, *CONFIGURATIONS)]
        for service in environment.hosted:
            paths += _sources(service, root)
        texts = {str(p.relative_to(root)): p.read_text() for p in paths if p.is_file()}
        return cls(
            environment,
            texts,
            {s.name: known for s in environment.hosted if (known := _routes(s, root))},
            _hosts(environment),
            {service.name: instances.update(service) for service in environment.hosted},
            root,
        )

    @cached_property
    def configurations(self) -> dict[str, Json]:
        """railway.json and railway.toml, parsed; one that is damaged is empty."""
        return {
            name: _parsed(name, self.files[name]) for name in CONFIGURATIONS if name in self.files
        }

    @cached_property
    def told(self) -> dict[str, dict[str, Told]]:
        """What Railway is told by service; `shared` is the environment itself."""
        of_services = {
            service.name: variables.of_service(self.environment, service)
            for service in self.environment.hosted
        }
        return {"shared": variables.shared(self.environment), **of_services}

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Each variable that is told as text: of whom, its name and the text."""
        for owner, told in self.told.items():
            yield from ((owner, n, value) for n, value in told.items() if isinstance(value, str))

    def dockerfiles(self) -> Iterator[tuple[Service, str, tuple[Instruction, ...]]]:
        """Each service that is built, with the path and the instructions of its Dockerfile."""
        for service in self.environment.hosted:
            path = service.build.dockerfile if service.build else ""
            if path in self.files:
                yield service, path, tuple(_instructions(self.files[path]))


def folder_of(service: Service) -> str:
    """The folder of a service that has one for itself, as the website has; else a dot."""
    return str(PurePath(service.build.dockerfile).parent) if service.build else "."


def _sources(service: Service, root: Path) -> Iterator[Path]:
    if service.build:
        yield root / service.build.dockerfile
    if folder_of(service) != ".":
        yield from (p for p in _below(root / folder_of(service)) if p.suffix in WEBSITES)


def _below(folder: Path) -> Iterator[Path]:
    """The files of a website, without those that were installed or built."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", ".next"))
        yield from (Path(where, name) for name in sorted(names))


def _routes(service: Service, root: Path) -> frozenset[str]:
    """What a website's folders answer, or what the backend's description names."""
    if service.is_python:
        return frozenset(json.loads((ROOT / DESCRIPTION).read_text())["paths"])
    pages = root / folder_of(service) / "app"
    found = (p for p in _below(pages) if p.name in ("route.ts", "page.tsx"))
    ways = (path.parent.relative_to(pages).parts for path in found)
    # A folder in brackets is for those who read the source, and no part of the address.
    return frozenset("/" + "/".join(part for part in way if part[0] != "(") for way in ways)


def _hosts(environment: Environment) -> dict[str, frozenset[str]]:
    """The hosts that the backend answers to, when it is told what the definition says."""
    shared = _with_stand_ins(variables.shared(environment))
    found = {}
    for service in (service for service in environment.hosted if service.is_python):
        told = _with_stand_ins(variables.of_service(environment, service))
        try:
            settings = Settings.load({n: _resolved(n, text, shared) for n, text in told.items()})
        except InvalidEnvironment:
            # Another trap names each of the variables.
            continue
        found[service.name] = settings.hosts
    return found


def _with_stand_ins(told: Mapping[str, Told]) -> dict[str, str]:
    needed = {n: v for n, v in told.items() if v != Given(needed=False)}
    return {n: v if isinstance(v, str) else "stand-in-" * 4 for n, v in needed.items()}


def _resolved(name: str, text: str, shared: Mapping[str, str]) -> str:
    """A text with stand-ins for what it refers to."""
    if name in ("DATABASE_URL", "REDIS_URL"):
        return f"{'postgresql' if name == 'DATABASE_URL' else 'redis'}://inside:1"

    def one(found: re.Match[str]) -> str:
        return shared.get(found[2], "") if found[1] == "shared" else "stand-in.test"

    return REFERENCE.sub(one, text)


def _parsed(name: str, text: str) -> Json:
    try:
        whole: Json = json.loads(text) if name.endswith(".json") else tomllib.loads(text)
    except ValueError:
        return {}
    return whole


def _instructions(text: str) -> Iterator[Instruction]:
    begun, parts = 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        begun = begun if parts else number
        parts.append(line.rstrip().removesuffix("\\"))
        if not line.rstrip().endswith("\\"):
            word, _, rest = " ".join(parts).strip().partition(" ")
            yield Instruction(begun, word.upper(), rest.strip())
            parts = []
