"""The backend as a process, with what it says."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import httpx2

ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    """A backend, and what it says."""

    process: subprocess.Popen[bytes]
    log: TextIO

    @property
    def said(self) -> str:
        """All that it said so far."""
        self.log.seek(0)
        return self.log.read()


@contextmanager
def started(environ: dict[str, str]) -> Iterator[Running]:
    """`python -m backend` with these variables, until it ends or the block does."""
    # A pipe that nobody reads would fill up, and the server would wait for it.
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environ},
            stderr=said,
        )
        try:
            yield Running(process, said)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=20)


def wait_until_healthy(url: str, running: Running) -> None:
    """Ask until the health check answers 200."""
    for _ in range(400):
        if running.process.poll() is not None:
            raise RuntimeError(f"it ended: {running.said}")
        try:
            if httpx2.get(f"{url}/api/health").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError("it never became healthy")
