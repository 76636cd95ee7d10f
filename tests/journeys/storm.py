"""Processes that are killed while people work, and programs that ask until they are answered."""

import asyncio
import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2

from staging.clock import advance
from staging.local import Local
from staging.obstacles import Failed
from staging.processes import current
from tests.journeys.town import Somebody

VICTIMS = ("backend", "worker", "redis", "postgres")
PATIENCE_S = 180.0
"""How long somebody asks again; this machine may be busy with other tests."""
PAUSE_S = (0.2, 1.6)
ABANDONED = timedelta(seconds=40)
"""After so long what a dead worker had begun is begun by another."""
AGAIN = ("request-is-in-progress", "changed-meanwhile")
DONE_BEFORE = (409, 410)


class Patient(httpx2.Client):
    """Asks the same again until there is an answer, as a careful program does.

    `answer.extensions["was_lost"]` tells whether an answer before this one was not heard.
    """

    def request(self, method: str, url: Any, **more: Any) -> httpx2.Response:
        """Ask, and ask again while nobody is there, or somebody says that it is too early."""
        ends, was_lost, why = time.monotonic() + PATIENCE_S, False, ""
        while time.monotonic() < ends:
            try:
                answer = super().request(method, url, **more)
            except httpx2.TransportError as error:
                why = repr(error)
            else:
                assert answer.status_code != 500, f"{method} {url}: {answer.text}"
                if not is_too_early(answer):
                    answer.extensions["was_lost"] = was_lost
                    return answer
                why = answer.text
            was_lost = True
            time.sleep(0.25)
        raise AssertionError(f"{method} {url} was not answered in {PATIENCE_S:g} s: {why}")


def is_too_early(answer: httpx2.Response) -> bool:
    """Whether an answer asks to be asked again."""
    if answer.status_code == 409 and "problem" in answer.headers.get("content-type", ""):
        return str(answer.json()["type"]).endswith(AGAIN)
    return answer.status_code == 503


@dataclass(frozen=True)
class Asked:
    """A request that bears a key, and what was answered to it."""

    method: str
    path: str
    key: str
    more: dict[str, Any]
    answer: Any


@dataclass
class Steadfast(Somebody):
    """Somebody who goes on until they are answered, and knows what they were told."""

    asked: list[Asked] = field(default_factory=list)

    def _ask(self, method: str, path: str, status: int, **more: Any) -> Any:
        headers = self.headers
        answer = self.town.api.request(method, path, headers=headers, **more)
        if answer.extensions["was_lost"] and answer.status_code in DONE_BEFORE:
            # The answer that was lost told that it was done.
            return None
        told = f"{method} {path}: {answer.status_code} {answer.text}"
        assert answer.status_code == status, told
        if method != "GET":
            key = headers["Idempotency-Key"]
            self.asked.append(Asked(method, path, key, more, answer.json()))
        return answer.json()

    def ask_again(self, asked: Asked) -> httpx2.Response:
        """Send a request of before once more, under its key."""
        headers = self.headers | {"Idempotency-Key": asked.key}
        return self.town.api.request(asked.method, asked.path, headers=headers, **asked.more)


@dataclass
class Storm:
    """Kills each of the four in rounds, at moments that follow from a seed."""

    local: Local
    seed: int
    killed: list[str] = field(default_factory=list)

    def rage(self, rounds: int) -> None:
        """In each round every victim once; between rounds all stand again, and time passes."""
        chance = random.Random(self.seed)  # noqa: S311 -- the same moments for the same seed.
        for _ in range(rounds):
            for victim in chance.sample(VICTIMS, len(VICTIMS)):
                time.sleep(chance.uniform(*PAUSE_S))
                self.kill(victim)
            self.until_whole()
            self.pass_time()

    def kill(self, victim: str) -> None:
        """SIGKILL to all processes of a service, at whatever they are."""
        here = current(self.local.folder)
        assert here is not None, "the environment is gone"
        pid = next(each.pid for each in here.processes if each.name == victim)
        # Whatever is about to be started again is left alone.
        if pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
                self.killed.append(victim)

    def until_whole(self) -> None:
        """Wait until every service answers again."""
        ends = time.monotonic() + PATIENCE_S
        while not ((here := current(self.local.folder)) and here.is_whole):
            assert time.monotonic() < ends, f"it did not come up again: {here}"
            time.sleep(0.1)

    def pass_time(self) -> None:
        """Move the clock, so that what was abandoned is due again."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            try:
                asyncio.run(advance(self.local, ABANDONED))
            except Failed:
                assert time.monotonic() < ends, "the clock was not followed"
                time.sleep(0.5)
            else:
                return
