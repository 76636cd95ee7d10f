"""How a film comes in: by a one-time address, or fetched from an address of this machine."""

import re
from datetime import datetime, timedelta

from pydantic import AwareDatetime, Field
from starlette.responses import Response

from sandboxes.cloudflare import library, timetable
from sandboxes.cloudflare.envelope import (
    STREAM,
    BadRequest,
    NotFound,
    result,
    wishes,
    written,
)
from sandboxes.cloudflare.films import IsNoFilm
from sandboxes.cloudflare.library import VIDEO, begun
from sandboxes.cloudflare.processing import IN_QUEUE, is_here, receive
from sandboxes.cloudflare.videos import Common, said, schedule_deletion
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import MIB, Call, Operation, Refused

LARGEST = 64 * MIB
VALID_FOR = timedelta(minutes=30)
NOT_HERE = (
    "cloudflare sandbox does not emulate copying from another machine: nothing leaves this one."
    " It fetches from localhost, or takes a file by direct upload"
)


class DirectUpload(Common):
    """An upload that somebody else will make, and what may come."""

    max_duration_seconds: int = Field(ge=1, le=36_000)
    expiry: AwareDatetime | None = None


class Copy(Common):
    """A film that shall be fetched; `input` is the newer name of `url`."""

    input: str | None = None
    url: str | None = None
    name: str | None = None


async def direct_upload(call: Call) -> Response:
    """Give a one-time address for one file; it is good for half an hour, or until `expiry`."""
    asked = wishes(call, DirectUpload)
    expiry = asked.expiry or call.now + VALID_FOR
    if not call.now < expiry <= call.now + timedelta(hours=6):
        raise BadRequest("expiry must be within the next six hours")
    video = begun(call, "pendingupload", uploadExpiry=written(expiry)) | _named(call, asked)
    async with call.vendor.exclusively() as inside:
        await schedule_deletion(inside, video, asked)
        await library.keep(inside, video)
    told = {"uploadURL": f"{video['home']}/upload/{video['uid']}", "uid": video["uid"]}
    return result(told | {"scheduledDeletion": video["scheduledDeletion"], "watermark": None})


def _named(call: Call, asked: Common) -> Document:
    """What was said of a video that begins; a creator may be said in a header, too."""
    creator = call.request.headers.get("upload-creator")
    return ({"creator": creator} if creator else {}) | said(asked)


async def upload(call: Call) -> Response:
    """Take the file, once, as a form with a field `file`."""
    data = form_file(call)
    async with call.vendor.exclusively() as inside:
        video = await inside.records.get(VIDEO, call.parameters["uid"])
        if video is None or video["uploadExpiry"] is None:
            raise NotFound
        if video["status"]["state"] != "pendingupload":
            raise BadRequest("this upload URL was used already")
        if datetime.fromisoformat(video["uploadExpiry"]) <= call.now:
            raise BadRequest("this upload URL has expired")
        try:
            receive(video, data, call.now)
        except IsNoFilm as error:
            raise BadRequest("the file is not a video", 10059) from error
        await library.keep(inside, video)
        await timetable.plan(inside, video["uid"], "encode", call.now + IN_QUEUE)
    return Response("", 200)


def form_file(call: Call) -> bytes:
    """What the field `file` of a multipart form holds; raises BadRequest."""
    kind = call.request.headers.get("content-type", "")
    boundary = re.search(r'boundary="?([^";]+)', kind)
    if not kind.startswith("multipart/form-data") or boundary is None:
        raise BadRequest("a multipart/form-data body with a field `file` is expected")
    for part in (b"\r\n" + call.body).split(b"\r\n--" + boundary[1].encode())[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        if re.search(rb'[; ]name="?file"?', head):
            return content
    raise BadRequest("the form has no field `file`")


async def copy(call: Call) -> Response:
    """Fetch a film by its URL, if that leads to this machine; else refuse aloud."""
    asked = wishes(call, Copy)
    url = asked.input or asked.url
    if not url:
        raise BadRequest("input: a URL is needed")
    if not is_here(url):
        raise Refused(call.vendor.sandbox.error(501, NOT_HERE))
    video = begun(call, "downloading") | _named(call, asked)
    named = {"name": asked.name} if asked.name else {}
    video["meta"] = {"downloaded-from": url} | named | video["meta"]
    async with call.vendor.exclusively() as inside:
        await schedule_deletion(inside, video, asked)
        await library.keep(inside, video)
        await timetable.plan(inside, video["uid"], "fetch", call.now + IN_QUEUE)
    return result(library.shown(video))


OPERATIONS = (
    Operation("stream.direct_upload.create", "POST", f"{STREAM}/direct_upload", direct_upload),
    Operation("stream.copy.create", "POST", f"{STREAM}/copy", copy),
    Operation("upload", "POST", "/upload/{uid}", upload, body_limit=LARGEST, is_open=True),
)
