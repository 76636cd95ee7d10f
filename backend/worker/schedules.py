"""Schedules: at each moment of a cron expression a job is written, once, whoever runs.

Moments are those of the environment's clock, in UTC. Of several that were missed, as when the
worker was down or the clock was moved by a month, the latest counts for all of them. A clock that
is moved back makes none happen again by that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cronsim import CronSim

from backend.clock import now
from backend.jobs import Task, do_later
from backend.schema.jobs import Schedule
from backend.store import Store


@dataclass(frozen=True)
class Every:
    """At each moment of `cron`, such as `17 3 * * *`, this is to be done."""

    cron: str
    task: Task

    @property
    def name(self) -> str:
        """By what its book is kept; a task has one schedule."""
        return self.task.task_name()

    def latest(self, moment: datetime) -> datetime:
        """The last of its moments that is not after this one."""
        # The library counts backwards from just before a moment, and in whole minutes.
        return next(CronSim(self.cron, moment + timedelta(microseconds=1), reverse=True))


async def act(store: Store, schedules: Sequence[Every]) -> None:
    """Write the jobs of those whose moment has come since they were last acted upon."""
    moment = now()
    kept = {each.id: each async for each in store.every(Schedule)}
    for each in schedules:
        known = kept.get(each.name)
        if known is None or known.acted_at != each.latest(moment):
            await _act(store, each, moment)


async def _act(store: Store, schedule: Every, moment: datetime) -> None:
    latest = schedule.latest(moment)
    async with store.exclusively(f"schedule:{schedule.name}") as held:
        kept = await held.get(Schedule, schedule.name)
        if kept is None:
            # What is seen for the first time has missed nothing.
            await held.insert(Schedule(id=schedule.name, acted_at=latest))
        elif kept.acted_at != latest:
            await held.update(kept.changed(acted_at=latest))
            if kept.acted_at < latest:
                await do_later(held, schedule.task)
