"""Says no to new work before the doors close, so that whoever balances load looks elsewhere."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

HEADS_UP_SECONDS: Final = 0.5
"""How long readiness says no before the server stops listening."""


@contextmanager
def draining_on_sigterm(begin: Callable[[], None]) -> Iterator[None]:
    """On SIGTERM call `begin` at once, and a moment later do what the server would have done.

    The server's own handler must stand already; without one, or outside the main thread, nothing
    is changed.
    """
    servers = signal.getsignal(signal.SIGTERM)
    if not callable(servers) or threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def heads_up(number: int, _frame: object) -> None:
        begin()
        loop.call_soon_threadsafe(loop.call_later, HEADS_UP_SECONDS, servers, number, None)

    signal.signal(signal.SIGTERM, heads_up)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, servers)
