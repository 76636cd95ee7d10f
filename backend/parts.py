"""What a running backend is made of, for routes and for jobs, which know of no request."""

import asyncio
import time
from dataclasses import dataclass, field

from redis.asyncio import Redis

from backend.providers.opening import Providers
from backend.readings import Readings
from backend.settings import Settings
from backend.store import Store
from backend.store.sessions import Sessions


@dataclass(frozen=True)
class Parts:
    """What a running backend is made of; one for each process."""

    settings: Settings
    store: Store
    redis: Redis
    sessions: Sessions
    providers: Providers
    readings: Readings
    draining: asyncio.Event
    """Set when the process was told to end, and takes no new work."""
    began: float = field(default_factory=time.monotonic)
    """When this process began, on monotonic time."""
