"""One child of the supervisor: its session, its log from this start on, and its end."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from staging.processes.ours import Identity, identity, mark

FROM_THE_MACHINE = ("PATH", "HOME", "LANG", "TMPDIR")
LARGEST_LOG = 10_000_000


class DidNotStart(Exception):
    """A program did not come up or did not do its work; the message says why."""


class Child:
    """A started program, leader of its own session and process group."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path, offset: int) -> None:
        self._process, self._log, self._offset = process, log, offset
        self._ended = asyncio.create_task(self._end())
        self.identity = identity(process.pid) or Identity(process.pid, 0.0)

    @classmethod
    async def start(
        cls, name: str, argv: tuple[str, ...], env: Mapping[str, str], cwd: str, folder: Path
    ) -> "Child":
        """Run `argv`; what it says is appended to `logs/<name>.log`. Raises `DidNotStart`."""
        try:
            log = log_file(folder, name)
            with log.open("ab") as output:
                offset = output.tell()
                process = await asyncio.create_subprocess_exec(
                    *argv,
                    cwd=cwd,
                    env=variables(env, folder),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
                return cls(process, log, offset)
        except OSError as refused:
            raise DidNotStart(f"{argv[0]} could not be started: {refused}") from refused

    async def exit(self) -> str:
        """Wait for its end; "" for exit 0, else a sentence. Its whole group ends with it."""
        return await asyncio.shield(self._ended)

    async def stop(self, by: signal.Signals, within: float) -> bool:
        """Ask the leader to stop and wait; True when it did, False when it had to be killed."""
        with suppress(ProcessLookupError):
            self._process.send_signal(by)
        try:
            async with asyncio.timeout(within):
                await self.exit()
        except TimeoutError:
            self._kill_group()
            await self.exit()
            return False
        return True

    def last_words(self, lines: int = 20) -> str:
        """The end of what it said since this start, on lines of its own; "" for nothing."""
        said = last_lines(self._log, lines, self._offset)
        return f"\n{said}" if said else ""

    async def _end(self) -> str:
        code = await self._process.wait()
        self._kill_group()
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"exited with {code}" if code else ""

    def _kill_group(self) -> None:
        # macOS answers EPERM instead of ESRCH for a group of which only zombies are left.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def log_file(folder: Path, name: str) -> Path:
    """The log of a process; one that has grown too large is set aside first."""
    logs = folder / "logs"
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name(f"{name}.log.1"))
    return log


def last_lines(log: Path, lines: int = 20, offset: int = 0) -> str:
    """The last lines of a log from `offset` (bytes) on; "" when there are none."""
    try:
        with log.open("rb") as file:
            file.seek(max(offset, log.stat().st_size - 64_000))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def variables(env: Mapping[str, str], folder: Path) -> dict[str, str]:
    """All that a process of this folder gets: a little of the machine, `env`, and the mark."""
    return {**from_the_machine(), **env, **mark(folder)}


def from_the_machine() -> dict[str, str]:
    """What a program gets of the machine's own variables."""
    return {name: os.environ[name] for name in FROM_THE_MACHINE if name in os.environ}
