"""Which processes of this machine belong to a data folder, so that nothing foreign is ever ended.

A process id alone proves nothing: ids are given again, above all after the machine restarted.
Every child therefore carries its folder's path in its environment.
"""

import asyncio
import os
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

MARK = "STAGING_RAISED_IN"
LOADED_WITHIN = 1.0
"""How long the system may take to load a program, in seconds; it takes milliseconds."""


@dataclass(frozen=True)
class Identity:
    """A process id and the time it was created (seconds since the epoch)."""

    pid: int
    created: float


def mark(folder: Path) -> dict[str, str]:
    """The variable that a process of this folder carries."""
    return {MARK: str(folder.resolve())}


def identity(pid: int) -> Identity | None:
    """Who has this id now; None when nobody has."""
    try:
        return Identity(pid, psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


def recognised(recorded: Identity, folder: Path) -> psutil.Process | None:
    """The recorded process, if it still lives and is the one that was started for `folder`."""
    try:
        process = psutil.Process(recorded.pid)
        environment = _environment(process)
        is_ours = environment.get(MARK) == str(folder.resolve())
        # Some systems hide a process's environment, some programs overwrite their own.
        if not environment:
            is_ours = abs(process.create_time() - recorded.created) < 2
    except psutil.NoSuchProcess:
        return None
    return process if is_ours and lives(process) else None


def lives(process: psutil.Process) -> bool:
    """Whether it still runs; a zombie, dead but not yet collected by its parent, does not."""
    try:
        # While threads of a dead leader are still ending, its ports and files are still held.
        is_dead = process.status() == psutil.STATUS_ZOMBIE and process.num_threads() < 2
        return process.is_running() and not is_dead
    except psutil.NoSuchProcess:
        return False


def belongings(folder: Path, recorded: Iterable[Identity] = ()) -> list[psutil.Process]:
    """All living processes that carry the folder's mark or are recorded, and their descendants.

    The process that asks is never among them.
    """
    ours = str(folder.resolve())
    found = [process for process in psutil.process_iter() if _carries(process, ours)]
    found += [process for known in recorded if (process := recognised(known, folder))]
    family = {member.pid: member for process in found for member in (process, *_below(process))}
    return [process for pid, process in family.items() if pid != os.getpid() and lives(process)]


def topmost(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Those whose parent is not among them."""
    pids = {process.pid for process in processes}
    return [process for process in processes if _parent(process) not in pids]


async def end(
    processes: Sequence[psutil.Process], signals: Mapping[int, int], within: float
) -> list[psutil.Process]:
    """Ask the topmost ones to stop (by SIGTERM, or their own of `signals`), then kill the rest.

    They have `within` seconds; what is below them ends with them, as in a container. Returns
    those that survived even the killing.
    """
    asked = topmost(processes)
    for process in asked:
        _send(process, signals.get(process.pid, signal.SIGTERM))
    await still_living(asked, within)
    rest = await still_living(processes, 0)
    for process in rest:
        _send(process, signal.SIGKILL)
    return await still_living(rest, 5)


async def still_living(processes: Iterable[psutil.Process], within: float) -> list[psutil.Process]:
    """Wait until all are gone, at most `within` seconds; returns those that are not."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + within
    rest = list(processes)
    while True:
        rest = [process for process in rest if lives(process)]
        if not rest or clock() >= deadline:
            return rest
        await asyncio.sleep(0.02)


def _environment(process: psutil.Process) -> dict[str, str]:
    """Its variables; none where the system hides them, or it has overwritten them.

    A program that is just being loaded shows none yet, which tells nothing: it is waited for.
    """
    deadline = time.monotonic() + LOADED_WITHIN
    try:
        while not (shown := process.environ()) and _is_being_loaded(process):
            if time.monotonic() > deadline:
                break
            time.sleep(0.001)
        # It may have been loaded between the two looks.
        return shown or process.environ()
    except (psutil.AccessDenied, psutil.ZombieProcess, OSError):
        return {}


def _is_being_loaded(process: psutil.Process) -> bool:
    """Whether it has its program, and does not show yet by which words that was called."""
    return bool(process.exe()) and not process.cmdline()


def _carries(process: psutil.Process, ours: str) -> bool:
    try:
        return _environment(process).get(MARK) == ours
    except psutil.NoSuchProcess:
        return False


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _parent(process: psutil.Process) -> int | None:
    try:
        return process.ppid()
    except psutil.NoSuchProcess:
        return None


def _send(process: psutil.Process, number: int) -> None:
    """Signal it; one that went in the meantime, or is not ours to signal, is seen afterwards."""
    try:
        process.send_signal(number)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return
