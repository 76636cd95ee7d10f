"""The sandboxes as a process of their own, on a port that is free."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx2

COMMAND = (sys.executable, "-m", "sandboxes")


@contextmanager
def running(database_url: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and the process of sandboxes that answer."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"DATABASE_URL": database_url, "PORT": str(port)}
    process = subprocess.Popen(COMMAND, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_sandbox/health", process)
        yield address, process
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 15
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx2.get(address).status_code == 200:
                return
        except httpx2.ConnectError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers at {address}")
