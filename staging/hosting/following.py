"""Following a file that grows, line by line."""

import asyncio
from collections.abc import Callable
from pathlib import Path

LOOKS_EVERY_S = 0.05
LONGEST_LINE = 64_000


class Follower:
    """What is added to a file, as lines; `read` hands over those that are whole."""

    def __init__(self, file: Path, heard: Callable[[str], None]) -> None:
        self._file, self._heard, self._offset, self._rest = file, heard, 0, b""

    def read(self, *, all_of_it: bool = False) -> None:
        """Hand over the lines that were added; with `all_of_it` also one that is not whole yet."""
        try:
            with self._file.open("rb") as file:
                file.seek(self._offset)
                added = file.read()
        except FileNotFoundError:
            return
        self._offset += len(added)
        *whole, self._rest = (self._rest + added).split(b"\n")
        if len(self._rest) > LONGEST_LINE or (all_of_it and self._rest):
            whole, self._rest = [*whole, self._rest], b""
        for line in whole:
            self._heard(line.decode(errors="replace"))


async def follow(follower: Follower) -> None:
    """Look again and again, until cancelled; then hand over the rest."""
    try:
        while True:
            follower.read()
            await asyncio.sleep(LOOKS_EVERY_S)
    finally:
        follower.read(all_of_it=True)
