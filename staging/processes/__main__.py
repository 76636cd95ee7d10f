"""The supervisor's door: `python -m staging.processes FOLDER`, with the definition on stdin.

Started by `raise_detached`, never by hand.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from staging.processes.definition import Process, from_json
from staging.processes.ours import Identity, identity
from staging.processes.snapshot import Board
from staging.processes.supervisor import supervise


def main() -> int:
    """Leave the command that started us, take over, and stay until told to stop."""
    folder = Path(sys.argv[1])
    asked = json.load(sys.stdin)
    processes = [from_json(each) for each in asked["processes"]]
    if os.fork():
        # The command has this process as its child; the supervisor is nobody's.
        os._exit(0)
    board = Board(folder, identity(os.getpid()) or Identity(os.getpid(), 0), asked["environment"])
    board.open(processes)
    # The command waits until our output closes; from here on it goes to the log.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return asyncio.run(_hold(processes, folder, board))


async def _hold(processes: Sequence[Process], folder: Path, board: Board) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return 0 if await supervise(processes, folder, board, stop) else 1


if __name__ == "__main__":
    sys.exit(main())
