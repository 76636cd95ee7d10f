"""Traffic on kept connections while something happens to a target: what was sent, what failed."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Final

import httpx2

from staging.verify import Wire

PATHS: Final = ("/api/health/liveness", "/api/health", "/api/events?limit=5", "/api/blog/posts")
"""What visitors ask all the time: nothing, the dependencies, and two lists from the store."""


@dataclass(frozen=True)
class Crowd:
    """How many visitors ask at once, and how long each rests between two requests."""

    clients: int = 3
    pause_s: float = 0.08


@dataclass
class Traffic:
    """What became of the requests."""

    sent: int = 0
    failures: list[str] = field(default_factory=list)
    """What went wrong with each that failed, with the moment on the run's clock."""
    answered_by: Counter[str] = field(default_factory=Counter)
    """How many answers came from each deployment, as far as they name it."""
    slowest_ms: float = 0.0
    began: float = field(default_factory=time.monotonic)

    @property
    def failed(self) -> int:
        """How many requests were not answered as they should be."""
        return len(self.failures)

    def note(self, answer: httpx2.Response | Exception, path: str, seconds: float) -> None:
        """Count one request."""
        self.sent += 1
        self.slowest_ms = max(self.slowest_ms, seconds * 1000)
        at = f"{time.monotonic() - self.began:.2f} s {path}"
        if isinstance(answer, Exception):
            self.failures.append(f"{at}: {type(answer).__name__}: {answer}")
        elif answer.status_code != 200:
            self.failures.append(f"{at}: {answer.status_code} {answer.text[:80]}")
        elif path == "/api/health":
            self.answered_by[str(answer.json().get("deployment"))] += 1


@asynccontextmanager
async def traffic(url: str, wire: Wire, crowd: Crowd) -> AsyncIterator[Traffic]:
    """Ask all the time until the block ends, each client on one connection that it keeps."""
    counted, over = Traffic(), asyncio.Event()

    # Each begins elsewhere, so that at any moment all kinds are asked.
    walks = [islice(cycle(PATHS), first, None) for first in range(crowd.clients)]

    async def ask(walk: Iterator[str]) -> None:
        async with _client(url, wire) as client:
            for path in walk:
                if over.is_set():
                    return
                await _once(client, path, counted)
                await asyncio.sleep(crowd.pause_s)

    asking = [asyncio.create_task(ask(walk)) for walk in walks]
    try:
        yield counted
    finally:
        over.set()
        await asyncio.gather(*asking)


def _client(url: str, wire: Wire) -> httpx2.AsyncClient:
    """A visitor, on one connection."""
    carrier = wire.carrier(1)
    return httpx2.AsyncClient(
        base_url=url,
        transport=carrier,
        verify=True if carrier else wire.context,
        timeout=30,
        trust_env=carrier is None,
    )


async def _once(client: httpx2.AsyncClient, path: str, counted: Traffic) -> None:
    clock = time.monotonic()
    try:
        answer: httpx2.Response | Exception = await client.get(path)
    except httpx2.HTTPError as error:
        answer = error
    counted.note(answer, path, time.monotonic() - clock)
