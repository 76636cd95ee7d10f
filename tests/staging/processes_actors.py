"""Real programs that behave, and misbehave, so that a supervisor has something to hold up."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from staging.processes import HttpProbe, Process, Restart, Snapshot, Task, supervise
from staging.processes.ours import Identity
from staging.processes.snapshot import Board

RAILWAY = "healthcheck.railway.app"

ANSWER = """
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    asked = client.recv(65536).decode().lower()
    status = sys.argv[2] if "host: healthcheck.railway.app" in asked else "400"
    client.sendall(f"HTTP/1.1 {status} x\\r\\ncontent-length: 0\\r\\n\\r\\n".encode())
    client.close()
"""
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
SILENT = "time.sleep(60)"
GRANDCHILDREN = """
if not os.fork():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if not os.fork():
        os.setsid()
    while True:
        time.sleep(60)
"""


def free_port() -> int:
    """A TCP port on the loopback that nothing listens on."""
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def python(code: str, *words: str) -> tuple[str, ...]:
    """The command that runs this code with `words` as its arguments, quickly."""
    imports = "import os, signal, socket, sys, time\n"
    return (sys.executable, "-S", "-c", imports + code, *words)


def server(
    name: str, first: str = "", *, status: int = 200, window: float = 10, **more: Any
) -> Process:
    """A server that answers `status` to Railway's health check, after it did `first`."""
    port = free_port()
    return Process(
        name,
        python(f"{first}\n{ANSWER}", str(port), str(status)),
        HttpProbe(f"http://127.0.0.1:{port}/health", RAILWAY, window=window),
        restart=Restart(pause=0.01),
        **{"stop_within": 2.0, **more},
    )


def port_of(process: Process) -> int:
    """The port on which a `server` answers."""
    return int(process.argv[-2])


def writes(path: Path, text: str) -> str:
    """Code that appends a line to a file."""
    return f"open({str(path)!r}, 'a').write({text!r} + '\\n')"


def task(name: str, code: str, **more: Any) -> Task:
    """A task that runs this code."""
    return Task(name, python(code), **more)


def on_sigterm(code: str) -> str:
    """Code that does this when it is asked to stop, and then stops."""
    return f"signal.signal(signal.SIGTERM, lambda *_: ({code}, os._exit(0)))"


def lines(path: Path) -> list[str]:
    """The lines of a file; none when it is not there."""
    return path.read_text().splitlines() if path.exists() else []


async def until(holds: Callable[[], object], within: float = 10) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - what is awaited happens in another process
            await asyncio.sleep(0.01)


class Held:
    """A supervisor in this very process, with its board to look at."""

    def __init__(self, processes: Sequence[Process], folder: Path) -> None:
        self.board = Board(folder, Identity(0, 0), "staging")
        self.board.open(processes)
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(supervise(processes, folder, self.board, self.stop))

    @property
    def snapshot(self) -> Snapshot:
        """How it stands."""
        return self.board.snapshot

    @property
    def states(self) -> list[str]:
        """The states of the processes in the order of their start."""
        return [each.state for each in self.snapshot.processes]

    async def ended(self) -> bool:
        """Ask it to stop and wait; True when it had not failed."""
        self.stop.set()
        return await self.outcome()

    async def outcome(self) -> bool:
        """Wait for its own end; False when a process did not become ready."""
        return await asyncio.wait_for(asyncio.shield(self.task), 10)


@asynccontextmanager
async def held(folder: Path, *processes: Process) -> AsyncIterator[Held]:
    """Hold these processes up, or see them fail, and stop them afterwards."""
    here = Held(processes, folder)
    try:
        await until(lambda: here.snapshot.phase != "rising")
        yield here
    finally:
        await here.ended()
