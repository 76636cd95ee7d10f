"""One clock for a whole environment: the backend's and the sandboxes' move together."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from httpx2 import AsyncClient, HTTPError, Response
from redis.exceptions import RedisError

from backend import clock
from backend.store.passing import connect
from staging.filling import settings
from staging.local import Local
from staging.obstacles import Failed, Refused

TOGETHER: Final = timedelta(seconds=2)
"""How far two parts may be apart and still show the same time."""
FURTHEST: Final = timedelta(days=3660)
DUE_WORK_SECONDS: Final = 600.0
"""How long the sandboxes may take over all that a move makes due."""
LOOK = "`staging status` and `staging logs backend` show how it stands."
MEND = "`staging clock advance 1s` brings all parts to the time of the one that is furthest."


@dataclass(frozen=True)
class Times:
    """How far the clock of each part is ahead of the machine's, and the machine's time."""

    backend: timedelta
    sandboxes: timedelta
    machine: datetime

    @property
    def ahead(self) -> timedelta:
        """How far the environment is: as far as the part that is furthest."""
        return max(self.backend, self.sandboxes)

    @property
    def now(self) -> datetime:
        """The environment's time."""
        return self.machine + self.ahead

    @property
    def agree(self) -> bool:
        """Whether it is the same time in all parts."""
        return abs(self.backend - self.sandboxes) <= TOGETHER


async def ask(local: Local, within: float = 5.0) -> Times:
    """What time it is, by the word of each part. Raises `Failed` when one does not say."""
    async with AsyncClient(trust_env=False, timeout=within) as client:
        status = await _told(client.get(f"{local.url('backend')}/api/health/status"))
        sandboxes = await _told(client.get(_sandboxes(local)))
    return Times(_offset(status["clock"]), _offset(sandboxes), datetime.now(UTC))


async def advance(local: Local, by: timedelta) -> int:
    """Move every part on by so much; returns how many processes of the backend have followed.

    It is done when all have done it. Raises `Refused` for more than ten years away from the
    machine, and `Failed` when a part did not follow.
    """
    times = await ask(local)
    return await _move(local, times, times.ahead + by)


async def set_to(local: Local, to: datetime) -> int:
    """Move every part to this moment, as `advance` does. Raises `Refused` for one that is over."""
    times = await ask(local)
    if to < times.now:
        why = f"It is {moment(times.now)} in this environment already, and time does not go back."
        raise Refused(why, "`staging clock reset` goes back to this machine's time.")
    return await _move(local, times, to - times.machine)


async def reset(local: Local) -> int:
    """Go back to the machine's time in every part; returns how many processes have followed."""
    followed = await _move_backend(local, timedelta())
    await _move_sandboxes(local, {"reset": True})
    return followed


async def _move(local: Local, times: Times, to: timedelta) -> int:
    if to > FURTHEST:
        raise Refused("That is more than ten years away from this machine's time.", "")
    # The backend goes first, so that whatever falls due at the sandboxes, such as a renewal with
    # its webhook, finds it in the new time.
    followed = await _move_backend(local, to)
    if by := (to - times.sandboxes).total_seconds():
        await _move_sandboxes(local, {"advance_s": by})
    return followed


def moment(it: datetime) -> str:
    """A moment for people."""
    return f"{it:%Y-%m-%d %H:%M:%S} UTC"


async def _move_backend(local: Local, to: timedelta) -> int:
    redis = connect(local.url("redis"))
    try:
        followed = await clock.move(redis, settings(local).prefix, to)
    except (clock.ClockIsNotFollowed, RedisError) as error:
        raise Failed(
            f"The backend did not follow: {error}.", "Look at `staging status`."
        ) from error
    finally:
        await redis.aclose()
    if not followed:
        raise Failed("No process of the backend follows the clock.", LOOK)
    return followed


async def _move_sandboxes(local: Local, order: dict[str, Any]) -> None:
    async with AsyncClient(trust_env=False, timeout=DUE_WORK_SECONDS) as client:
        await _told(client.post(_sandboxes(local), json=order))


async def _told(asking: Awaitable[Response]) -> Any:
    """The JSON of an answer. Raises `Failed` when there is none."""
    try:
        answer = await asking
        return answer.raise_for_status().json()
    except HTTPError as error:
        why = f"{error.request.method} {error.request.url} failed: {error or type(error).__name__}"
        raise Failed(why, MEND) from error


def _sandboxes(local: Local) -> str:
    return f"{local.url('sandboxes')}/_sandbox/clock"


def _offset(told: dict[str, Any]) -> timedelta:
    return timedelta(seconds=told["offset_s"])
