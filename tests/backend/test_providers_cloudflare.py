"""Cloudflare's line, held against Cloudflare's own library where that knows the operation."""

import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from cloudflare import AsyncCloudflare

from backend.providers import VendorIsNotConfigured, WebhookIsForged
from backend.providers.cloudflare import API, Cloudflare, Description, Track
from backend.settings import Cloudflare as Settings
from tests.backend.standin import Seen, Standin, says, standing

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
AT = int(NOW.timestamp())
GIVEN = {
    "cloudflare_account_id": "acc_1",
    "cloudflare_api_token": "token-of-this-test",
    "cloudflare_calls_app_id": "app_1",
    "cloudflare_calls_api_token": "app-token-of-this-test",
    "cloudflare_webhook_secret": "secret of the webhook",
}
INPUT = {
    "uid": "in_1",
    "rtmps": {"url": "rtmps://live.cloudflare.example:443/live/", "streamKey": "key_1"},
    "webRTC": {"url": "https://customer.cloudflarestream.example/x/webRTC/publish"},
}
VIDEO = {
    "uid": "vid_1",
    "status": {"state": "ready", "pctComplete": "100", "errorReasonText": ""},
    "readyToStream": True,
    "duration": 62.5,
    "liveInput": "in_1",
    "playback": {"hls": "https://customer.cloudflarestream.example/vid_1/manifest/video.m3u8"},
    "created": "2026-03-01T09:00:00.512033Z",
}
DOWNLOAD = {"default": {"status": "inprogress", "url": "https://x.example", "percentComplete": 12}}


def told(result: object) -> dict[str, object]:
    return {"success": True, "errors": [], "messages": [], "result": result}


@pytest.fixture
async def vendor() -> AsyncIterator[Standin]:
    async with standing() as stands:
        yield stands


@pytest.fixture
async def stage(vendor: Standin) -> AsyncIterator[Cloudflare]:
    made = Cloudflare(Settings.model_validate({**GIVEN, "cloudflare_base_url": vendor.url}))
    yield made
    await made.close()


@pytest.fixture
async def library(vendor: Standin) -> AsyncIterator[AsyncCloudflare]:
    async with AsyncCloudflare(api_token="token-of-this-test", base_url=vendor.url) as client:
        yield client


Asks = Callable[[Cloudflare], Awaitable[object]]
AsksTheirs = Callable[[AsyncCloudflare], Awaitable[object]]
SAME: list[tuple[object, Asks, AsksTheirs]] = [
    (
        [INPUT],
        lambda ours: ours.ping(),
        lambda theirs: theirs.stream.live_inputs.list(account_id="acc_1"),
    ),
    (
        INPUT,
        lambda ours: ours.create_live_input("Judo"),
        lambda theirs: theirs.stream.live_inputs.create(
            account_id="acc_1",
            meta={"name": "Judo"},
            recording={"mode": "automatic", "require_signed_urls": True},
        ),
    ),
    (
        None,
        lambda ours: ours.delete_live_input("in_1"),
        lambda theirs: theirs.stream.live_inputs.delete("in_1", account_id="acc_1"),
    ),
    (
        VIDEO,
        lambda ours: ours.get_video("vid_1"),
        lambda theirs: theirs.stream.get("vid_1", account_id="acc_1"),
    ),
    (
        None,
        lambda ours: ours.delete_video("vid_1"),
        lambda theirs: theirs.stream.delete("vid_1", account_id="acc_1"),
    ),
    (
        {"token": "signed"},
        lambda ours: ours.sign_playback("vid_1", NOW, downloadable=True),
        lambda theirs: theirs.stream.token.create(
            "vid_1", account_id="acc_1", exp=AT, downloadable=True
        ),
    ),
    (
        DOWNLOAD,
        lambda ours: ours.prepare_download("vid_1"),
        lambda theirs: theirs.stream.downloads.create("vid_1", account_id="acc_1"),
    ),
]


def essence(seen: Seen) -> tuple[object, ...]:
    return seen.method, seen.target, seen.headers["authorization"], json.loads(seen.body or "{}")


@pytest.mark.parametrize(("result", "ours", "theirs"), SAME)
async def test_it_asks_as_cloudflares_own_library_asks(
    result: object,
    ours: Asks,
    theirs: AsksTheirs,
    stage: Cloudflare,
    library: AsyncCloudflare,
    vendor: Standin,
) -> None:
    vendor.will(says(told(result)))
    await ours(stage)
    await theirs(library)
    mine, other = vendor.seen
    assert essence(mine) == essence(other)


async def test_a_broadcast_has_an_input_recordings_and_a_signed_way_to_watch(
    stage: Cloudflare, vendor: Standin
) -> None:
    vendor.will(says(told(INPUT)))
    made = await stage.create_live_input("Judo")
    assert (made.uid, made.rtmps_key, made.webrtc_url) == ("in_1", "key_1", INPUT["webRTC"]["url"])  # type: ignore[index]
    assert "key_1" not in repr(made)

    vendor.will(says(told([VIDEO])))
    (video,) = await stage.videos_of("in_1")
    assert (video.uid, video.is_ready, video.duration, video.live_input) == (
        "vid_1",
        True,
        62.5,
        "in_1",
    )
    assert vendor.asked.path == "/accounts/acc_1/stream/live_inputs/in_1/videos"

    vendor.will(says(told({"token": "signed"})))
    assert await stage.sign_playback("vid_1", NOW + timedelta(hours=1)) == "signed"
    vendor.will(says(told(DOWNLOAD)))
    assert (await stage.prepare_download("vid_1")).percent == 12
    vendor.will(says({"success": False, "errors": [{"code": 10003, "message": "Not Found"}]}, 404))
    assert await stage.get_video("vid_2") is None
    assert not await stage.delete_video("vid_2")


async def test_somebody_joins_a_room_with_sound_and_hears_another(
    stage: Cloudflare, vendor: Standin
) -> None:
    vendor.will(says({"sessionId": "s_1"}, 201))
    assert await stage.open_session() == "s_1"
    assert (vendor.asked.method, vendor.asked.path) == ("POST", "/apps/app_1/sessions/new")
    assert vendor.asked.headers["authorization"] == "Bearer app-token-of-this-test"

    answer = {"type": "answer", "sdp": "v=0"}
    vendor.will(says({"sessionDescription": answer, "tracks": [{"mid": "0", "trackName": "mic"}]}))
    offer = Description(type="offer", sdp="v=0")
    own = await stage.add_tracks("s_1", [Track(location="local", name="mic", mid="0")], offer)
    assert own.description == Description(type="answer", sdp="v=0")
    assert vendor.asked.json == {
        "tracks": [{"location": "local", "trackName": "mic", "mid": "0"}],
        "sessionDescription": {"type": "offer", "sdp": "v=0"},
    }

    vendor.will(
        says(
            {
                "requiresImmediateRenegotiation": True,
                "sessionDescription": {"type": "offer", "sdp": "v=0"},
                "tracks": [{"trackName": "mic", "sessionId": "s_2", "errorCode": "not_found"}],
            }
        )
    )
    theirs = [Track(location="remote", name="mic", session_id="s_2")]
    heard = await stage.add_tracks("s_1", theirs)
    assert (heard.must_renegotiate, heard.tracks[0].error) == (True, "not_found")
    assert vendor.asked.json == {
        "tracks": [{"location": "remote", "trackName": "mic", "sessionId": "s_2"}]
    }

    vendor.will(says({}))
    await stage.renegotiate("s_1", Description(type="answer", sdp="v=0"))
    assert (vendor.asked.method, vendor.asked.path) == (
        "PUT",
        "/apps/app_1/sessions/s_1/renegotiate",
    )


async def test_realtime_has_an_address_of_its_own_at_cloudflare() -> None:
    default = Settings.model_validate({}).cloudflare_base_url
    assert default == f"https://{API}"


BODY = json.dumps(VIDEO).encode()


def signed(body: bytes = BODY, at: int = AT, key: str = "secret of the webhook") -> str:
    made = hmac.digest(key.encode(), f"{at}.".encode() + body, "sha256").hex()
    return f"time={at},sig1={made}"


async def test_a_webhook_that_stream_signed_tells_of_a_video(stage: Cloudflare) -> None:
    assert stage.read_webhook(BODY, signed(), NOW).uid == "vid_1"
    failed = {**VIDEO, "status": {"state": "error", "errReasonText": "It is no video."}}
    body = json.dumps(failed).encode()
    assert stage.read_webhook(body, signed(body), NOW).error == "It is no video."


@pytest.mark.parametrize(
    "header",
    ["", f"time={AT}", signed(at=AT - 301), signed(key="another"), signed(body=BODY + b" ")],
)
async def test_a_forged_or_old_webhook_is_refused(header: str, stage: Cloudflare) -> None:
    with pytest.raises(WebhookIsForged):
        stage.read_webhook(BODY, header, NOW)


async def test_stream_without_realtime_is_fine_and_says_what_is_missing(vendor: Standin) -> None:
    given = {name: value for name, value in GIVEN.items() if "calls" not in name}
    made = Cloudflare(Settings.model_validate({**given, "cloudflare_base_url": vendor.url}))
    vendor.will(says(told([])))
    await made.ping()
    with pytest.raises(VendorIsNotConfigured, match="CLOUDFLARE_CALLS_APP_ID"):
        await made.open_session()
    await made.close()
