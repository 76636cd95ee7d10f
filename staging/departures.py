"""Attempts to leave this machine: who is guarded against them, and which there were.

The guard itself is in `staging/guard/`, which runs inside the guarded processes.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

GUARD = Path(__file__).with_name("guard")
NEWBORN_S = 1.0
"""How long a process may take until it says that it is guarded."""


@dataclass(frozen=True)
class Attempt:
    """What a process of an environment tried, and was refused."""

    service: str
    what: str
    """Such as `connect to 192.0.2.1:443`, `look up vendor.example` or `start curl`."""
    origin: tuple[str, ...]
    """Where in the code, innermost first: file, line and function."""


def log_of(folder: Path) -> Path:
    """What the guard of an environment writes, one JSON document a line."""
    return folder / "logs" / "guard.log"


def variables(folder: Path, service: str) -> dict[str, str]:
    """What puts the guard around a Python process, and around those that it starts."""
    log = str(log_of(folder.resolve()))
    return {"PYTHONPATH": str(GUARD), "GUARD_LOG": log, "GUARD_SERVICE": service}


def variables_of_node(folder: Path, service: str) -> dict[str, str]:
    """The same for a process that Node runs."""
    log = str(log_of(folder.resolve()))
    first = f'--require="{GUARD / "node.cjs"}"'
    return {"NODE_OPTIONS": first, "GUARD_LOG": log, "GUARD_SERVICE": service}


def forget(folder: Path) -> None:
    """Begin a new log, for an environment that is raised."""
    log_of(folder).unlink(missing_ok=True)


def attempts(folder: Path) -> tuple[Attempt, ...]:
    """All since the environment was raised, in their order; of very many, the first ones."""
    return tuple(
        Attempt(each["service"], f"{each['way']} {each['to']}", tuple(each["origin"]))
        for each in _told(folder, "refused")
    )


@dataclass(frozen=True)
class Guarded:
    """A process of an environment, and whether the guard stands in it."""

    service: str
    pid: int
    is_guarded: bool


@dataclass(frozen=True)
class Guard:
    """The guard of an environment's own services; `leaders` are their processes, None for one
    that does not run."""

    folder: Path
    leaders: Mapping[str, int | None]

    def processes(self) -> tuple[Guarded, ...]:
        """The living processes. The guard stands in those that tried to leave at their start, and
        were refused."""
        said = {each["pid"] for each in _told(self.folder, "guarded")}
        return tuple(
            Guarded(service, pid, pid in said)
            for service, leader in self.leaders.items()
            for pid in _family(leader)
        )


def _told(folder: Path, event: str) -> Iterator[dict[str, Any]]:
    try:
        lines = log_of(folder).read_text().splitlines()
    except FileNotFoundError:
        return
    yield from (each for each in map(json.loads, lines) if each["event"] == event)


def _family(leader: int | None) -> Iterator[int]:
    """A process, and those below it that are run by the same program and are not just born."""
    try:
        first = psutil.Process(leader or -1)
        program, below = first.exe(), first.children(recursive=True)
    except (psutil.NoSuchProcess, ValueError):
        return
    yield first.pid
    for process in below:
        with suppress(psutil.NoSuchProcess):
            age_s = time.time() - process.create_time()
            if process.exe() == program and age_s > NEWBORN_S:
                yield process.pid
