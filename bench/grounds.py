"""The grounds that are measured on: a staging environment of its own, and servers beside it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from staging.environment import BACKEND
from staging.local import Local

ROOT = Path(__file__).parents[1]
PORT_BASE = 17300
"""The environment takes the ports from here; servers beside it those from ten above."""


class DidNotRise(Exception):
    """A server or the environment did not answer; its own words follow."""


def staging(folder: Path, *words: str) -> float:
    """Run the `staging` command on this folder; how many seconds it took."""
    started = time.perf_counter()
    done = subprocess.run(
        [Path(sys.executable).with_name("staging"), "--folder", folder, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DidNotRise(f"staging {' '.join(words)}:\n{done.stdout}\n{done.stderr}")
    return time.perf_counter() - started


@dataclass(frozen=True)
class Grounds:
    """A raised environment, and how long raising it took, in seconds."""

    local: Local
    cold: float
    warm: float

    @property
    def variables(self) -> dict[str, str]:
        """What the environment's backend is told."""
        return self.local.variables(BACKEND)


@contextmanager
def raised() -> Iterator[Grounds]:
    """An environment in a folder of its own, raised cold and then warm, for the time of a block."""
    with tempfile.TemporaryDirectory(prefix="wwmaa-bench-") as temporary:
        folder = Path(temporary) / "data"
        try:
            cold = staging(folder, "up", "--port-base", str(PORT_BASE))
            warm = staging(folder, "up", "--port-base", str(PORT_BASE))
            yield Grounds(Local.at(folder), cold, warm)
        finally:
            staging(folder, "down")


@contextmanager
def server(app: str, offset: int, path: str, environ: Mapping[str, str]) -> Iterator[int]:
    """One worker of an ASGI app on uvicorn; yields its port once `path` answers 200."""
    port = PORT_BASE + 10 + offset
    words = ["-m", "uvicorn", app, "--port", str(port), "--log-level", "warning"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, *words, "--no-access-log"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environ},
            stderr=said,
        )
        try:
            _wait(f"http://127.0.0.1:{port}{path}", process)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            if httpx2.get(url).status_code < 500:
                return
        except httpx2.TransportError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise DidNotRise(f"{url} does not answer")


def log_in(port: int, email: str, password: str) -> dict[str, Any]:
    """A session's tokens."""
    answer = httpx2.post(
        f"http://127.0.0.1:{port}/api/auth/login", json={"email": email, "password": password}
    )
    tokens: dict[str, Any] = json.loads(answer.raise_for_status().text)
    return tokens
