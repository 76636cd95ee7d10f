"""Those who registered for a session are told: that it is near, and that it is called off."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from backend.clock import now
from backend.features.training import mails
from backend.jobs import Task, Work, do_later
from backend.schema.profiles import Profile
from backend.schema.session_attendance import SessionAttendance
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from backend.store import Range, Store, Where

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(hours=24)


class RemindOfSessions(Task):
    """Remind those who registered, a day before and an hour before, once each."""

    async def run(self, work: Work) -> None:
        """Write a mail for each; those that are written already stay."""
        moment = now()
        await self._remind(work, "hour", moment, moment + HOUR)
        await self._remind(work, "day", moment + HOUR, moment + DAY)

    @staticmethod
    async def _remind(work: Work, within: str, start: datetime, end: datetime) -> None:
        site = work.parts.settings.core.frontend_url
        near: Where = {
            "status": TrainingStatus.scheduled.value,
            "starts_at": Range(start, end),
        }
        async for session in work.store.every(TrainingSession, near):
            # Of a session that was moved people are reminded again.
            key = f"training:{session.id}:{session.starts_at:%Y%m%dT%H%M}:{within}"
            async for profile in _registered(work.store, session.id):
                mail = mails.soon(profile, session, site, within)
                await do_later(work.store, mail, key=f"{key}:{profile.id}")


class TellSessionIsOff(Task):
    """Tell everybody who registered that a session does not take place."""

    session_id: str

    async def run(self, work: Work) -> None:
        """Write a mail for each; those that are written already stay."""
        session = await work.store.get(TrainingSession, self.session_id)
        if session is None:
            return
        site = work.parts.settings.core.frontend_url
        async for profile in _registered(work.store, session.id):
            key = f"session-off:{session.id}:{profile.id}"
            await do_later(work.store, mails.called_off(profile, session, site), key=key)


async def _registered(store: Store, session_id: str) -> AsyncIterator[Profile]:
    async for each in store.every(SessionAttendance, {"session_id": session_id}):
        profile = await store.get(Profile, each.profile_id)
        if each.registered_at is not None and profile is not None:
            yield profile
