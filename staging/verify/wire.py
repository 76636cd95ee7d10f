"""How a target is reached: its addresses, who is believed, and what stands in for its names."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from httpx2 import AsyncBaseTransport, AsyncHTTPTransport, Limits, Request, Response

Resolve = Callable[[str], Awaitable[tuple[str, ...]]]


class TargetIsRefused(ValueError):
    """Such a target can not be verified: an address is no address, or it is no staging."""


class Place(NamedTuple):
    """Where an address leads."""

    scheme: str
    host: str
    port: int


def place(url: str) -> Place:
    """Where an address leads. Raises `TargetIsRefused` for what is no http or https address."""
    try:
        parts = urlsplit(url)
        standard = {"http": 80, "https": 443}[parts.scheme]
        port = parts.port or standard
    except (ValueError, KeyError):
        port = 0
    if not port or not parts.hostname or parts.username:
        raise TargetIsRefused(f"{url!r} is no address; give one such as https://api.wwmaa.example")
    return Place(parts.scheme, parts.hostname, port)


def is_of_this_machine(host: str) -> bool:
    """Whether a host is a name or an address of the loopback."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


async def addresses_of(host: str) -> tuple[str, ...]:
    """The IP addresses of a host, as this machine resolves it. Raises `OSError` for none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True)
class Detour:
    """Connect there instead, as curl's --connect-to does: names and certificates stay as asked."""

    host: str
    """The host that is asked for; any where it is empty."""
    port: int
    """The port that is asked for; any where it is 0."""
    to_host: str
    to_port: int

    @classmethod
    def told(cls, text: str) -> Self:
        """The detour of `HOST:PORT:TO_HOST:TO_PORT`. Raises `TargetIsRefused`."""
        host, _, rest = text.partition(":")
        port, _, there = rest.partition(":")
        to_host, _, to_port = there.rpartition(":")
        try:
            return cls(host, int(port or 0), to_host or _nobody(), int(to_port))
        except ValueError as wrong:
            why = f"{text!r} is no detour; give HOST:PORT:TO_HOST:TO_PORT as curl takes it, where"
            raise TargetIsRefused(f"{why} `:443:127.0.0.1:8443` is for every host") from wrong

    def is_for(self, host: str, port: int) -> bool:
        """Whether a connection to there takes it."""
        return self.host in ("", host) and self.port in (0, port)


def _nobody() -> str:
    raise ValueError("no host")


@dataclass(frozen=True)
class Wire:
    """How a target is reached; the defaults are the machine's own ways."""

    transport: AsyncBaseTransport | None = None
    resolve: Resolve = addresses_of
    trust: ssl.SSLContext | None = None
    """Which certificates are believed; the machine's own list where none is given."""
    plain_port: int = 80
    """Where the hosts of a hosted target speak plain HTTP, in order to lead to HTTPS."""
    within_s: float = 15.0
    """How long anything that is waited for may take, such as a mail."""
    detours: tuple[Detour, ...] = ()
    """Where to connect in place of what the names lead to; the first that fits is taken."""

    @cached_property
    def context(self) -> ssl.SSLContext:
        """How certificates are looked at."""
        return self.trust or ssl.create_default_context()

    def way(self, host: str, port: int) -> tuple[str, int]:
        """Where to connect for a host and port."""
        taken = (it for it in self.detours if it.is_for(host, port))
        return next(((it.to_host, it.to_port) for it in taken), (host, port))

    def carrier(self, connections: int) -> AsyncBaseTransport | None:
        """The transport for a client; None where the client's own goes the right way."""
        if self.transport or not self.detours:
            return self.transport
        limits = Limits(max_connections=connections)
        inner = AsyncHTTPTransport(verify=self.context, limits=limits, trust_env=False)
        return _Detouring(self, inner)


class _Detouring(AsyncBaseTransport):
    """Sends each request where the wire's detours lead, under the name that was asked for."""

    def __init__(self, wire: Wire, inner: AsyncHTTPTransport) -> None:
        self._wire, self._inner = wire, inner

    async def handle_async_request(self, request: Request) -> Response:
        """Ask there; Host and the certificate's name stay those of the request."""
        asked = place(str(request.url.copy_with(path="/", query=None)))
        host, port = self._wire.way(asked.host, asked.port)
        sent = Request(
            request.method,
            request.url.copy_with(host=host, port=port),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": asked.host},
        )
        return await self._inner.handle_async_request(sent)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()
