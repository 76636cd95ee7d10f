"""What becomes of a video as time goes by: fetched, encoded, ready or not, and deleted one day."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx2

from sandboxes.cloudflare import hooks, library, timetable
from sandboxes.cloudflare.envelope import written
from sandboxes.cloudflare.films import Film, IsMalformed, IsNoFilm, measured
from sandboxes.cloudflare.library import VIDEO
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor

IN_QUEUE, ENCODING = timedelta(seconds=2), timedelta(seconds=4)
FETCH_TIMEOUT_S = 5.0
REASONS = {
    "ERR_NON_VIDEO": "The file was not recognized as a valid video file.",
    "ERR_MALFORMED_VIDEO": "The video was deemed to be corrupted or malformed.",
    "ERR_DURATION_EXCEED_CONSTRAINT": "The video duration exceeds the constraints of its upload.",
    "ERR_DURATION_TOO_SHORT": "The video's duration is shorter than 0.1 seconds.",
    "ERR_FETCH_ORIGIN_ERROR": "The video could not be downloaded from its URL.",
}
SHORTEST_S = 0.1


def receive(video: Document, data: bytes, at: datetime) -> None:
    """Take the file of a video and measure it; what is wrong with it shows when it is encoded.

    Raises IsNoFilm for a file that Stream refuses at once.
    """
    film, fate = _examined(video, data)
    video |= {"size": len(data), "uploaded": written(at), "modified": written(at), "fate": fate}
    if film:
        video |= {
            "duration": film.duration,
            "input": {"width": film.width, "height": film.height},
        }
    video["status"] = library.status("queued")


def _examined(video: Document, data: bytes) -> tuple[Film | None, str]:
    try:
        film = measured(data)
    except IsMalformed:
        return None, "ERR_MALFORMED_VIDEO"
    longest = video["maxDurationSeconds"]
    if longest and film.duration > longest:
        return film, "ERR_DURATION_EXCEED_CONSTRAINT"
    return film, "ERR_DURATION_TOO_SHORT" if film.duration < SHORTEST_S else ""


async def run_due(vendor: Vendor, until: datetime) -> None:
    """Take every step that is due until then, each in its order and kept by itself."""
    while await timetable.next_due(vendor, until):
        async with vendor.exclusively() as inside:
            if (step := await timetable.next_due(inside, until)) is None:
                return
            await timetable.cancel(inside, step.uid, step.what)
            video = await inside.records.get(VIDEO, step.uid)
            if video is not None:
                await STEPS[step.what](inside, video, step.at)


async def _fetch(vendor: Vendor, video: Document, at: datetime) -> None:
    try:
        answer = await vendor.outside.get(
            video["meta"]["downloaded-from"], timeout=FETCH_TIMEOUT_S, follow_redirects=False
        )
        answer.raise_for_status()
        receive(video, answer.content, at)
    except (httpx2.HTTPError, OSError):
        await _fail(vendor, video, at, "ERR_FETCH_ORIGIN_ERROR")
    except IsNoFilm:
        await _fail(vendor, video, at, "ERR_NON_VIDEO")
    else:
        await library.keep(vendor, video)
        await timetable.plan(vendor, video["uid"], "encode", at + IN_QUEUE)


async def _encode(vendor: Vendor, video: Document, at: datetime) -> None:
    video |= {"status": library.status("inprogress", 50), "modified": written(at)}
    await library.keep(vendor, video)
    await timetable.plan(vendor, video["uid"], "settle", at + ENCODING)


async def _settle(vendor: Vendor, video: Document, at: datetime) -> None:
    if video.get("fate"):
        await _fail(vendor, video, at, video["fate"])
        return
    video |= {
        "status": library.status("ready", 100),
        "readyToStream": True,
        "readyToStreamAt": written(at),
        "modified": written(at),
    }
    await library.keep(vendor, video)
    await hooks.announce(vendor, video)


async def _fail(vendor: Vendor, video: Document, at: datetime, code: str) -> None:
    reason = (code, REASONS[code])
    video |= {"status": library.status("error", 0, reason), "modified": written(at)}
    await library.keep(vendor, video)
    await hooks.announce(vendor, video)


async def _delete(vendor: Vendor, video: Document, _at: datetime) -> None:
    await library.remove(vendor, video["uid"])


STEPS: Mapping[str, Callable[[Vendor, Document, datetime], Awaitable[None]]] = {
    "fetch": _fetch,
    "encode": _encode,
    "settle": _settle,
    "delete": _delete,
}


def is_here(url: str) -> bool:
    """Whether a URL leads to this machine and no further."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
