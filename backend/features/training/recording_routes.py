"""Recordings on the wire: links that open them for a day, and where each viewer is in them."""

from datetime import timedelta
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend.bodies import Body
from backend.clock import now
from backend.dependencies import Caller, KnownCaller, MayCall, WithParts, may_call
from backend.errors import NotFound, RequestIsInvalid, TooManyBookmarks
from backend.features.training import attending
from backend.features.training.attending import deciding
from backend.features.training.schedule import shown_to
from backend.features.training.views import SessionId
from backend.schema.document import Identifier
from backend.schema.session_attendance import SessionAttendance, Spot
from backend.schema.training_sessions import TrainingSession
from backend.store import Store

router = APIRouter(prefix="/api/training/sessions", tags=["recordings"])
LOGGED_IN = may_call(MayCall.logged_in)
OPENS_FOR: Final = timedelta(hours=24, minutes=-1)
"""Cloudflare's longest is 24 hours by its own clock, which may be a little behind ours."""
MOST_BOOKMARKS: Final = 100

VideoId = Annotated[str, Field(min_length=1, max_length=200)]
BookmarkId = Annotated[Identifier, Path()]


class Moment(Body):
    """A moment in a recording."""

    video_id: VideoId
    seconds: Annotated[int, Field(ge=0, le=86_400)]
    """How far into the video it is."""


class NewBookmark(Moment):
    """A moment to come back to, and why."""

    note: Annotated[str, Field(max_length=500)] = ""


class Watchable(BaseModel):
    """One video, and the link that opens it."""

    video_id: str
    seconds: float
    watch_url: str


class Recordings(BaseModel):
    """The videos of a session, for this viewer."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    videos: list[Watchable]
    opens_until: AwareDatetime
    """Until when the links open them; ask again then."""
    progress: Spot | None
    """Where the viewer was the last time."""
    bookmarks: list[Spot]


@router.get("/{session_id}/recordings", summary="Watch the recordings", openapi_extra=LOGGED_IN)
async def show_recordings(
    session_id: SessionId, caller: KnownCaller, parts: WithParts
) -> Recordings:
    """Links to the videos of a session that the caller may see, which work for a day."""
    session = await shown_to(parts.store, session_id, caller.profile)
    cloudflare, until = parts.providers.cloudflare, now() + OPENS_FOR
    videos = []
    for each in session.recordings:
        video = await cloudflare.get_video(each.video_id)
        if video is not None and video.hls:
            token = await cloudflare.sign_playback(each.video_id, until)
            url = video.hls.replace(f"/{each.video_id}/", f"/{token}/")
            told = Watchable(video_id=each.video_id, seconds=each.seconds, watch_url=url)
            videos.append(told)
    mine = await attending.of(parts.store, session_id, caller.profile.id)
    return Recordings(
        videos=videos,
        opens_until=until,
        progress=mine.progress if mine else None,
        bookmarks=mine.bookmarks if mine else [],
    )


@router.put("/{session_id}/progress", summary="Keep how far I am", openapi_extra=LOGGED_IN)
async def keep_progress(
    session_id: SessionId, body: Moment, caller: KnownCaller, parts: WithParts
) -> Spot:
    """Keep where the caller is in a recording, to go on there."""
    async with deciding(parts.store, session_id) as held:
        spot = _spot(await shown_to(held, session_id, caller.profile), body)
        mine = await _mine(held, session_id, caller)
        await held.update(mine.changed(progress=spot))
        return spot


@router.post(
    "/{session_id}/bookmarks", status_code=201, summary="Add a bookmark", openapi_extra=LOGGED_IN
)
async def add_bookmark(
    session_id: SessionId, body: NewBookmark, caller: KnownCaller, parts: WithParts
) -> Spot:
    """Keep a moment of a recording, with a note. Nobody else sees it."""
    async with deciding(parts.store, session_id) as held:
        spot = _spot(await shown_to(held, session_id, caller.profile), body, body.note)
        mine = await _mine(held, session_id, caller)
        if len(mine.bookmarks) == MOST_BOOKMARKS:
            raise TooManyBookmarks(f"{MOST_BOOKMARKS} are kept; remove one that you do not need.")
        await held.update(mine.changed(bookmarks=[*mine.bookmarks, spot]))
        return spot


@router.delete(
    "/{session_id}/bookmarks/{bookmark_id}",
    status_code=204,
    summary="Remove a bookmark",
    openapi_extra=LOGGED_IN,
)
async def remove_bookmark(
    session_id: SessionId, bookmark_id: BookmarkId, caller: KnownCaller, parts: WithParts
) -> None:
    """Remove one of the caller's bookmarks."""
    async with deciding(parts.store, session_id) as held:
        mine = await attending.of(held, session_id, caller.profile.id)
        rest = [each for each in mine.bookmarks if each.id != bookmark_id] if mine else []
        if mine is None or len(rest) == len(mine.bookmarks):
            raise NotFound("You have no such bookmark.")
        await held.update(mine.changed(bookmarks=rest))


def _spot(session: TrainingSession, body: Moment, note: str = "") -> Spot:
    """Raises `RequestIsInvalid` for what is none of the session's videos."""
    if all(each.video_id != body.video_id for each in session.recordings):
        raise RequestIsInvalid("video_id: this session has no such recording")
    return Spot(id=uuid4().hex, video_id=body.video_id, seconds=body.seconds, note=note)


async def _mine(held: Store, session_id: str, caller: Caller) -> SessionAttendance:
    session = await shown_to(held, session_id, caller.profile)
    return await attending.record_of(held, session, caller.profile)
