"""The health check that a new deployment must pass before it takes traffic, in Railway's words."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from staging.hosting.replicas import Replica
from staging.hosting.rules import PROBES_HOST, Rules
from staging.hosting.told import Told


@dataclass(frozen=True)
class Check:
    """What is asked, and how long until the answer must have been exactly 200."""

    path: str
    within_s: float


async def all_are_healthy(
    check: Check, replicas: Sequence[Replica], rules: Rules, told: Told
) -> bool:
    """Ask each replica until it answered 200; False when one never did in time.

    Those that run no more are not waited for: whether Railway waits is not documented.
    """
    clock = asyncio.get_running_loop().time
    began, waiting, pauses = clock(), list(replicas), rules.pauses()
    for line in _heading(check):
        told.build(line)
    async with httpx2.AsyncClient(trust_env=False, timeout=rules.answer_within_s) as client:
        attempt = 0
        while waiting:
            attempt += 1
            why = await _ask(client, check, waiting)
            if not waiting:
                break
            left = check.within_s - (clock() - began)
            pause = min(next(pauses) * rules.pace, max(left, 0))
            told.event("HEALTHCHECK", attempt=attempt, error=why)
            if left <= 0 or all(replica.gone.is_set() for replica in waiting):
                told.build(f"Attempt #{attempt} failed with {why}.")
                break
            told.build(
                f"Attempt #{attempt} failed with {why}. Continuing to retry for {duration(left)}"
            )
            await _pause(pause, waiting)
    return _verdict(len(waiting), len(replicas), told)


def duration(seconds: float) -> str:
    """A time as Railway writes it, such as `4m49s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def _heading(check: Check) -> tuple[str, ...]:
    line = "=" * 20
    asked = f"Path: {check.path}"
    return (line, "Starting Healthcheck", line, asked, f"Retry window: {duration(check.within_s)}")


def _verdict(unhealthy: int, all_of_them: int, told: Told) -> bool:
    if unhealthy:
        told.build(f"{unhealthy}/{all_of_them} replicas never became healthy!", "error")
        told.build("Healthcheck failed!", "error")
    else:
        told.build(f"[{all_of_them}/{all_of_them}] Healthcheck succeeded!")
    return not unhealthy


async def _ask(client: httpx2.AsyncClient, check: Check, waiting: list[Replica]) -> str:
    """Ask those that wait, and take the healthy ones out; what the last other one answered."""
    why = ""
    for replica in list(waiting):
        objection = await _objection(client, replica.program.port, check.path)
        if objection:
            why = objection
        else:
            waiting.remove(replica)
    return why


async def _objection(client: httpx2.AsyncClient, port: int, path: str) -> str:
    """ "" for exactly 200; no redirect is followed."""
    address = f"http://127.0.0.1:{port}/{path.lstrip('/')}"
    try:
        answer = await client.get(address, headers={"host": PROBES_HOST})
    except httpx2.TransportError:
        return "service unavailable"
    return "" if answer.status_code == 200 else f"status {answer.status_code}"


async def _pause(seconds: float, waiting: Sequence[Replica]) -> None:
    """Wait, but not for the dead."""
    ends = [asyncio.create_task(replica.gone.wait()) for replica in waiting]
    try:
        async with asyncio.timeout(seconds):
            await asyncio.gather(*ends)
    except TimeoutError:
        return
    finally:
        for end in ends:
            end.cancel()
