"""The supervisor: start in order, gate on readiness, restart on failure, stop in reverse.

It knows processes, not what they are for. It runs detached, one for each data folder.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from staging.processes.children import DidNotStart
from staging.processes.definition import Process
from staging.processes.keeper import Keeper
from staging.processes.ours import belongings, end
from staging.processes.snapshot import Board


async def supervise(
    processes: Sequence[Process], folder: Path, board: Board, stop: asyncio.Event
) -> bool:
    """Hold `processes` up until `stop` is set; every change is written to `board`.

    Returns True when they were stopped because that was asked for. When one does not become
    ready at its first start, those before it are stopped again and False is returned; its reason
    stays on the board.
    """
    keepers = [Keeper(process, folder, board) for process in processes]
    raising = asyncio.create_task(_raise_all(_together(keepers, processes)))
    asked = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({raising, asked}, return_when=asyncio.FIRST_COMPLETED)
        has_failed = raising.done() and not raising.result()
        if not has_failed and not asked.done():
            board.phase("up")
            await asked
    finally:
        board.phase("falling")
        await _cancel(raising, asked)
        for keeper in reversed(keepers):
            await keeper.stop()
        # A grandchild may have left its process group; it still carries the folder's mark.
        await end(belongings(folder), {}, within=0)
    board.phase("failed" if has_failed else "down")
    return not has_failed


async def _raise_all(groups: Sequence[Sequence[Keeper]]) -> bool:
    """Start one group after the other; False when one of them did not become ready."""
    for group in groups:
        try:
            async with asyncio.TaskGroup() as starting:
                for keeper in group:
                    starting.create_task(keeper.start())
        except BaseExceptionGroup as failures:
            if failures.split(DidNotStart)[1] is not None:
                raise
            return False
    return True


def _together(keepers: Sequence[Keeper], processes: Sequence[Process]) -> list[list[Keeper]]:
    """The keepers in the groups in which their processes start."""
    groups: list[list[Keeper]] = []
    for keeper, process in zip(keepers, processes, strict=True):
        if process.beside and groups:
            groups[-1].append(keeper)
        else:
            groups.append([keeper])
    return groups


async def _cancel(*tasks: asyncio.Task[bool]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
