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
    raising = asyncio.create_task(_raise_all(keepers))
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


async def _raise_all(keepers: Sequence[Keeper]) -> bool:
    """Start one after the other; False when one did not become ready."""
    for keeper in keepers:
        try:
            await keeper.start()
        except DidNotStart:
            return False
    return True


async def _cancel(*tasks: asyncio.Task[bool]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
