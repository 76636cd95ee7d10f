"""What Cloudflare tells of videos: a recording that is ready belongs to the session of its room."""

from backend.clock import now
from backend.features.training import mails
from backend.features.training.attending import deciding
from backend.jobs import do_later
from backend.parts import Parts
from backend.providers.cloudflare import Video
from backend.schema.profiles import Profile
from backend.schema.training_sessions import Recording, TrainingSession
from backend.webhooks import Outcome


async def hear(parts: Parts, video: Video) -> Outcome:
    """Add a video that is ready to its session, once, and tell the instructor."""
    if not video.is_ready or video.live_input is None:
        return Outcome.ignored
    found = await parts.store.first(TrainingSession, {"cloudflare_room_id": video.live_input})
    if found is None:
        return Outcome.ignored
    async with deciding(parts.store, found.id) as held:
        session = await held.get(TrainingSession, found.id)
        if session is None:
            return Outcome.ignored
        if any(each.video_id == video.uid for each in session.recordings):
            return Outcome.duplicate
        new = Recording(video_id=video.uid, seconds=max(video.duration, 0), ready_at=now())
        session = await held.update(session.changed(recordings=[*session.recordings, new]))
        instructor = await held.get(Profile, session.instructor_id)
        if instructor is not None:
            site = parts.settings.core.frontend_url
            mail = mails.recorded(instructor, session, site)
            await do_later(held, mail, key=f"recording:{video.uid}")
        return Outcome.applied
