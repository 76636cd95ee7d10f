"""Sends in the background what nobody waits for: bounded, and let go of when it can not be sent."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, Generic, TypeVar

from backend.providers import VendorIsUnavailable, VendorRefused

KEPT: Final = 2048
"""How many things wait at most; then the oldest make room."""
AT_ONCE: Final = 256
PAUSE_SECONDS: Final = 1.0
LAST_SECONDS: Final = 1.0
"""How long the end may take that sends what still waits."""

T = TypeVar("T")


class Dispatch(Generic[T]):
    """Things on their way to a vendor. `put` takes no time and may be called from any thread.

    What the vendor does not take is lost; the line to it counts that (`external_api_errors_total`).
    """

    def __init__(self, send: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: deque[T] = deque(maxlen=KEPT)
        self._sending: asyncio.Task[None] | None = None

    def put(self, thing: T) -> None:
        """Have this sent within the next second or so."""
        self._waiting.append(thing)

    def start(self) -> None:
        """Begin to send, from the loop that runs here."""
        self._sending = asyncio.create_task(self._go_on())

    async def close(self) -> None:
        """Send what still waits, if the vendor takes it within a second."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self._send_all()

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            await self._send_all()

    async def _send_all(self) -> None:
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            with suppress(VendorIsUnavailable, VendorRefused):
                await self._send(some)
