"""Hashing passwords, and checking them, without holding anybody else up."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from pwdlib import PasswordHash

from backend.errors import IsUnavailable
from backend.security import is_password

_WAITING_AT_MOST: Final = 200

T = TypeVar("T")


def _step_back() -> None:
    # A hash burns a core for some 20 ms; other requests go first. Linux alone has this for threads.
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


class Passwords:
    """Makes and checks hashes on one thread beside the event loop, in a bounded queue."""

    def __init__(self, hashes: PasswordHash) -> None:
        self._hashes = hashes
        self._thread = ThreadPoolExecutor(1, "passwords", initializer=_step_back)
        self._waiting = 0
        # What an unknown address is checked against, so that it takes as long as a known one.
        self._nobodys = hashes.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """The Argon2id hash of a password. Raises `IsUnavailable` when too many wait."""
        return await self._aside(lambda: self._hashes.hash(password))

    async def match(self, password: str, password_hash: str | None) -> bool:
        """Whether the hash was made of the password; nobody's when there is no hash."""
        against = password_hash or self._nobodys
        matches = await self._aside(lambda: is_password(self._hashes, password, against))
        return matches and password_hash is not None

    async def _aside(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING_AT_MOST:
            raise IsUnavailable("Too many people are logging in at this moment.", retry_after=5)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)
