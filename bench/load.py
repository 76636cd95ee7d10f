"""A small load generator: keep-alive connections on one event loop, one request each at a time.

`press` sends as fast as answers come, `at_pace` as many a second as it is told, late or not.

It measures; it does not judge. The server under load runs in a process of its own, so that the
two have a core each.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Self, cast

import httptools
import uvloop


@dataclass(frozen=True)
class Load:
    """What was measured: answers a second, and how long they took, in milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float
    failed: int
    """Answers that were not 2xx, and connections that broke."""

    @classmethod
    def of(cls, took: list[float], spent: float, failed: int) -> Self:
        """Of the seconds that each answer took, and all of them together."""
        took.sort()
        p50, p95, p99 = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.95, 0.99))
        return cls(len(took) / spent, p50, p95, p99, failed)


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], until: float, took: list[float]) -> None:
        self.requests = requests
        self.until = until
        self.took = took
        self.failed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are transports in all but name.
        self.transport = cast(asyncio.Transport, transport)
        self._send()

    def _send(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.transport.close()
            return
        self.parser = httptools.HttpResponseParser(self)
        self.started = time.perf_counter()
        self.transport.write(request)

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


async def _press(port: int, each: Sequence[Iterator[bytes]], seconds: float) -> Load:
    loop, took = asyncio.get_running_loop(), list[float]()
    started = time.perf_counter()
    made = [
        await loop.create_connection(
            partial(_Connection, requests, started + seconds, took), "127.0.0.1", port
        )
        for requests in each
    ]
    await asyncio.gather(*(connection.done for _, connection in made))
    failed = sum(connection.failed for _, connection in made)
    return Load.of(took, time.perf_counter() - started, failed)


def press(port: int, *requests: bytes, connections: int = 32, seconds: float = 3.0) -> Load:
    """Send a request again and again on each connection for some seconds, each one its own."""
    each = [repeat(requests[n % len(requests)]) for n in range(connections)]
    return uvloop.run(_press(port, each, seconds))


def once(port: int, *requests: bytes, connections: int = 32) -> Load:
    """Send every request once, all connections together."""
    shared = iter(requests)
    return uvloop.run(_press(port, [shared] * connections, seconds=120.0))


async def _at_pace(port: int, requests: Sequence[bytes], a_second: float) -> Load:
    loop, took = asyncio.get_running_loop(), list[float]()
    started, failed = time.perf_counter(), 0

    async def send(number: int, request: bytes) -> int:
        due = started + number / a_second
        await asyncio.sleep(due - time.perf_counter())
        alone = list[float]()
        _, connection = await loop.create_connection(
            lambda: _Connection(iter((request,)), 0.0, alone), "127.0.0.1", port
        )
        await connection.done
        # Whoever waits counts from when it should have been sent.
        took.append(time.perf_counter() - due)
        return connection.failed

    failed = sum(await asyncio.gather(*(send(n, it) for n, it in enumerate(requests))))
    return Load.of(took, time.perf_counter() - started, failed)


def at_pace(port: int, *requests: bytes, a_second: float) -> Load:
    """Send every request once at its moment, each on a connection of its own, as vendors do."""
    return uvloop.run(_at_pace(port, requests, a_second))
