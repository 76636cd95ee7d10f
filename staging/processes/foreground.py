"""What commands do with a detached supervisor: raise it, watch it, ask it, lower it."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

from staging.processes.children import last_lines, log_file, variables
from staging.processes.definition import Process, to_json
from staging.processes.errors import EnvironmentDiffers, StillRunning, SupervisorDidNotStart
from staging.processes.ours import belongings, end, lives, recognised, topmost
from staging.processes.snapshot import Snapshot, read, state_file

ROOT = Path(__file__).parents[2]


def current(folder: Path) -> Snapshot | None:
    """How the environment of this folder stands; None when nothing was raised in it.

    A snapshot whose phase is "failed" tells what did not become ready (`failure.why`); nothing
    of it runs. "abandoned" says that the supervisor is gone, killed or with the whole machine;
    `leftovers` are the processes that still live, and `raise_detached` or `lower` ends them.
    """
    last = read(folder)
    if last is None:
        return None
    if recognised(last.supervisor, folder):
        # It has written its last state and is about to be gone.
        return replace(last, phase="falling") if last.phase in ("failed", "down") else last
    if last.phase in ("failed", "down"):
        return last if last.phase == "failed" else None
    living = sorted(process.pid for process in belongings(folder, last.recorded))
    return replace(last, phase="abandoned", leftovers=tuple(living))


async def watch(folder: Path) -> AsyncIterator[Snapshot]:
    """Each new state, as it comes, until all are up, or failed, or nothing runs any more."""
    seen: Snapshot | None = None
    while (now := current(folder)) is not None:
        if now != seen:
            yield now
        if now.phase not in ("rising", "falling"):
            return
        seen = now
        await asyncio.sleep(0.03)


async def raise_detached(processes: Sequence[Process], folder: Path, environment: str) -> bool:
    """Start a supervisor that outlives this command, its terminal and its Ctrl-C.

    Returns True as soon as the supervisor is at work: follow it with `watch`. Returns False when
    the same processes are held up already, each of them as it should be. Leftovers of a
    supervisor that was killed are ended first. `environment` is the name kept in the state.

    Raises `EnvironmentDiffers` when other processes, or crashed ones, are there (`lower` them,
    then raise again) and `SupervisorDidNotStart`.
    """
    if len({process.name for process in processes}) < len(processes):
        raise ValueError("Two processes have the same name.")
    here = current(folder)
    if here and here.is_held:
        reasons = here.differences(processes)
        if reasons or here.phase == "falling":
            raise EnvironmentDiffers(reasons or ("it is being stopped",))
        return False
    await mend(folder)
    await _spawn(processes, folder, environment)
    return True


async def lower(
    folder: Path, on_progress: Callable[[Snapshot], None] = lambda _: None, patience: float = 5.0
) -> tuple[str, ...]:
    """Stop everything, last one first, and make sure that nothing of it is left.

    `on_progress` gets each new snapshot. A supervisor that is not done `patience` seconds after
    all its processes should be gone is killed, and so is what it leaves. Returns a sentence for
    each thing that did not go by itself; () when all did, or nothing ran. Raises `StillRunning`.
    """
    here = current(folder)
    if here is None or not here.is_held:
        return await mend(folder)
    last = await _ask_to_stop(here, folder, on_progress, patience)
    forced = [each for each in last.processes if each.state == "stopped" and each.why]
    said = [f"{each.name} {each.why}" for each in forced]
    if last.phase not in ("down", "failed"):
        said.append("the supervisor did not stop in time and was killed")
    return (*said, *await mend(folder))


async def mend(folder: Path, within: float = 10.0) -> tuple[str, ...]:
    """End whatever of this folder still runs and forget its state: for when nobody holds it.

    What runs gets `within` seconds to stop by itself. Call it before `require_free_ports`: a
    leftover holds its port. Returns a sentence for each process; raises `StillRunning`.
    """
    last = read(folder)
    known = {each.pid: each for each in last.processes if each.pid} if last else {}
    leftovers = belongings(folder, last.recorded if last else ())
    said = [
        f"{known[process.pid].name if process.pid in known else _name(process)}"
        f" (pid {process.pid}) was left running and was ended"
        for process in topmost(leftovers)
    ]
    signals = {pid: each.stop_signal for pid, each in known.items()}
    if survivors := await end(leftovers, signals, within):
        raise StillRunning([process.pid for process in survivors])
    state_file(folder).unlink(missing_ok=True)
    return tuple(said)


async def _ask_to_stop(
    here: Snapshot, folder: Path, on_progress: Callable[[Snapshot], None], patience: float
) -> Snapshot:
    """Ask the supervisor to stop, follow it as long as all may take, then end it by force."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + sum(each.stop_within for each in here.processes) + patience
    supervisor = recognised(here.supervisor, folder)
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        if supervisor:
            supervisor.send_signal(signal.SIGTERM)
        while supervisor and lives(supervisor) and clock() < deadline:
            await asyncio.sleep(0.03)
            here = _tell(here, folder, on_progress)
        if supervisor:
            supervisor.kill()
    return _tell(here, folder, on_progress)


def _tell(seen: Snapshot, folder: Path, on_progress: Callable[[Snapshot], None]) -> Snapshot:
    now = read(folder) or seen
    if now != seen:
        on_progress(now)
    return now


async def _spawn(processes: Sequence[Process], folder: Path, environment: str) -> None:
    """Start the supervisor; the definition, with its secrets, goes through a pipe, not a file."""
    asked = {"environment": environment, "processes": [to_json(each) for each in processes]}
    log = log_file(folder, "supervisor")
    with log.open("ab") as output:
        offset = output.tell()
        process = await asyncio.create_subprocess_exec(
            *_command(folder),
            cwd=ROOT,
            env=variables({}, folder),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=output,
            start_new_session=True,
        )
        # It closes its output when it is at work, and so does its end.
        await process.communicate(json.dumps(asked).encode())
    here = current(folder)
    if here is None or here.phase == "abandoned":
        raise SupervisorDidNotStart(log, last_lines(log, 20, offset))


def _command(folder: Path) -> tuple[str, ...]:
    return sys.executable, "-m", "staging.processes", str(folder.resolve())


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return "a process"
