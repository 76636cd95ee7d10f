"""Live inputs of Stream: made, changed, on air and off it, and recorded by the clock."""

import re
from datetime import datetime
from typing import Any

import cloudflare
import pytest

from tests.sandboxes.studio import ACCOUNT, DAY_S, HOUR_S, Studio


def test_a_live_input_has_all_that_a_broadcaster_needs(studio: Studio) -> None:
    live = studio.live_input()
    key = rf"[0-9a-f]{{32}}k{live.uid}"
    assert live.rtmps
    assert (live.rtmps.url, bool(re.fullmatch(key, str(live.rtmps.stream_key)))) == (
        *("rtmps://live.cloudflare.com:443/live/", True),
    )
    assert live.srt
    assert (live.srt.url, live.srt.stream_id) == ("srt://live.cloudflare.com:778", live.uid)
    at = f"{studio.address}/cloudflare/stream"
    assert live.web_rtc
    assert re.fullmatch(rf"{at}/{key}/webRTC/publish", str(live.web_rtc.url))
    assert live.web_rtc_playback
    assert live.web_rtc_playback.url == f"{at}/{live.uid}/webRTC/play"
    assert live.playback
    assert live.playback.hls == f"{at}/{live.uid}/manifest/video.m3u8"
    assert live.recording
    assert live.recording.model_dump() == {
        "allowed_origins": None,
        "hide_live_viewer_count": False,
        "mode": "automatic",
        "require_signed_urls": False,
        "timeout_seconds": None,
    }
    assert (live.status, live.enabled, live.meta) == (None, True, {"name": "Sunday training"})
    assert studio.client.stream.live_inputs.get(str(live.uid), account_id=ACCOUNT) == live


def test_live_inputs_are_listed_changed_and_deleted(studio: Studio) -> None:
    inputs, live = studio.client.stream.live_inputs, studio.live_input(timeout_seconds=0)
    uid = str(live.uid)
    changed = inputs.update(
        uid, account_id=ACCOUNT, enabled=False, recording={"require_signed_urls": True}
    )
    assert changed
    assert changed.recording
    assert (changed.enabled, changed.meta) == (False, {"name": "Sunday training"})
    recording = changed.recording
    assert (recording.mode, recording.require_signed_urls) == ("automatic", True)
    assert recording.timeout_seconds is None
    listed = inputs.list(account_id=ACCOUNT, include_counts=True)
    assert listed
    assert listed.live_inputs
    assert ([each.uid for each in listed.live_inputs], listed.total) == ([uid], 1)
    assert not hasattr(listed.live_inputs[0], "rtmps")
    with pytest.raises(cloudflare.BadRequestError, match="between 30 and 1096 days"):
        inputs.update(uid, account_id=ACCOUNT, delete_recording_after_days=7)
    inputs.delete(uid, account_id=ACCOUNT)
    with pytest.raises(cloudflare.NotFoundError):
        inputs.get(uid, account_id=ACCOUNT)


def test_keys_are_rotated(studio: Studio) -> None:
    live = studio.live_input()
    path = f"/accounts/{ACCOUNT}/stream/live_inputs/{live.uid}/rotate_keys"
    rotated = studio.ask("POST", path).json()["result"]
    assert live.rtmps
    assert (rotated["uid"], rotated["rtmps"]["streamKey"] != live.rtmps.stream_key) == (
        *(live.uid, True),
    )
    assert datetime.fromisoformat(rotated["keysRotatedAt"])


def test_outputs_are_kept(studio: Studio) -> None:
    outputs, uid = studio.client.stream.live_inputs.outputs, str(studio.live_input().uid)
    made = outputs.create(uid, account_id=ACCOUNT, url="rtmp://a.example/live", stream_key="k")
    assert made
    assert (made.url, made.stream_key, made.enabled) == ("rtmp://a.example/live", "k", True)
    names: Any = {"account_id": ACCOUNT, "live_input_identifier": uid}
    changed = outputs.update(str(made.uid), enabled=False, **names)
    assert changed
    assert changed.enabled is False
    assert [each.uid for each in outputs.list(uid, account_id=ACCOUNT)] == [made.uid]
    outputs.delete(str(made.uid), **names)
    assert list(outputs.list(uid, account_id=ACCOUNT)) == []


def recordings(studio: Studio, uid: str | None) -> list[tuple[str, float]]:
    """The videos of a live input, by state and duration."""
    found = studio.ask("GET", f"/accounts/{ACCOUNT}/stream/live_inputs/{uid}/videos").json()
    return [(each["status"]["state"], each["duration"]) for each in found["result"]]


def test_a_broadcast_is_seen_while_it_goes_on_and_becomes_a_video_after_it(studio: Studio) -> None:
    live = studio.live_input(timeout_seconds=300)
    lifecycle = f"/cloudflare/stream/{live.uid}/lifecycle"
    silent = {"isInput": True, "videoUID": None, "live": False}
    assert studio.control.get(lifecycle).json() == silent
    assert studio.play(live.uid).status_code == 204
    started = studio.broadcast(live, "start").json()
    assert started["status"] == "connected"
    (video,) = studio.client.stream.list(account_id=ACCOUNT, live_input_id=str(live.uid))
    assert video.status
    assert (video.uid, video.status.state) == (started["video"], "live-inprogress")
    assert (video.live_input, video.ready_to_stream) == (live.uid, False)
    assert re.fullmatch(r"Sunday training \d\d \w{3} \d\d \d\d:\d\d UTC", video.meta["name"])  # type: ignore[index]
    on_air = {"isInput": True, "videoUID": video.uid, "live": True}
    assert studio.control.get(lifecycle).json() == on_air
    assert studio.play(live.uid).status_code == studio.play(video.uid).status_code == 200
    studio.advance(HOUR_S)
    assert studio.broadcast(live, "stop").json()["status"] == "client_disconnect"
    studio.advance(280)
    assert recordings(studio, live.uid)[0][0] == "live-inprogress"
    studio.advance(21)
    assert recordings(studio, live.uid)[0][0] == "inprogress"
    studio.advance(4)
    ((state, duration),) = recordings(studio, live.uid)
    assert state == "ready"
    assert duration == pytest.approx(HOUR_S, abs=30)
    assert studio.play(live.uid).status_code == 204
    assert studio.play(video.uid).status_code == 200


def test_who_comes_back_in_time_goes_on_with_the_same_video(studio: Studio) -> None:
    live = studio.live_input(timeout_seconds=60)
    first = studio.broadcast(live, "start").json()["video"]
    studio.advance(100)
    studio.broadcast(live, "stop")
    studio.advance(50)
    back = studio.broadcast(live, "start").json()
    assert (back["status"], back["video"]) == ("reconnected", first)
    studio.advance(100)
    assert [state for state, _ in recordings(studio, live.uid)] == ["live-inprogress"]
    studio.broadcast(live, "stop")
    studio.advance(70)
    again = studio.broadcast(live, "start").json()
    assert (again["status"], again["video"] == first) == ("connected", False)
    assert [state for state, _ in recordings(studio, live.uid)] == ["live-inprogress", "ready"]


def test_only_an_enabled_input_goes_on_air_and_only_once(studio: Studio) -> None:
    live, inputs = studio.live_input(), studio.client.stream.live_inputs
    assert studio.broadcast(live, "stop").status_code == 409
    studio.broadcast(live, "start")
    refused = studio.broadcast(live, "start")
    assert (refused.status_code, "on air already" in refused.text) == (409, True)
    cut_off = inputs.update(str(live.uid), account_id=ACCOUNT, enabled=False)
    assert cut_off
    assert cut_off.status == "client_disconnect"
    refused = studio.broadcast(live, "start")
    assert (refused.status_code, "not enabled" in refused.text) == (409, True)
    inputs.delete(str(live.uid), account_id=ACCOUNT)
    assert studio.broadcast(live, "start").status_code == 404
    studio.advance(10)
    (kept,) = studio.client.stream.list(account_id=ACCOUNT)
    assert kept.ready_to_stream


def test_what_is_not_recorded_leaves_no_video(studio: Studio) -> None:
    live = studio.live_input(mode="off")
    assert studio.broadcast(live, "start").json()["video"] is None
    studio.broadcast(live, "stop")
    studio.advance(HOUR_S)
    assert recordings(studio, live.uid) == []


def test_recordings_are_deleted_after_the_days_that_were_set(studio: Studio) -> None:
    live, inputs = studio.live_input(), studio.client.stream.live_inputs
    inputs.update(str(live.uid), account_id=ACCOUNT, delete_recording_after_days=30)
    studio.broadcast(live, "start")
    studio.broadcast(live, "stop")
    studio.advance(29 * DAY_S)
    (video,) = studio.client.stream.list(account_id=ACCOUNT)
    assert (video.ready_to_stream, video.scheduled_deletion is not None) == (True, True)
    studio.advance(2 * DAY_S)
    assert recordings(studio, live.uid) == []
