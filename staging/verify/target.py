"""What is verified: where it stands, what it should be, and who may look inside.

Everything is handed in; nothing here reads a file or the environment by itself.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from httpx2 import AsyncBaseTransport, AsyncClient, Limits, Timeout

from backend.store import Store
from staging.departures import Guard
from staging.seeds import PERSONAS, Persona

Kind = Literal["here", "hosted"]
Resolve = Callable[[str], Awaitable[tuple[str, ...]]]


class TargetIsRefused(ValueError):
    """Such a target can not be verified: an address is no address, or it is no staging."""


async def addresses_of(host: str) -> tuple[str, ...]:
    """The IP addresses of a host, as this machine resolves it. Raises `OSError` for none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True)
class Wire:
    """How a target is reached; the defaults are the machine's own ways."""

    transport: AsyncBaseTransport | None = None
    resolve: Resolve = addresses_of
    trust: ssl.SSLContext | None = None
    """Which certificates are believed; the machine's own list where none is given."""
    plain_port: int = 80
    """Where the hosts of a hosted target speak plain HTTP, in order to lead to HTTPS."""
    mail_within_s: float = 5.0

    @cached_property
    def context(self) -> ssl.SSLContext:
        """How certificates are looked at."""
        return self.trust or ssl.create_default_context()


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


@dataclass(frozen=True)
class Target:
    """An environment as `verify` sees it: from outside, and inside as far as it was let in."""

    kind: Kind
    backend_url: str
    environment: str = "staging"
    """The name by which it should call itself."""
    site_origin: str | None = None
    """The website's origin, which the API allows; it is known before the website stands."""
    frontend_url: str | None = None
    """Where the website stands; None while there is none."""
    sandboxes_url: str | None = None
    personas: tuple[Persona, ...] = PERSONAS
    password: str | None = field(default=None, repr=False)
    """The personas' password, a secret of the environment; None when it is not known here."""
    metrics_token: str | None = field(default=None, repr=False)
    release: str | None = None
    """The release that should be deployed; None when any will do."""
    store: Store | None = field(default=None, repr=False)
    promised: Mapping[str, int] = field(default_factory=dict)
    """How many documents the seeds promise, by collection."""
    guard: Guard | None = None
    """What keeps its processes on this machine; None where nothing does, or it can not be seen."""
    wire: Wire = field(default_factory=Wire, repr=False)

    def __post_init__(self) -> None:
        for url in (*self.addresses(), *filter(None, (self.sandboxes_url, self.site_origin))):
            host = place(url).host
            if self.kind == "here" and not is_of_this_machine(host):
                raise TargetIsRefused(f"{url} is not on this machine; verify it as hosted")
        if self.environment == "production":
            raise TargetIsRefused("Production is never verified by this tool: it logs people in.")

    def addresses(self) -> Iterator[str]:
        """The public addresses: the API's, and the website's where there is one."""
        yield self.backend_url
        if self.frontend_url:
            yield self.frontend_url

    def client(self, connections: int = 8, timeout_s: float = 8.0) -> AsyncClient:
        """A client of the API, to be closed by the caller; it follows no redirects."""
        return AsyncClient(
            base_url=self.backend_url,
            transport=self.wire.transport,
            # A transport that was handed in has certificates of its own, or none.
            verify=True if self.wire.transport else self.wire.context,
            limits=Limits(max_connections=connections),
            timeout=Timeout(timeout_s),
            # A proxy of the company stands between here and the world, never before this machine.
            trust_env=self.kind == "hosted",
        )
