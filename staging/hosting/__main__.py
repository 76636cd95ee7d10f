"""`python -m staging.hosting FOLDER`: Railway on this machine until SIGTERM.

Started by `staging rehearse`, never by hand; what it must know lies in FOLDER.
"""

import asyncio
import signal
import sys
from pathlib import Path

from staging.hosting.detached import DEPLOYED, TOKEN, Told
from staging.hosting.rehearsing import rehearsal
from staging.processes import write_private


async def main(folder: Path) -> None:
    """Stand, say that it does, and stay until told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    told = Told.read(folder)
    async with rehearsal(folder / DEPLOYED, told.database_url, told.first_port) as railway:
        write_private(folder / TOKEN, railway.token)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
