"""A small load generator: keep-alive connections on one event loop, one request each at a time.

It measures; it does not judge. The server under load runs in a process of its own, so that the
two have a core each.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

import httptools
import uvloop


@dataclass(frozen=True)
class Load:
    """What was measured: answers a second, and how long they took, in milliseconds."""

    rate: float
    p50: float
    p99: float
    failed: int
    """Answers that were not 2xx, and connections that broke."""


class _Connection(asyncio.Protocol):
    def __init__(self, request: bytes, until: float, took: list[float]) -> None:
        self.request = request
        self.until = until
        self.took = took
        self.failed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are transports in all but name.
        self.transport = cast(asyncio.Transport, transport)
        self._send()

    def _send(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.started = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        finished = time.perf_counter()
        self.took.append(finished - self.started)
        self.failed += not 200 <= self.parser.get_status_code() < 300
        if finished < self.until:
            self._send()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.failed += exc is not None
        if not self.done.done():
            self.done.set_result(None)


def request_for(
    path: str, headers: Mapping[str, str], *, method: str = "GET", body: bytes = b""
) -> bytes:
    """A request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _press(port: int, requests: tuple[bytes, ...], connections: int, seconds: float) -> Load:
    loop, took = asyncio.get_running_loop(), list[float]()
    started = time.perf_counter()
    until = started + seconds
    made = [
        await loop.create_connection(
            partial(_Connection, requests[n % len(requests)], until, took), "127.0.0.1", port
        )
        for n in range(connections)
    ]
    await asyncio.gather(*(connection.done for _, connection in made))
    spent = time.perf_counter() - started
    took.sort()
    return Load(
        rate=len(took) / spent,
        p50=took[len(took) // 2] * 1000,
        p99=took[int(len(took) * 0.99)] * 1000,
        failed=sum(connection.failed for _, connection in made),
    )


def press(port: int, *requests: bytes, connections: int = 32, seconds: float = 3.0) -> Load:
    """Send a request again and again on each connection for some seconds, each one its own."""
    return uvloop.run(_press(port, requests, connections, seconds))
