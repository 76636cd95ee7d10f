"""Every way out of our processes, and those that stay inside, tried in a process of its own.

Run as a module it prints one JSON document: of each way what the guard wrote down of it, and what
whoever tried was told.
"""

import _socket
import asyncio
import json
import multiprocessing
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import requests
import sentry_sdk
import stripe
import uvloop
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from redis.asyncio import Redis

NAME, NUMBER, IPV6 = "vendor.example", "192.0.2.2", "2001:db8::2"
"""Names and addresses that are nobody's (RFC 2606, 5737 and 3849)."""
UDP = socket.SOCK_DGRAM
CURL = "/usr/bin/curl"


def talks_tls() -> None:
    with ssl.create_default_context().wrap_socket(socket.socket(), server_hostname=NAME) as sock:
        sock.connect((NUMBER, 443))


def pays() -> None:
    addresses: Any = {"api": f"http://{NAME}"}
    stripe.StripeClient("sk_test_x", base_addresses=addresses).v1.products.list()


def reports_an_error() -> None:
    # Its integrations stand in the calls of others, which are tried here as they are.
    sentry_sdk.init(f"http://key@{NAME}/1", release="1", default_integrations=False)
    sentry_sdk.capture_message("hello")
    sentry_sdk.get_client().close(2)


def exports_a_span() -> None:
    provider = TracerProvider()
    exporter = OTLPSpanExporter(f"http://{NAME}/v1/traces", timeout=1)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    provider.get_tracer("actor").start_span("span").end()
    provider.shutdown()


def has_a_child() -> None:
    code = f"import socket; socket.create_connection(('{NUMBER}', 81))"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def connects() -> None:
    socket.create_connection((NUMBER, 82))


def spawns_a_child() -> None:
    child = multiprocessing.get_context("spawn").Process(target=connects)
    child.start()
    child.join()


WAYS: dict[str, Callable[[], object]] = {
    "connect": lambda: socket.socket().connect((NUMBER, 80)),
    "connect by IPv6": lambda: socket.socket(socket.AF_INET6).connect((IPV6, 80)),
    "connect by IPv6 to IPv4": lambda: socket.socket(socket.AF_INET6).connect(
        (f"::ffff:{NUMBER}", 80)
    ),
    "connect to a name": lambda: socket.socket().connect((NAME, 80)),
    "connect_ex": lambda: socket.socket().connect_ex((NUMBER, 80)),
    "connect below socket": lambda: _socket.socket().connect((NUMBER, 80)),
    "create_connection": lambda: socket.create_connection((NUMBER, 80)),
    "create_connection to a name": lambda: socket.create_connection((NAME, 80)),
    "sendto": lambda: socket.socket(type=UDP).sendto(b"x", (NUMBER, 53)),
    "sendto a name": lambda: socket.socket(type=UDP).sendto(b"x", (NAME, 53)),
    "sendmsg": lambda: socket.socket(type=UDP).sendmsg([b"x"], [], 0, (NUMBER, 53)),
    "bind": lambda: socket.socket().bind((NAME, 0)),
    "getaddrinfo": lambda: socket.getaddrinfo(NAME.encode(), 80),
    "gethostbyname": lambda: socket.gethostbyname(NAME),
    "gethostbyname_ex": lambda: socket.gethostbyname_ex(NAME),
    "gethostbyaddr": lambda: socket.gethostbyaddr(NUMBER),
    "getnameinfo": lambda: socket.getnameinfo((NUMBER, 80), 0),
    "TLS": talks_tls,
    "urllib": lambda: urllib.request.urlopen(f"http://{NAME}/"),
    "requests": lambda: requests.get(f"http://{NAME}/", timeout=1),
    "httpx2": lambda: httpx2.get(f"http://{NAME}/"),
    "Stripe": pays,
    "a child": has_a_child,
    "a spawned child": spawns_a_child,
    "a program": lambda: subprocess.run([CURL, NAME], check=True),
    "a shell": lambda: os.system(f"{CURL} {NAME}"),  # noqa: S605
    "posix_spawn": lambda: os.posix_spawn(CURL, [CURL, NAME], {}),
    "exec": lambda: os.execv(CURL, [CURL, NAME]),  # noqa: S606
    "Sentry": reports_an_error,
    "OpenTelemetry": exports_a_span,
}


class Postman(asyncio.DatagramProtocol):
    """Tells of a datagram that could not be sent."""

    def __init__(self) -> None:
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def error_received(self, exc: Exception) -> None:
        """It could not."""
        self.failed.set_exception(exc)


async def sends_to_anybody() -> None:
    loop = asyncio.get_running_loop()
    endpoint = loop.create_datagram_endpoint(Postman, local_addr=("127.0.0.1", 0))
    transport, postman = await endpoint
    transport.sendto(b"x", (NUMBER, 53))
    await postman.failed


async def sends() -> None:
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(NUMBER, 53))


async def sock_connects(host: str) -> None:
    with socket.socket() as sock:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (host, 80))


async def begins_a_task() -> None:
    ping: Any = Redis.from_url(f"redis://{NUMBER}").ping()
    await asyncio.create_task(ping)


async def asks(host: str) -> None:
    async with httpx2.AsyncClient() as client:
        await client.get(f"http://{host}/")


AWAITED: dict[str, Callable[[], Awaitable[object]]] = {
    "open_connection": lambda: asyncio.open_connection(NUMBER, 80),
    "open_connection to a name": lambda: asyncio.open_connection(NAME, 80),
    "sock_connect": lambda: sock_connects(NUMBER),
    "sock_connect to a name": lambda: sock_connects(NAME),
    "getaddrinfo": lambda: asyncio.get_running_loop().getaddrinfo(NAME, 80),
    "getnameinfo": lambda: asyncio.get_running_loop().getnameinfo((NUMBER, 80)),
    "datagrams to somebody": sends,
    "datagrams to anybody": sends_to_anybody,
    "a program": lambda: asyncio.create_subprocess_exec(CURL, NAME),
    "a shell": lambda: asyncio.create_subprocess_shell(CURL),
    "httpx2": lambda: asks(NUMBER),
    "httpx2 to a name": lambda: asks(NAME),
    "asyncpg": lambda: asyncpg.connect(f"postgresql://x@{NUMBER}/x", ssl=False),
    "asyncpg to a name": lambda: asyncpg.connect(f"postgresql://x@{NAME}/x", ssl=False),
    "redis": lambda: Redis.from_url(f"redis://{NUMBER}").ping(),
    "redis to a name": lambda: Redis.from_url(f"redis://{NAME}").ping(),
    "redis in a task": begins_a_task,
}


async def answers(host: str) -> None:
    """A server of this machine, and a client of it by this host."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        _, writer = await asyncio.open_connection(host, server.sockets[0].getsockname()[1])
        writer.close()


async def answers_by_a_path() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/socket"
        async with await asyncio.start_unix_server(lambda _, writer: writer.close(), path):
            _, writer = await asyncio.open_unix_connection(path)
            writer.close()


async def sends_inside() -> None:
    loop = asyncio.get_running_loop()
    with socket.socket(type=UDP) as there:
        there.bind(("127.0.0.1", 0))
        endpoint = loop.create_datagram_endpoint(Postman, remote_addr=there.getsockname())
        transport, _ = await endpoint
        transport.sendto(b"x")
        transport.close()


async def has_a_quiet_child() -> None:
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "import socket")
    if await child.wait():
        raise OSError("it failed")


INSIDE: dict[str, Callable[[], Awaitable[object]]] = {
    "127.0.0.1": lambda: answers("127.0.0.1"),
    "localhost": lambda: answers("localhost"),
    "IPv4 by IPv6": lambda: answers("::ffff:127.0.0.1"),
    "any address": lambda: answers("0.0.0.0"),  # noqa: S104 -- nobody listens there.
    "a path": answers_by_a_path,
    "datagrams": sends_inside,
    "another Python": has_a_quiet_child,
}


async def awaited(way: Callable[[], Awaitable[object]]) -> None:
    """Wait for it, not long."""
    async with asyncio.timeout(5):
        await way()


def tried(way: Callable[[], object]) -> dict[str, Any]:
    """What the guard wrote down when this was tried, and what whoever tried was told."""
    log, told = Path(os.environ["GUARD_LOG"]), ""
    before = len(log.read_text().splitlines())
    try:
        way()
    except Exception as error:  # noqa: BLE001 -- each library fails in its own words.
        told = said(error)
    lines = [json.loads(line) for line in log.read_text().splitlines()[before:]]
    refused = [line for line in lines if line["event"] == "refused"]
    attempts = sorted({f"{line['way']} {line['to']}" for line in refused})
    return {"attempts": attempts, "origin": refused[0]["origin"] if refused else [], "told": told}


def said(error: BaseException | None) -> str:
    """What an error says, and those that it came from."""
    return f"{error}\n{said(error.__cause__ or error.__context__)}" if error else ""


def main() -> None:
    """Try all of them, on either loop."""
    found = {name: tried(way) for name, way in WAYS.items()}
    for loop, factory in (("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop)):
        with asyncio.Runner(loop_factory=factory) as runner:
            for name, way in (AWAITED | INSIDE).items():
                found[f"{name}, {loop}"] = tried(partial(runner.run, awaited(way)))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
