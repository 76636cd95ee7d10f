"""What is verified: where it stands, what it should be, and who may look inside.

Everything is handed in; nothing here reads a file or the environment by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from httpx2 import AsyncClient, Limits, Timeout

from backend.store import Store
from staging.departures import Guard
from staging.seeds import PERSONAS, Persona
from staging.verify.wire import TargetIsRefused, Wire, is_of_this_machine, place

Kind = Literal["here", "hosted"]


@dataclass(frozen=True)
class Deployed:
    """A deployment by Railway's own word."""

    service: str
    id: str
    status: str


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
    deployment: str | None = None
    """The id of the backend's deployment that should answer; None when any will do."""
    railway: tuple[Deployed, ...] | None = None
    """The deployment of each service by Railway's word; None where Railway was not asked."""
    store: Store | None = field(default=None, repr=False)
    promised: Mapping[str, int] = field(default_factory=dict)
    """How many documents the seeds promise, by collection."""
    guard: Guard | None = None
    """What keeps its processes on this machine; None where nothing does, or it can not be seen."""
    wire: Wire = field(default_factory=Wire, repr=False)
    source: Path | None = None
    """Where the source lies that would be deployed; None when that is not asked."""

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

    def client(self, connections: int = 16, timeout_s: float = 8.0) -> AsyncClient:
        """A client of the API, to be closed by the caller; it follows no redirects."""
        return AsyncClient(
            base_url=self.backend_url,
            transport=self.wire.carrier(connections),
            # A transport that was handed in has certificates of its own, or none.
            verify=True if self.wire.transport else self.wire.context,
            limits=Limits(max_connections=connections),
            timeout=Timeout(timeout_s),
            # A proxy of the company stands between here and the world, never before this machine.
            trust_env=self.kind == "hosted",
        )
