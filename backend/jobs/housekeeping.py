"""The platform's own jobs: to show that jobs are done, and to forget what is old enough."""

from datetime import timedelta
from typing import Final

from backend.clock import now
from backend.jobs import Task, Work
from backend.schema.idempotent_answers import IdempotentAnswer
from backend.schema.jobs import Job, JobState
from backend.store import Range

KEPT: Final = timedelta(days=30)
"""How long a job that is done is remembered, and with it its key."""


class Pulse(Task):
    """Do nothing: by its end whoever wrote it sees that jobs are done."""

    async def run(self, work: Work) -> None:
        """Nothing."""


class TidyBooks(Task):
    """Forget jobs that were done long ago, and answers whose key is not remembered any more."""

    async def run(self, work: Work) -> None:
        """Remove them; what is dead or waits stays."""
        before = Range(end=now() - KEPT)
        await work.store.remove(Job, {"state": JobState.done.value, "done_at": before})
        await work.store.remove(IdempotentAnswer, {"ends_at": Range(end=now())})
