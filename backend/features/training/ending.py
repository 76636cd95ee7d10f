"""Sessions that are long past their time are ended, whoever forgot to."""

from backend.clock import now
from backend.features.training.attending import deciding
from backend.features.training.chat_rooms import dismiss
from backend.features.training.schedule import OVERDUE_AFTER, close, overdue
from backend.jobs import Task, Work
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from backend.store import AnyOf, Range, Where

OPEN = AnyOf((TrainingStatus.scheduled.value, TrainingStatus.live.value))


class EndOverdue(Task):
    """End the sessions whose planned end is half an hour ago, begun or not."""

    async def run(self, work: Work) -> None:
        """End each in a block of its own, as its instructor would."""
        late: Where = {"status": OPEN, "starts_at": Range(end=now() - OVERDUE_AFTER)}
        async for session in work.parts.store.every(TrainingSession, late):
            if not overdue(session, now()):
                continue
            async with deciding(work.parts.store, session.id) as held:
                kept = await held.get(TrainingSession, session.id)
                if kept is not None and kept.status.value in OPEN.values and overdue(kept, now()):
                    await close(held, kept)
            await dismiss(work.parts.redis, work.parts.settings.prefix, session.id)
