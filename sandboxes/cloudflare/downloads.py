"""The download of a video as one MP4, which is made when it is asked for."""

from datetime import timedelta

from starlette.responses import Response

from sandboxes.cloudflare.envelope import STREAM, BadRequest, result, written
from sandboxes.cloudflare.library import DOWNLOAD, address, asked_video
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation

READY_AFTER = timedelta(seconds=2)


def _shown(call: Call, download: Document) -> Document:
    """The state follows from the clock alone."""
    is_ready = written(call.now) >= download["ready_at"]
    return {
        "default": {
            "status": "ready" if is_ready else "inprogress",
            "url": download["url"],
            "percentComplete": 100.0 if is_ready else 50.0,
        }
    }


async def create_download(call: Call) -> Response:
    """Let one be made, if there is none; the video must be ready."""
    video = await asked_video(call)
    if not video["readyToStream"]:
        raise BadRequest("the video is not ready to stream yet")
    uid = video["uid"]
    download = await call.records.get(DOWNLOAD, uid) or {
        "id": uid,
        "uid": uid,
        "url": f"{address(video)}/downloads/default.mp4",
        "ready_at": written(call.now + READY_AFTER),
    }
    await call.records.put(DOWNLOAD, uid, download)
    return result(_shown(call, download))


async def list_downloads(call: Call) -> Response:
    """The download, where there is one."""
    download = await call.records.get(DOWNLOAD, (await asked_video(call))["uid"])
    return result(_shown(call, download) if download else {})


async def delete_download(call: Call) -> Response:
    """Take it away."""
    await call.records.remove(DOWNLOAD, (await asked_video(call))["uid"])
    return result("")


PATH = STREAM + "/{identifier}/downloads"
OPERATIONS = (
    Operation("stream.downloads.get", "GET", PATH, list_downloads),
    Operation("stream.downloads.create", "POST", PATH, create_download),
    Operation("stream.downloads.delete", "DELETE", PATH, delete_download),
    Operation("stream.downloads.default.create", "POST", f"{PATH}/default", create_download),
    Operation("stream.downloads.default.delete", "DELETE", f"{PATH}/default", delete_download),
)
