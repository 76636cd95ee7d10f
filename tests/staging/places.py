"""An environment of a test's own: a data folder, and ports that nobody has."""

import json
import random
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from staging.cli import main
from staging.processes.ours import MARK

STAGING = (sys.executable, "-c", "from staging.cli import main; main()")


@dataclass(frozen=True)
class Place:
    """An environment of its own: a data folder, and ports that nobody has."""

    folder: Path
    base: int

    def start(self, *words: object) -> subprocess.Popen[str]:
        """A command of this place, which goes on."""
        return subprocess.Popen(
            [*STAGING, "--folder", str(self.folder), *map(str, words)],
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def staging(self, *words: object) -> subprocess.CompletedProcess[str]:
        """A command of this place, with what it said when it ended."""
        with self.start(*words) as command:
            out, err = command.communicate(timeout=170)
        return subprocess.CompletedProcess((), command.returncode, out, err)

    def status(self) -> dict[str, Any]:
        """What `staging status --json` tells."""
        told: dict[str, Any] = json.loads(self.staging("status", "--json").stdout)
        return told

    def pids(self) -> dict[str, int]:
        """The process of each service."""
        return {each["name"]: each["pid"] for each in self.status()["services"]}

    def left(self) -> list[psutil.Process]:
        """The living processes of this place."""
        return [it for it in psutil.process_iter() if _mark(it) == str(self.folder.resolve())]

    def listening(self) -> list[int]:
        """The ports of this place that somebody listens on."""
        return [port for port in range(self.base, self.base + 10) if _answers(port)]


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: object
    out: str
    err: str


Call = Callable[..., Said]


def caller(folder: Path, heard: pytest.CaptureFixture[str]) -> Call:
    """Runs `staging` in this process, which starts no Python for it."""

    def call(*words: object) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(["--folder", str(folder), *map(str, words)])
        return Said(ended.value.code, *heard.readouterr())

    return call


def failed(up: str) -> set[str]:
    """The checks that failed at the end of `staging up --json`, but for how fast it answers.

    That is no matter of what stands, and this machine may be busy with other tests.
    """
    checks = json.loads(up)["verification"]["checks"]
    return {it["check"] for it in checks if it["outcome"] == "failed"} - {"latency"}


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except psutil.Error:
        return None


def _answers(port: int) -> bool:
    with closing(socket.socket()) as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_base() -> int:
    """The first of ten free ports in a row, out of those that the system gives to nobody."""
    for _ in range(100):
        base = random.randrange(20_000, 32_000, 10)  # noqa: S311 -- a port is no secret.
        if not any(_answers(port) for port in range(base, base + 10)):
            return base
    raise AssertionError("there are no ten free ports in a row")
