"""On air and off: what happens to a live input when somebody broadcasts, which nobody can here.

The control plane says so instead. What is seen then is the test card, over and over.
"""

from datetime import datetime, timedelta

from sandboxes.cloudflare import library, timetable
from sandboxes.cloudflare.envelope import written
from sandboxes.cloudflare.films import OWN
from sandboxes.cloudflare.library import VIDEO
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor

LIVE_INPUT, OUTPUT = "live_input", "output"
OURS = frozenset({"account", "home", "keys", "video"})
"""What is kept of a live input and is not Cloudflare's; `video` is what is on air, or was."""
CONNECTED = frozenset({"connected", "reconnected"})
# How long a broadcast may be away before it counts as ended, where the input does not say.
USUAL_PAUSE = timedelta(seconds=5)


class CanNotGoLive(Exception):
    """A live input that takes no broadcast now."""


def is_on_air(live: Document) -> bool:
    """Whether somebody broadcasts to it."""
    return live["status"] in CONNECTED


async def go_live(vendor: Vendor, live: Document, now: datetime) -> None:
    """A broadcaster connects; raises CanNotGoLive.

    Whoever comes back before the pause is over goes on with the same video.
    """
    if not live["enabled"]:
        raise CanNotGoLive("this live input is not enabled")
    if is_on_air(live):
        raise CanNotGoLive("this live input is on air already")
    video = await vendor.records.get(VIDEO, live["video"]) if live["video"] else None
    if video and video["status"]["state"] == "live-inprogress":
        await timetable.cancel(vendor, video["uid"], "encode")
        await library.keep(vendor, video | {"stalled": None})
        live["status"] = "reconnected"
    else:
        live["status"] = "connected"
        live["video"] = await _begin(vendor, live, now)
    await vendor.records.put(LIVE_INPUT, live["uid"], live)


async def _begin(vendor: Vendor, live: Document, now: datetime) -> str | None:
    """The name of the video that a broadcast becomes; None where nothing is recorded."""
    recording = live["recording"]
    if recording["mode"] != "automatic":
        return None
    name = live["meta"].get("name", live["uid"])
    video = library.new_video(
        *(live["account"], live["home"], written(now), "live-inprogress"),
        creator=live["defaultCreator"],
        meta={"name": f"{name} {now:%d %b %y %H:%M} UTC"},
        uploaded=written(now),
        requireSignedURLs=recording["requireSignedURLs"],
        allowedOrigins=recording["allowedOrigins"] or [],
        liveInput=live["uid"],
        began=written(now),
        stalled=None,
    )
    await library.keep(vendor, video)
    return str(video["uid"])


async def go_off_air(vendor: Vendor, live: Document, now: datetime) -> None:
    """The broadcaster leaves; after the pause the video is made of what was sent."""
    live["status"] = "client_disconnect"
    await vendor.records.put(LIVE_INPUT, live["uid"], live)
    video = await vendor.records.get(VIDEO, live["video"]) if live["video"] else None
    if video is None:
        return
    seconds = (now - datetime.fromisoformat(video["began"])).total_seconds()
    video |= {
        "stalled": written(now),
        "duration": max(round(seconds, 1), 0.1),
        "input": {"width": OWN.width, "height": OWN.height},
    }
    if days := live["deleteRecordingAfterDays"]:
        video["scheduledDeletion"] = written(now + timedelta(days=days))
        await timetable.plan(vendor, video["uid"], "delete", now + timedelta(days=days))
    await library.keep(vendor, video)
    told = live["recording"]["timeoutSeconds"]
    pause = timedelta(seconds=told) if told else USUAL_PAUSE
    await timetable.plan(vendor, video["uid"], "encode", now + pause)
