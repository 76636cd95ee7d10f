"""How the processes of a data folder stand, kept in `state.json` for whoever wants to know."""

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from staging.processes.definition import Process
from staging.processes.errors import DataFolderIsUnusable
from staging.processes.ours import Identity

State = Literal[
    "waiting",  # its turn has not come
    "preparing",  # its tasks run
    "starting",  # it runs and does not answer yet
    "ready",  # it answered
    "restarting",  # it failed and is started again after a pause
    "crashed",  # it failed too often and stays down; the others stay up
    "completed",  # it ended by itself with exit 0 and stays down
    "stopping",  # it was asked to stop
    "stopped",  # it is gone because it was asked to
    "failed",  # it did not become ready at its first start
]
Phase = Literal[
    "rising",  # the processes are started one after the other
    "up",  # all were ready once; `is_whole` tells whether they still are
    "falling",  # they are stopped one after the other, last one first
    "failed",  # one did not become ready, and nothing runs any more
    "down",  # nothing runs because that was asked for
    "abandoned",  # the supervisor is gone without having stopped them
]


@dataclass(frozen=True)
class Standing:
    """How one process stands: `since` is in seconds since the epoch, `why` the last reason.

    `ready_in_s` is the time from its turn (its tasks included) to its answer, None before.
    """

    name: str
    digest: str
    stop_signal: int
    stop_within: float
    state: State = "waiting"
    since: float = 0.0
    pid: int | None = None
    created: float | None = None
    restarts: int = 0
    ready_in_s: float | None = None
    why: str = ""


@dataclass(frozen=True)
class Snapshot:
    """How an environment stands: its processes in the order of their start.

    `leftovers` are the ids of processes that an absent supervisor left running.
    """

    environment: str
    supervisor: Identity
    phase: Phase
    processes: tuple[Standing, ...]
    leftovers: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every process runs and has answered."""
        return self.phase == "up" and all(each.state == "ready" for each in self.processes)

    def is_ready(self, name: str) -> bool:
        """Whether this process runs and has answered."""
        return any(each.name == name and each.state == "ready" for each in self.processes)

    @property
    def is_held(self) -> bool:
        """Whether a supervisor looks after the processes right now."""
        return self.phase in ("rising", "up", "falling")

    @property
    def failure(self) -> Standing | None:
        """The process that did not become ready at its first start, when there is one."""
        return next((each for each in self.processes if each.state == "failed"), None)

    @property
    def recorded(self) -> list[Identity]:
        """The children that were last known to run."""
        known = ((each.pid, each.created) for each in self.processes)
        return [Identity(pid, created) for pid, created in known if pid and created]

    def differences(self, processes: Sequence[Process]) -> tuple[str, ...]:
        """One sentence per process that is not as `processes` want it; () when all is in place."""
        wanted = {process.name: process.digest for process in processes}
        here = {each.name: each for each in self.processes}
        said = [f"{name} is not part of it" for name in wanted if name not in here]
        for name, each in here.items():
            if name not in wanted:
                said.append(f"{name} is no longer asked for")
            elif each.digest != wanted[name]:
                said.append(f"the definition of {name} changed")
            elif each.state in ("crashed", "completed", "failed", "stopping", "stopped"):
                said.append(f"{name} is {each.state}")
        if not said and list(wanted) != list(here):
            said.append("the order changed")
        return tuple(said)


def state_file(folder: Path) -> Path:
    """Where the state of a data folder is kept."""
    return folder / "state.json"


def read(folder: Path) -> Snapshot | None:
    """The last state that a supervisor wrote, true or not; None when there is none to read."""
    try:
        data = json.loads(state_file(folder).read_text())
        standings = tuple(Standing(**each) for each in data.pop("processes"))
        supervisor = Identity(**data.pop("supervisor"))
        return Snapshot(**data, supervisor=supervisor, processes=standings)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as refused:
        advice = "Use the account that raised the environment."
        raise DataFolderIsUnusable(folder, str(refused), advice) from refused
    except (ValueError, KeyError, TypeError):
        # A torn file is what a power cut leaves; what still runs is found by its mark.
        return None


class Board:
    """Where a supervisor writes down how its processes stand: each change is one new file.

    After the first state a failing disk is only said in the log: what runs must stay held.
    """

    def __init__(self, folder: Path, supervisor: Identity, environment: str) -> None:
        self._folder = folder
        self.snapshot = Snapshot(environment, supervisor, "rising", ())

    def open(self, processes: Sequence[Process]) -> None:
        """Write the first state: all wait. Raises OSError."""
        self.snapshot = replace(self.snapshot, processes=tuple(map(_waiting, processes)))
        self._write()

    def phase(self, phase: Phase) -> None:
        """Write that the whole is in another phase."""
        self._show(replace(self.snapshot, phase=phase))

    def change(self, name: str, **changes: Any) -> None:
        """Write that the process `name` stands otherwise now."""
        standings = tuple(
            replace(each, since=time.time(), **changes) if each.name == name else each
            for each in self.snapshot.processes
        )
        self._show(replace(self.snapshot, processes=standings))

    def _show(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        try:
            self._write()
        except OSError as refused:
            sys.stderr.write(f"The state could not be written: {refused}\n")

    def _write(self) -> None:
        write_private(state_file(self._folder), json.dumps(asdict(self.snapshot), indent=1))


def write_private(path: Path, text: str) -> None:
    """Replace the file at once, never half, readable by its owner only."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _waiting(process: Process) -> Standing:
    by, within = int(process.stop_signal), process.stop_within
    return Standing(process.name, process.digest, by, within, since=time.time())
