"""What to run, as values: printable, comparable, and the same after a journey through JSON."""

import hashlib
import json
import re
import signal
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from staging.processes.probes import CommandProbe, HttpProbe, Probe, RedisProbe

NAME = re.compile(r"[a-z][a-z0-9-]*")
PROBES: dict[str, type[Any]] = {
    probe.__name__: probe for probe in (HttpProbe, RedisProbe, CommandProbe)
}


@dataclass(frozen=True)
class Task:
    """A command that must exit 0 before its process goes on; what it says goes to that one's log.

    `env` is all it gets beside PATH, HOME, LANG and TMPDIR; `within` is its limit in seconds.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    within: float = 300.0


@dataclass(frozen=True)
class Restart:
    """Restart on failure: `at_most` times in a row, the n-th after `pause * 2**(n-1)` seconds.

    A process that stayed ready for `healthy_after` seconds has all its restarts again.
    """

    at_most: int = 3
    pause: float = 0.5
    healthy_after: float = 60.0


@dataclass(frozen=True)
class Process:
    """One long-running process of an environment.

    - `argv` is run in `cwd` as the leader of its own session; what it says goes to
      `logs/<name>.log`; nothing of the caller's environment reaches it but PATH, HOME, LANG and
      TMPDIR, the rest is `env`.
    - `before` runs once, in order, before the first start (Railway's pre-deploy step);
      `after` runs each time the probe passes, before the process counts as ready.
    - It is stopped by `stop_signal` to the leader, as a container would be, and after
      `stop_within` seconds by SIGKILL to everybody in its session.
    """

    name: str
    argv: tuple[str, ...]
    ready: Probe
    cwd: str = "/"
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    before: tuple[Task, ...] = ()
    after: tuple[Task, ...] = ()
    restart: Restart = Restart()
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 10.0
    beside: bool = False
    """Whether it starts together with the one before it."""

    def __post_init__(self) -> None:
        """Refuse a name that could not be a file's."""
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name for a process: use a-z, 0-9 and '-'")

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change when anything in the definition changes."""
        return hashlib.sha256(json.dumps(to_json(self), sort_keys=True).encode()).hexdigest()[:16]


def to_json(process: Process) -> dict[str, Any]:
    """The process as what `json.dumps` takes, secrets included: never for a log."""
    return asdict(process) | {"probe": type(process.ready).__name__}


def from_json(data: Mapping[str, Any]) -> Process:
    """The process that `to_json` gave; raises KeyError or TypeError on anything else."""
    fields = dict(data)
    probe = PROBES[fields.pop("probe")]
    ready = {key: tuple(value) if key == "argv" else value for key, value in data["ready"].items()}
    return Process(
        **fields
        | {
            "argv": tuple(fields["argv"]),
            "ready": probe(**ready),
            "before": _tasks(fields["before"]),
            "after": _tasks(fields["after"]),
            "restart": Restart(**fields["restart"]),
            "stop_signal": signal.Signals(fields["stop_signal"]),
        }
    )


def _tasks(tasks: Sequence[Mapping[str, Any]]) -> tuple[Task, ...]:
    return tuple(Task(**{**task, "argv": tuple(task["argv"])}) for task in tasks)
