"""Videos of Stream: how they come in, what becomes of them by the clock, how they are found."""

from datetime import UTC, datetime, timedelta

import cloudflare
import httpx2
import pytest

from sandboxes.cloudflare import CLOUDFLARE
from tests.sandboxes.served import served
from tests.sandboxes.studio import ACCOUNT, DAY_S, Studio, film


def test_an_upload_is_queued_encoded_and_ready_by_the_clock(studio: Studio) -> None:
    uid, url = studio.upload_url(meta={"name": "Kata"}, creator="haruto")
    waiting = studio.video(uid)
    assert waiting.status
    assert (waiting.status.state, waiting.uploaded, waiting.duration) == ("pendingupload", None, -1)
    sent = studio.control.post(url, files={"file": film()})
    assert (sent.status_code, sent.headers["access-control-allow-origin"]) == (200, "*")
    states = []
    for _ in range(9):
        video = studio.video(uid)
        assert video.status
        states.append((video.status.state, video.ready_to_stream, video.status.pct_complete))
        studio.advance(1)
    assert list(dict.fromkeys(states)) == [
        ("queued", False, None),
        ("inprogress", False, "50.000000"),
        ("ready", True, "100.000000"),
    ]
    assert (video.meta, video.creator, video.duration) == ({"name": "Kata"}, "haruto", 4.0)
    assert video.input
    assert (video.input.width, video.input.height, video.size) == (1280, 720, len(film()))
    assert video.playback
    at = f"{studio.address}/cloudflare/stream/{video.uid}"
    assert video.playback.hls == f"{at}/manifest/video.m3u8"
    assert (video.preview, video.thumbnail) == (f"{at}/watch", f"{at}/thumbnails/thumbnail.jpg")


def test_an_upload_url_is_good_for_one_file_and_a_while(studio: Studio) -> None:
    once, late, picture = (studio.upload_url()[1] for _ in range(3))
    files = {"file": film()}
    assert studio.control.post(once, files=files).status_code == 200
    assert "used already" in studio.control.post(once, files=files).text
    refused = studio.control.post(picture, files={"file": b"\x89PNG\r\n"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, 10059)
    assert studio.control.post(picture, content=b"bare").status_code == 400
    studio.advance(1801)
    assert "has expired" in studio.control.post(late, files=files).text
    assert studio.control.post(studio.upload_url()[1][:-1] + "x", files=files).status_code == 404


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (film(seconds=61), "ERR_DURATION_EXCEED_CONSTRAINT"),
        (film(seconds=0.05), "ERR_DURATION_TOO_SHORT"),
        (film()[:30], "ERR_MALFORMED_VIDEO"),
    ],
)
def test_what_is_wrong_with_a_film_shows_when_it_is_encoded(
    studio: Studio, file: bytes, code: str
) -> None:
    video = studio.upload(file)
    assert video.status
    assert video.status.state == "queued"
    studio.advance(10)
    status = studio.video(video.uid).status
    assert status
    assert (status.state, status.error_reason_code) == ("error", code)
    assert status.error_reason_text


def test_videos_are_found_by_what_is_said_of_them(studio: Studio) -> None:
    kata = studio.ready(meta={"name": "Kata of Sunday"}, creator="haruto")
    studio.advance(60)
    kumite = studio.upload(meta={"name": "Kumite"})

    def names(**query: object) -> list[str | None]:
        found = studio.client.stream.list(account_id=ACCOUNT, **query)  # type: ignore[arg-type]
        return [video.uid for video in found]

    assert names() == [kumite.uid, kata.uid]
    assert names(asc=True) == [kata.uid, kumite.uid]
    assert names(limit=1) == [kumite.uid]
    assert names(search="sunday") == names(status="ready") == names(creator="haruto") == [kata.uid]
    assert names(video_name="Kumite") == names(after=kata.created) == [kumite.uid]
    assert names(before=kumite.created) == names(id=kata.uid) == [kata.uid]
    assert names(type="live") == []
    counted = studio.ask("GET", f"/accounts/{ACCOUNT}/stream?include_counts=true&limit=1").json()
    assert (counted["total"], counted["range"], len(counted["result"])) == (2, 1, 1)
    too_many = studio.ask("GET", f"/accounts/{ACCOUNT}/stream?limit=1001")
    (error,) = too_many.json()["errors"]
    assert (too_many.status_code, error["code"]) == (400, 10005)
    assert "limited to 1000 entries" in error["message"]
    assert studio.ask("GET", "/accounts/another/stream").json()["result"] == []


def test_a_video_is_changed_as_far_as_is_said_and_deleted(studio: Studio) -> None:
    video = studio.ready(meta={"name": "Kata"}, creator="haruto")
    assert video.uid
    changed = studio.client.stream.edit(
        video.uid, account_id=ACCOUNT, require_signed_urls=True, thumbnail_timestamp_pct=0.5
    )
    assert changed
    assert (changed.require_signed_urls, changed.thumbnail_timestamp_pct) == (True, 0.5)
    assert (changed.meta, changed.creator) == ({"name": "Kata"}, "haruto")
    with pytest.raises(cloudflare.BadRequestError, match="thumbnailTimestampPct"):
        studio.client.stream.edit(video.uid, account_id=ACCOUNT, thumbnail_timestamp_pct=2)
    studio.client.stream.delete(video.uid, account_id=ACCOUNT)
    with pytest.raises(cloudflare.NotFoundError) as refused:
        studio.client.stream.get(video.uid, account_id=ACCOUNT)
    body = refused.value.response.json()
    assert (body["result"], body["success"], body["messages"]) == (None, False, None)
    assert body["errors"][0]["code"] == 10003
    assert studio.play(video.uid).status_code == 404


def test_a_video_is_deleted_on_the_day_that_was_set(studio: Studio) -> None:
    video = studio.ready()
    assert video.uid
    edit, day = studio.client.stream.edit, timedelta(days=1)
    today = datetime.now(UTC)
    with pytest.raises(cloudflare.BadRequestError, match="at least 30 days"):
        edit(video.uid, account_id=ACCOUNT, scheduled_deletion=today + 29 * day)
    edit(video.uid, account_id=ACCOUNT, scheduled_deletion=today + 31 * day)
    studio.advance(30 * DAY_S)
    assert studio.video(video.uid).scheduled_deletion
    studio.advance(2 * DAY_S)
    with pytest.raises(cloudflare.NotFoundError):
        studio.video(video.uid)


def test_storage_is_counted_in_minutes(studio: Studio) -> None:
    studio.ready(creator="haruto")
    studio.ready(data=film(seconds=56))
    usage = studio.client.stream.videos.storage_usage(account_id=ACCOUNT)
    assert usage
    assert (usage.video_count, usage.total_storage_minutes) == (2, 1.0)
    his = studio.client.stream.videos.storage_usage(account_id=ACCOUNT, creator="haruto")
    assert his
    assert (his.creator, his.video_count) == ("haruto", 1)


def test_captions_are_files_one_a_language(studio: Studio) -> None:
    video = studio.ready()
    uid, text = str(video.uid), "WEBVTT\n\n00:00.000 --> 00:02.000\nHajime\n"
    path = f"/accounts/{ACCOUNT}/stream/{uid}/captions/de"
    put = studio.ask("PUT", path, files={"file": ("de.vtt", text.encode())}).json()["result"]
    told = {"language": "de", "label": "Deutsch", "generated": False, "status": "ready"}
    assert put == told
    captions = studio.client.stream.captions
    (listed,) = captions.get(uid, account_id=ACCOUNT)
    assert (listed.language, listed.label) == ("de", "Deutsch")
    shown = captions.language.vtt.get("de", account_id=ACCOUNT, identifier=uid)
    assert shown == text
    assert studio.ask("PUT", path, files={"file": b"1\n00:00"}).status_code == 400
    captions.language.delete("de", account_id=ACCOUNT, identifier=uid)
    assert list(captions.get(uid, account_id=ACCOUNT)) == []


def test_a_download_is_made_and_handed_out(studio: Studio) -> None:
    video = studio.upload()
    uid, downloads = str(video.uid), studio.client.stream.downloads
    with pytest.raises(cloudflare.BadRequestError, match="not ready"):
        downloads.create(uid, account_id=ACCOUNT)
    studio.advance(10)
    made = downloads.create(uid, account_id=ACCOUNT)
    assert made
    assert made.default
    assert made.default.status == "inprogress"
    assert studio.play(uid, "downloads/default.mp4").status_code == 404
    studio.advance(3)
    found = downloads.get(uid, account_id=ACCOUNT)
    assert found
    assert found.default
    assert (found.default.status, found.default.percent_complete) == ("ready", 100)
    handed = studio.control.get(f"{found.default.url}?filename=my-kata")
    assert handed.content[4:8] == b"ftyp"
    assert handed.headers["content-disposition"] == 'attachment; filename="my-kata.mp4"'
    downloads.delete(uid, account_id=ACCOUNT)
    assert studio.play(uid, "downloads/default.mp4").status_code == 404


def test_a_film_is_copied_from_this_machine_and_from_no_other(postgres_url: str) -> None:
    with served(postgres_url, CLOUDFLARE) as address:
        url = f"{address}/cloudflare/client/v4"
        client = cloudflare.Cloudflare(api_token="sandbox", base_url=url, max_retries=0)
        studio = Studio(address, client, httpx2.Client(base_url=address, timeout=20))
        first = studio.ready()
        client.stream.downloads.create(str(first.uid), account_id=ACCOUNT)
        studio.advance(3)
        here = f"{address}/cloudflare/stream/{first.uid}/downloads/default.mp4"
        copied = client.stream.copy.create(account_id=ACCOUNT, input=here, meta={"name": "Copy"})
        assert copied
        assert copied.status
        assert copied.status.state == "downloading"
        assert copied.meta == {"downloaded-from": here, "name": "Copy"}
        nowhere = client.stream.copy.create(account_id=ACCOUNT, url=f"{address}/nothing.mp4")
        studio.advance(10)
        assert studio.video(copied.uid).ready_to_stream
        assert nowhere
        failed = studio.video(nowhere.uid).status
        assert failed
        assert failed.error_reason_code == "ERR_FETCH_ORIGIN_ERROR"
        with pytest.raises(cloudflare.InternalServerError, match="nothing leaves this one") as no:
            client.stream.copy.create(account_id=ACCOUNT, url="https://films.example/kata.mp4")
        assert no.value.status_code == 501
        studio.control.close()
        client.close()
