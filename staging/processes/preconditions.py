"""What must hold before anything starts: nobody else at work, the ports free, room on the disk."""

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from staging.processes.errors import (
    AnotherCommandIsRunning,
    DataFolderIsUnusable,
    PortsAreTaken,
    TakenPort,
)


@contextmanager
def only_command(folder: Path, command: str) -> Iterator[None]:
    """Hold the data folder for one command that changes it, such as "staging up".

    Raises `AnotherCommandIsRunning` with the pid of the one that holds it. The system lets go of
    the hold when its process ends in whatever way, so nothing is ever left to clean up.
    """
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid, _, other = lock.read().partition(" ")
            raise AnotherCommandIsRunning(
                folder, int(pid or 0), other or "another command"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()} {command}")
        lock.flush()
        yield


def require_room(folder: Path, megabytes: int = 500) -> None:
    """Make the data folder (0700) if it is missing; it must be writable and have room.

    Raises `DataFolderIsUnusable` with the reason and what to do.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        trial = folder / ".writable"
        trial.write_bytes(b"x" * 4096)
        trial.unlink()
        free = shutil.disk_usage(folder).free // 1_000_000
    except FileExistsError as taken:
        advice = "Move that file away, or choose another folder."
        raise DataFolderIsUnusable(folder, "there is a file of that name", advice) from taken
    except OSError as refused:
        why = refused.strerror or str(refused)
        advice = "Make it writable for this account with room on its disk, or choose another."
        raise DataFolderIsUnusable(folder, f"it can not be written ({why})", advice) from refused
    if free < megabytes:
        why = f"its disk has {free} MB free, and an environment needs {megabytes} MB"
        raise DataFolderIsUnusable(folder, why, "Free some room, or choose another folder.")


def require_free_ports(ports: Mapping[str, int]) -> None:
    """Raises `PortsAreTaken`, with all that are taken, by name, port and owner."""
    owners = {name: port_owner(port) for name, port in ports.items()}
    if taken := {name: owner for name, owner in owners.items() if owner}:
        raise PortsAreTaken(taken)


def port_owner(port: int) -> TakenPort | None:
    """Who listens on a TCP port of this machine (127.0.0.1 or every address); None when free."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            pid = _listener(port)
            return TakenPort(port, pid, _program(pid))
    return None


def _listener(port: int) -> int | None:
    try:
        sockets = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return None
    listening = (each for each in sockets if each.status == psutil.CONN_LISTEN)
    return next((each.pid for each in listening if each.laddr and each.laddr.port == port), None)


def _program(pid: int | None) -> str | None:
    try:
        return psutil.Process(pid).name() if pid else None
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
