"""Videos: listed, shown, changed, taken away."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, Field
from starlette.responses import HTMLResponse, Response

from sandboxes.cloudflare import library, timetable
from sandboxes.cloudflare.envelope import (
    STREAM,
    BadRequest,
    Wishes,
    account,
    result,
    wishes,
    written,
)
from sandboxes.cloudflare.library import VIDEO, asked_video
from sandboxes.cloudflare.searching import read_search
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation, Vendor

EARLIEST_DELETION = timedelta(days=30)
EMPTY = {"allowedOrigins": [], "meta": {}, "requireSignedURLs": False}
"""What null makes of the fields that are never null."""


class Common(Wishes):
    """What may be said of a video whenever it is written: when it is begun, and later."""

    allowed_origins: list[str] | None = None
    creator: str | None = Field(default=None, max_length=64)
    meta: dict[str, Any] | None = None
    require_signed_urls: bool | None = Field(default=None, alias="requireSignedURLs")
    scheduled_deletion: AwareDatetime | None = None
    thumbnail_timestamp_pct: float | None = Field(default=None, ge=0, le=1)


class Changes(Common):
    """What may be changed of a video."""

    max_duration_seconds: int | None = Field(default=None, ge=1, le=36_000)
    public_details: dict[str, Any] | None = None
    upload_expiry: AwareDatetime | None = None


async def list_videos(call: Call) -> Response:
    """The newest first, unless `asc`; a thousand at most."""
    search = read_search(call)
    videos = await call.records.find(VIDEO, {"account": account(call)}, limit=100_000)
    found = [video for video in videos if search.wants(video)]
    page = (found[::-1] if search.asc else found)[: search.limit]
    counts = {"total": len(found), "range": len(page)} if search.include_counts else {}
    return result([library.shown(video) for video in page], **counts)


async def get_video(call: Call) -> Response:
    """One video."""
    return result(library.shown(await asked_video(call)))


async def edit_video(call: Call) -> Response:
    """Change what is said, and leave the rest."""
    changes = wishes(call, Changes)
    async with call.vendor.exclusively() as inside:
        video = await asked_video(call, inside)
        await schedule_deletion(inside, video, changes)
        video |= said(changes) | {"modified": written(call.now)}
        await library.keep(inside, video)
    return result(library.shown(video))


def said(changes: Common) -> Document:
    """What was said of a video, as it is kept."""
    told = {name: value for name, value in changes.said().items() if name in library.SAID}
    for name in ("scheduledDeletion", "uploadExpiry"):
        if told.get(name):
            told[name] = written(datetime.fromisoformat(told[name]))
    return {name: EMPTY.get(name) if value is None else value for name, value in told.items()}


async def schedule_deletion(vendor: Vendor, video: Document, changes: Common) -> None:
    """Plan that a video is deleted, or that it is not; raises BadRequest for too soon."""
    if "scheduled_deletion" not in changes.model_fields_set:
        return
    if (at := changes.scheduled_deletion) is None:
        await timetable.cancel(vendor, video["uid"], "delete")
        return
    since = datetime.fromisoformat(video["uploaded"] or video["created"])
    if at < since + EARLIEST_DELETION:
        raise BadRequest("scheduledDeletion must be at least 30 days from upload time")
    await timetable.plan(vendor, video["uid"], "delete", at)


async def delete_video(call: Call) -> Response:
    """Take a video away."""
    async with call.vendor.exclusively() as inside:
        video = await asked_video(call, inside)
        await library.remove(inside, video["uid"])
    return result("")


async def embed_code(call: Call) -> Response:
    """The HTML that puts the player on a page."""
    source = f"{library.address(await asked_video(call))}/iframe"
    allow = "accelerometer; gyroscope; autoplay; encrypted-media; picture-in-picture;"
    return HTMLResponse(
        f'<iframe src="{source}" style="border: none" height="720" width="1280"'
        f' allow="{allow}" allowfullscreen="true"></iframe>'
    )


async def storage_usage(call: Call) -> Response:
    """How many minutes are stored, of all or of one `creator`."""
    creator = call.request.query_params.get("creator")
    like: Document = {"account": account(call)} | ({"creator": creator} if creator else {})
    videos = await call.records.find(VIDEO, like, limit=100_000)
    seconds = sum(video["duration"] for video in videos if video["duration"] > 0)
    usage = {
        "creator": creator,
        "totalStorageMinutes": round(seconds / 60, 2),
        "totalStorageMinutesLimit": 1000,
        "videoCount": len(videos),
    }
    return result(usage)


VIDEO_PATH = STREAM + "/{identifier}"
OPERATIONS = (
    Operation("stream.list", "GET", STREAM, list_videos),
    Operation("stream.videos.storage_usage", "GET", f"{STREAM}/storage-usage", storage_usage),
    Operation("stream.embed.get", "GET", f"{VIDEO_PATH}/embed", embed_code),
    Operation("stream.get", "GET", VIDEO_PATH, get_video),
    Operation("stream.edit", "POST", VIDEO_PATH, edit_video),
    Operation("stream.delete", "DELETE", VIDEO_PATH, delete_video),
)
