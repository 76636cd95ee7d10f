"""The videos of an account: how one is begun, kept, shown, and taken away."""

from typing import Any

from sandboxes.cloudflare import timetable
from sandboxes.cloudflare.envelope import NotFound, account, new_uid, written
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Refused, Vendor

VIDEO, CAPTION, DOWNLOAD = "video", "caption", "download"
OURS = frozenset({"account", "home", "fate", "began", "stalled"})
"""What is kept of a video and is not Cloudflare's: whose it is, the address it was begun at, what
became of its file, since when it was on air, and when the broadcast stopped."""
SAID = frozenset(
    ("allowedOrigins", "creator", "maxDurationSeconds", "meta", "publicDetails")
    + ("requireSignedURLs", "scheduledDeletion", "thumbnailTimestampPct", "uploadExpiry")
)
"""The fields that callers say."""
NOT_HERE = frozenset({"clip", "watermarks"})
"""What Cloudflare has where a video's name could stand."""


def home(call: Call) -> str:
    """The address at which this Cloudflare stands, as the caller sees it."""
    url = call.request.url
    return f"{url.scheme}://{url.netloc}/{call.vendor.name}"


def status(state: str, percent: int | None = None, reason: tuple[str, str] = ("", "")) -> Document:
    """The detailed status of a video; `reason` is the code and text of an error."""
    told: Document = {"state": state}
    if state in {"inprogress", "error"}:
        told["step"] = "encoding"
    if percent is not None:
        told["pctComplete"] = f"{percent}.000000"
    return told | {"errorReasonCode": reason[0], "errorReasonText": reason[1]}


def begun(call: Call, state: str, **fields: Any) -> Document:
    """A new video of the account that a call is about."""
    return new_video(account(call), home(call), written(call.now), state, **fields)


def new_video(account_id: str, at: str, now: str, state: str, **fields: Any) -> Document:
    """A new video; `now` is the moment as it is written, `fields` differ from the usual."""
    video: Document = {
        "uid": new_uid(),
        "account": account_id,
        "home": at,
        "creator": None,
        "thumbnailTimestampPct": 0,
        "readyToStream": False,
        "readyToStreamAt": None,
        "status": status(state),
        "meta": {},
        "created": now,
        "modified": now,
        "scheduledDeletion": None,
        "size": 0,
        "allowedOrigins": [],
        "requireSignedURLs": False,
        "uploaded": None,
        "uploadExpiry": None,
        "maxSizeBytes": None,
        "maxDurationSeconds": None,
        "duration": -1,
        "input": {"width": -1, "height": -1},
        "watermark": None,
        "liveInput": None,
        "clippedFrom": None,
        "publicDetails": None,
    }
    return video | fields


def address(video: Document) -> str:
    """Where a video is played, when nothing more than its name is asked for."""
    return f"{video['home']}/stream/{video['uid']}"


def playback(at: str) -> Document:
    """The manifests of what is played at this address."""
    return {"hls": f"{at}/manifest/video.m3u8", "dash": f"{at}/manifest/video.mpd"}


def shown(video: Document) -> Document:
    """The video as the API shows it."""
    at = address(video)
    told = {name: value for name, value in video.items() if name not in OURS}
    return told | {
        "thumbnail": f"{at}/thumbnails/thumbnail.jpg",
        "preview": f"{at}/watch",
        "playback": playback(at),
    }


async def find_video(vendor: Vendor, account_id: str, uid: str) -> Document:
    """The video of this name in an account; raises NotFound."""
    video = await vendor.records.get(VIDEO, uid)
    if video is None or video["account"] != account_id:
        raise NotFound
    return video


async def asked_video(call: Call, vendor: Vendor | None = None) -> Document:
    """The video that a call names; raises NotFound, and refuses what stands beside the videos."""
    if call.parameters["identifier"] in NOT_HERE:
        asked = f"{call.request.method} {call.request.url.path}"
        words = f"cloudflare sandbox does not emulate {asked}; see docs/sandboxes.md"
        raise Refused(call.vendor.sandbox.error(501, words))
    return await find_video(vendor or call.vendor, account(call), call.parameters["identifier"])


async def keep(vendor: Vendor, video: Document) -> None:
    """Keep a video as it is now."""
    await vendor.records.put(VIDEO, video["uid"], video)


async def remove(vendor: Vendor, uid: str) -> None:
    """Take a video away, with all that was made of it and all that was to happen to it."""
    await timetable.cancel(vendor, uid)
    await vendor.records.remove(VIDEO, uid)
    for kind in (CAPTION, DOWNLOAD):
        for each in await vendor.records.find(kind, {"uid": uid}):
            await vendor.records.remove(kind, each["id"])
