"""What is played: manifests and segments of the test card, for every video the same one."""

import re
from datetime import datetime
from pathlib import Path

from starlette.responses import HTMLResponse, Response

from sandboxes.cloudflare import manifests
from sandboxes.cloudflare.envelope import written
from sandboxes.cloudflare.films import SEGMENTS, own_download, own_file
from sandboxes.cloudflare.library import DOWNLOAD
from sandboxes.cloudflare.viewing import NotShown, View, lifecycle, opened
from sandboxes.kit.pages import Pages
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation

HLS, DASH = "application/vnd.apple.mpegurl", "application/dash+xml"
FRESH = {"Cache-Control": "no-store"}
FILES = {"init.mp4": "video/mp4"} | dict.fromkeys(SEGMENTS, "video/iso.segment")
PAGES = Pages(Path(__file__).parent / "templates")
PLAYER = Path(__file__).parent / "player"
PLAYER_FILES = {"player.js": "text/javascript", "player.css": "text/css"}
SITE = re.compile(r"[\w.*:-]{1,253}", re.ASCII)
FILE_NAME = re.compile(r"[\w-]{1,120}", re.ASCII)


async def master(call: Call) -> Response:
    """The HLS manifest: the one rendition that there is. 204 for a live input that is silent."""
    view = await opened(call)
    if view.live and view.video is None:
        return Response(status_code=204, headers=FRESH)
    _playable(view)
    return Response(manifests.MASTER, media_type=HLS, headers=FRESH)


async def variant(call: Call) -> Response:
    """The list of segments: finished for a video, growing for what is on air."""
    view = await opened(call)
    video = _playable(view)
    if video["status"]["state"] == "live-inprogress":
        until = min(call.now, datetime.fromisoformat(video["stalled"] or written(call.now)))
        listed = manifests.going_on(datetime.fromisoformat(video["began"]), until)
    else:
        listed = manifests.finished()
    return Response(listed, media_type=HLS, headers=FRESH)


async def dash(call: Call) -> Response:
    """The DASH manifest of a video that is ready."""
    video = _playable(await opened(call))
    if not video["readyToStream"]:
        words = "cloudflare sandbox does not emulate DASH of what is on air; there is HLS"
        raise NotShown(501, words)
    return Response(manifests.DASH, media_type=DASH, headers=FRESH)


def _playable(view: View) -> Document:
    """The video, if there is anything to see of it; raises NotShown."""
    video = view.video
    if video and (video["readyToStream"] or video["status"]["state"] == "live-inprogress"):
        return video
    raise NotShown(404, "Manifest not found: there is nothing to play yet.")


async def segment(call: Call) -> Response:
    """A piece of the test card."""
    _playable(await opened(call))
    name = call.parameters["name"]
    if name not in FILES:
        raise NotShown(404, "There is no such segment.")
    return Response(own_file(name), media_type=FILES[name])


async def thumbnail(call: Call) -> Response:
    """A frame of the test card: always the same, whatever the query asks for."""
    _playable(await opened(call))
    return Response(own_file("thumbnail.jpg"), media_type="image/jpeg")


async def download(call: Call) -> Response:
    """The test card as one MP4, when a download was made and the viewer may have it."""
    view = await opened(call)
    made = view.video and await call.records.get(DOWNLOAD, view.video["uid"])
    if not made or written(call.now) < made["ready_at"]:
        raise NotShown(404, "There is no such download.")
    if not view.may_download:
        raise NotShown(403, "This token is not for downloads.")
    asked = call.request.query_params.get("filename", "").removesuffix(".mp4")
    name = asked if FILE_NAME.fullmatch(asked) else "default"
    headers = {"Content-Disposition": f'attachment; filename="{name}.mp4"'}
    return Response(own_download(), media_type="video/mp4", headers=headers)


async def player(call: Call) -> Response:
    """A page with a player: to be watched, or embedded by the sites that are allowed to."""
    view = await opened(call)
    page = PAGES.render("player.html", at=f"/{call.vendor.name}/stream", video=view.video)
    who = " ".join(filter(SITE.fullmatch, view.allowed_origins)) or "*"
    policy = (
        "default-src 'none'; media-src 'self' blob:; img-src 'self' data:; connect-src 'self';"
        f" script-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors {who}"
    )
    return HTMLResponse(bytes(page.body), headers=FRESH | {"Content-Security-Policy": policy})


async def player_file(call: Call) -> Response:
    """The script or style of the player."""
    name = call.parameters["file"]
    if name not in PLAYER_FILES:
        raise NotShown(404, "There is no such file.")
    return Response((PLAYER / name).read_bytes(), media_type=PLAYER_FILES[name])


REF = "/stream/{ref}"
OPERATIONS = tuple(
    Operation(name, "GET", path, handler, is_open=True)
    for name, path, handler in (
        ("playback.hls", f"{REF}/manifest/video.m3u8", master),
        ("playback.variant", f"{REF}/manifest/{manifests.VARIANT}", variant),
        ("playback.dash", f"{REF}/manifest/video.mpd", dash),
        ("playback.segment", f"{REF}/video/{manifests.RENDITION}" + "/{name}", segment),
        ("playback.thumbnail", f"{REF}/thumbnails/thumbnail.jpg", thumbnail),
        ("playback.download", f"{REF}/downloads/default.mp4", download),
        ("playback.iframe", f"{REF}/iframe", player),
        ("playback.watch", f"{REF}/watch", player),
        ("playback.lifecycle", f"{REF}/lifecycle", lifecycle),
        ("playback.player", "/stream/{file}", player_file),
    )
)
