"""What can stand in the way of raising or lowering: each a fact, with what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class Obstacle(Exception):
    """Something stands in the way: `fact` says what failed and why, `advice` what to do now."""

    def __init__(self, fact: str, advice: str) -> None:
        super().__init__(f"{fact} {advice}")
        self.fact = fact
        self.advice = advice


class AnotherCommandIsRunning(Obstacle):
    """Another up or down holds this data folder; `pid` is its process."""

    def __init__(self, folder: Path, pid: int, command: str) -> None:
        super().__init__(
            f"`{command}` (pid {pid}) is already at work in {folder}.",
            f"Wait until it is done, or end it with `kill {pid}`, then try again.",
        )
        self.pid = pid


@dataclass(frozen=True)
class TakenPort:
    """A port somebody listens on; `pid` and `program` are None where the system hides them."""

    port: int
    pid: int | None
    program: str | None

    def __str__(self) -> str:
        if self.pid is None:
            return f"port {self.port} is taken, and the system does not say by whom"
        return f"port {self.port} is taken by {self.program} (pid {self.pid})"


class PortsAreTaken(Obstacle):
    """One or more of the ports an environment needs are in use; `taken` maps names to them."""

    def __init__(self, taken: dict[str, TakenPort]) -> None:
        super().__init__(
            "; ".join(f"{name}: {port}" for name, port in taken.items()) + ".",
            "End what holds them, or move the whole environment with `--port-base N`.",
        )
        self.taken = taken


class DataFolderIsUnusable(Obstacle):
    """The data folder can not be written, has too little room, or holds what we can not use."""

    def __init__(self, folder: Path, why: str, advice: str) -> None:
        super().__init__(f"The data folder {folder} can not be used: {why}.", advice)


class EnvironmentDiffers(Obstacle):
    """What runs is not what was asked for; `reasons` has one sentence per process."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(
            f"The running environment is not the one asked for: {'; '.join(reasons)}.",
            "Lower it and raise it again.",
        )
        self.reasons = tuple(reasons)


class SupervisorDidNotStart(Obstacle):
    """The detached supervisor ended before it took over; the message carries its last words."""

    def __init__(self, log: Path, last_words: str) -> None:
        super().__init__(
            f"The supervisor ended before it took over:\n{last_words}\n",
            f"All it said is in {log}.",
        )


class StillRunning(Obstacle):
    """Processes of the environment live on although they were killed; `pids` are theirs."""

    def __init__(self, pids: Sequence[int]) -> None:
        listed = " ".join(map(str, pids))
        super().__init__(
            f"These processes of the environment could not be ended: {listed}.",
            f"They may belong to another user: end them with `sudo kill -9 {listed}`.",
        )
        self.pids = tuple(pids)
