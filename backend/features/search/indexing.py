"""The index of search: vectors are made with each write, and anew by a job where they are stale."""

import structlog

from backend.jobs import Task, Work

_log = structlog.get_logger(name="backend.search")


class Reindex(Task):
    """Embed what no model has embedded, or another than the one that is configured."""

    seconds = 1800.0

    async def run(self, work: Work) -> None:
        """Only what is stale; what was done stays, so that a try that ended goes on from there."""
        # Past the block of the job: batches that are done are not lost when a later one fails.
        made = await work.parts.store.reindex()
        _log.info("vectors made anew", documents=made)
