"""Live inputs: where a broadcast is sent to, and what shall become of it."""

from secrets import token_hex
from typing import Any, Literal

from pydantic import Field
from starlette.responses import Response

from sandboxes.cloudflare import broadcasting, library
from sandboxes.cloudflare.broadcasting import LIVE_INPUT, OUTPUT
from sandboxes.cloudflare.envelope import (
    STREAM,
    BadRequest,
    NotFound,
    Wishes,
    account,
    new_uid,
    result,
    wishes,
    written,
)
from sandboxes.cloudflare.library import VIDEO
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation, Vendor

RTMPS, SRT = "rtmps://live.cloudflare.com:443/live/", "srt://live.cloudflare.com:778"
DAYS = range(30, 1097)
RECORDING: Document = {
    "mode": "off",
    "timeoutSeconds": None,
    "requireSignedURLs": False,
    "allowedOrigins": None,
    "hideLiveViewerCount": False,
}
LISTED = ("uid", "created", "modified", "meta", "enabled", "deleteRecordingAfterDays")


class Recording(Wishes):
    """Whether and how a broadcast is recorded."""

    mode: Literal["off", "automatic"] = "off"
    timeout_seconds: int | None = Field(default=None, ge=0, le=86_400)
    require_signed_urls: bool = Field(default=False, alias="requireSignedURLs")
    allowed_origins: list[str] | None = None
    hide_live_viewer_count: bool = False


class Input(Wishes):
    """What may be said of a live input."""

    default_creator: str | None = Field(default=None, max_length=64)
    delete_recording_after_days: int | None = None
    enabled: bool = True
    meta: dict[str, Any] = Field(default_factory=dict)
    prefer_low_latency: bool = False
    recording: Recording = Field(default_factory=Recording)


def _asked(call: Call) -> Document:
    """The fields that a call says; raises BadRequest."""
    told = wishes(call, Input).said()
    days = told.get("deleteRecordingAfterDays")
    if days is not None and days not in DAYS:
        words = f"deleteRecordingAfterDays must be between {DAYS[0]} and {DAYS[-1]} days"
        raise BadRequest(words, 10060)
    # 0 is for the platform's own pause, and the service says null for that.
    if told.get("recording", {}).get("timeoutSeconds") == 0:
        told["recording"]["timeoutSeconds"] = None
    return told


def _keys(uid: str) -> Document:
    """The secrets of a live input: each a key of 32 digits, k, and its name."""
    names = ("rtmps", "rtmpsPlayback", "srt", "srtPlayback", "webRTC")
    return {name: f"{token_hex(16)}k{uid}" for name in names}


def shown(live: Document) -> Document:
    """A live input with all that a broadcaster needs."""
    uid, keys, at = live["uid"], live["keys"], f"{live['home']}/stream"
    told = {
        "uid": uid,
        "rtmps": {"url": RTMPS, "streamKey": keys["rtmps"]},
        "rtmpsPlayback": {"url": RTMPS, "streamKey": keys["rtmpsPlayback"]},
        "srt": {"url": SRT, "streamId": uid, "passphrase": keys["srt"]},
        "srtPlayback": {"url": SRT, "streamId": f"play{uid}", "passphrase": keys["srtPlayback"]},
        "webRTC": {"url": f"{at}/{keys['webRTC']}/webRTC/publish"},
        "webRTCPlayback": {"url": f"{at}/{uid}/webRTC/play"},
        "playback": library.playback(f"{at}/{uid}"),
    }
    rest = {name: value for name, value in live.items() if name not in broadcasting.OURS}
    return told | rest


async def create_input(call: Call) -> Response:
    """A new live input, with its keys."""
    told, uid, now = _asked(call), new_uid(), written(call.now)
    recording = told.pop("recording", {})
    live: Document = {
        "uid": uid,
        "account": account(call),
        "home": library.home(call),
        "keys": _keys(uid),
        "video": None,
        "created": now,
        "modified": now,
        "enabled": True,
        "meta": {},
        "status": None,
        "recording": RECORDING | recording,
        "deleteRecordingAfterDays": None,
        "preferLowLatency": False,
        "defaultCreator": None,
    }
    await call.records.put(LIVE_INPUT, uid, live | told)
    return result(shown(live | told))


async def asked_input(call: Call, vendor: Vendor | None = None) -> Document:
    """The live input that a call names; raises NotFound."""
    live = await (vendor or call.vendor).records.get(LIVE_INPUT, call.parameters["input"])
    if live is None or live["account"] != account(call):
        raise NotFound
    return live


async def list_inputs(call: Call) -> Response:
    """The newest first, without their keys."""
    like = {"account": account(call)}
    found = await call.records.find(LIVE_INPUT, like, limit=1000)
    inputs = [{name: live[name] for name in LISTED} for live in found]
    counts: Document = {}
    if call.request.query_params.get("include_counts") == "true":
        counts = {"range": len(inputs), "total": await call.records.count(LIVE_INPUT, like)}
    return result({"liveInputs": inputs} | counts)


async def get_input(call: Call) -> Response:
    """One live input."""
    return result(shown(await asked_input(call)))


async def update_input(call: Call) -> Response:
    """Change what is said; one that is not enabled any more goes off the air."""
    told = _asked(call)
    recording = told.pop("recording", {})
    async with call.vendor.exclusively() as inside:
        live = await asked_input(call, inside)
        live |= told | {
            "recording": live["recording"] | recording,
            "modified": written(call.now),
        }
        if not live["enabled"] and broadcasting.is_on_air(live):
            await broadcasting.go_off_air(inside, live, call.now)
        await inside.records.put(LIVE_INPUT, live["uid"], live)
    return result(shown(live))


async def rotate_keys(call: Call) -> Response:
    """New keys for old; who broadcasts with an old one is cut off."""
    async with call.vendor.exclusively() as inside:
        live = await asked_input(call, inside)
        if broadcasting.is_on_air(live):
            await broadcasting.go_off_air(inside, live, call.now)
        live |= {"keys": _keys(live["uid"]), "keysRotatedAt": written(call.now)}
        await inside.records.put(LIVE_INPUT, live["uid"], live)
    return result(shown(live))


async def delete_input(call: Call) -> Response:
    """Take it away; what was recorded from it stays."""
    async with call.vendor.exclusively() as inside:
        live = await asked_input(call, inside)
        if broadcasting.is_on_air(live):
            await broadcasting.go_off_air(inside, live, call.now)
        for output in await inside.records.find(OUTPUT, {"input": live["uid"]}):
            await inside.records.remove(OUTPUT, output["uid"])
        await inside.records.remove(LIVE_INPUT, live["uid"])
    return result("")


async def list_recordings(call: Call) -> Response:
    """The videos that came from a live input, the newest first; the first may be on air."""
    live = await asked_input(call)
    videos = await call.records.find(VIDEO, {"liveInput": live["uid"]}, limit=1000)
    return result([library.shown(video) for video in videos])


ALL = f"{STREAM}/live_inputs"
ONE = ALL + "/{input}"
OPERATIONS = (
    Operation("stream.live_inputs.list", "GET", ALL, list_inputs),
    Operation("stream.live_inputs.create", "POST", ALL, create_input),
    Operation("stream.live_inputs.get", "GET", ONE, get_input),
    Operation("stream.live_inputs.update", "PUT", ONE, update_input),
    Operation("stream.live_inputs.delete", "DELETE", ONE, delete_input),
    Operation("stream.live_inputs.videos", "GET", f"{ONE}/videos", list_recordings),
    Operation("stream.live_inputs.rotate_keys", "POST", f"{ONE}/rotate_keys", rotate_keys),
)
