"""A vendor on a port of its own, which answers each request as it is told to, or misbehaves."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Seen:
    """One request, as it came over the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def says(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None, kind: str = "json"
) -> Answer:
    """A whole answer of JSON, or of bytes as they are."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        head = f"HTTP/1.1 {status} Told\r\nContent-Type: application/{kind}\r\n{more}"
        writer.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        await writer.drain()

    return answer


async def hangs(_writer: asyncio.StreamWriter) -> None:
    """Nothing, ever."""
    await asyncio.sleep(3600)


async def dribbles(writer: asyncio.StreamWriter) -> None:
    """A good head, and a body that comes a byte at a time for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def breaks_off(writer: asyncio.StreamWriter) -> None:
    """A good head, half of the body, and a reset."""
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"half')
    await writer.drain()
    writer.transport.abort()


async def slams(writer: asyncio.StreamWriter) -> None:
    """A reset instead of an answer."""
    writer.transport.abort()


@dataclass
class Standin:
    """What it was asked, and what it answers next; the last answer stays."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    _answers: list[Answer] = field(default_factory=lambda: [says({})])

    def will(self, *answers: Answer) -> None:
        """Answer like this from now on, one after the other."""
        self._answers = list(answers)

    @property
    def asked(self) -> Seen:
        """The newest request."""
        return self.seen[-1]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while request := await _read(reader):
                self.seen.append(request)
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    first = await reader.readline()
    if not first:
        return None
    method, target, _ = first.decode().split()
    headers = {}
    while line := (await reader.readline()).strip():
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, target, headers, body)


@asynccontextmanager
async def standing() -> AsyncIterator[Standin]:
    """A vendor that stands on a free port of the loopback until the end of the block."""
    vendor, connections = Standin(), set[asyncio.Task[None]]()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.create_task(vendor.serve(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    vendor.url = f"http://{host}:{port}"
    yield vendor
    server.close()
    for connection in connections:
        connection.cancel()
    await asyncio.gather(*connections, return_exceptions=True)
