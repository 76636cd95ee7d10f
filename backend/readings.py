"""What the backend depends on, asked in earnest and never for longer than is good for a probe."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.clock import now
from backend.providers import VendorIsNotConfigured, VendorIsUnavailable, VendorRefused
from backend.providers.opening import Providers


@dataclass(frozen=True)
class Dependency:
    """Something that must answer (critical), or should, for the backend to do its work."""

    name: str
    kind: str
    """`datastore` or `component`, as the health+json draft has it."""
    critical: bool
    ask: Callable[[], Awaitable[None]]
    """Asks a real question, and raises when there is no good answer."""


class Standing(StrEnum):
    """How a dependency is."""

    up = "up"
    down = "down"
    not_configured = "not_configured"
    """It is not used here, so that nothing depends on it."""


@dataclass(frozen=True)
class Reading:
    """What was seen of a dependency, and when."""

    dependency: Dependency
    standing: Standing
    latency_ms: float
    observed_at: datetime
    detail: str

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with it: it is up, or we can do without it and do not use it."""
        absent = self.standing is Standing.not_configured and not self.dependency.critical
        return self.standing is Standing.up or absent


def vendors(providers: Providers, *, besides: str) -> Iterator[Dependency]:
    """The vendors as dependencies. Without one the backend does less, but it works.

    `besides`: the store's name, which is asked by itself and is critical.
    """
    for name, provider in providers.by_name.items():
        if name != besides:
            yield Dependency(name, "component", critical=False, ask=provider.ping)


class Readings:
    """The latest readings. One is taken anew when it is older than `fresh_for` seconds.

    All dependencies are asked at the same time, each for `timeout` seconds at most; requests that
    come meanwhile wait for the same answer instead of asking again.
    """

    def __init__(
        self, dependencies: tuple[Dependency, ...], *, timeout: float, fresh_for: float
    ) -> None:
        self.dependencies = dependencies
        self._timeout = timeout
        self._fresh_for = fresh_for
        self._latest: dict[str, tuple[float, Reading]] = {}
        self._asking: dict[str, asyncio.Task[Reading]] = {}

    async def take(self, *, critical_only: bool = False) -> tuple[Reading, ...]:
        """A fresh reading of every dependency, or of the critical ones."""
        wanted = [d for d in self.dependencies if d.critical or not critical_only]
        if all(map(self._is_fresh, wanted)):
            return tuple(self._latest[d.name][1] for d in wanted)
        return tuple(await asyncio.gather(*map(self._reading, wanted)))

    def _is_fresh(self, dependency: Dependency) -> bool:
        taken_at, _ = self._latest.get(dependency.name, (float("-inf"), None))
        return time.monotonic() - taken_at < self._fresh_for

    async def _reading(self, dependency: Dependency) -> Reading:
        if self._is_fresh(dependency):
            return self._latest[dependency.name][1]
        asking = self._asking.get(dependency.name)
        if asking is None or asking.done():
            asking = asyncio.create_task(self._ask(dependency))
            self._asking[dependency.name] = asking
        return await asyncio.shield(asking)

    async def _ask(self, dependency: Dependency) -> Reading:
        started, observed_at = time.perf_counter(), now()
        try:
            async with asyncio.timeout(self._timeout):
                await dependency.ask()
            standing, detail = Standing.up, "it answered"
        except VendorIsNotConfigured as error:
            standing, detail = Standing.not_configured, str(error)
        except TimeoutError:
            standing, detail = Standing.down, f"no answer within {self._timeout:g} s"
        except (VendorIsUnavailable, VendorRefused) as error:
            standing, detail = Standing.down, str(error)
        # Whatever keeps a dependency from answering is what a reading is there to tell.
        except Exception as error:  # noqa: BLE001
            standing, detail = Standing.down, type(error).__name__
        latency = round((time.perf_counter() - started) * 1000, 2)
        reading = Reading(dependency, standing, latency, observed_at, detail)
        self._latest[dependency.name] = (time.monotonic(), reading)
        return reading
