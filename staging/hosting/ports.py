"""Ports of this machine for what is deployed; each is given once, and leads to no stranger."""

import socket
from contextlib import closing
from itertools import count


class Ports:
    """Free ports from a first one on.

    They lie below those that the system gives to whoever connects, where a first one says so; and
    none is given a second time, for somebody may still be sent to whoever had it.
    """

    def __init__(self, first: int) -> None:
        self._next = count(first)

    def take(self) -> int:
        """A port that nobody listens on."""
        return next(port for port in self._next if _is_free(port))


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
