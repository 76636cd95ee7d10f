"""Playback: a film that decodes, its manifests, and whom signed URLs let in and how long."""

import base64
import json
import struct
from collections import Counter
from typing import Any
from urllib.parse import urljoin

import cloudflare
import httpx2
import jwt
import pytest
from cloudflare.types.stream import Keys

from sandboxes.cloudflare.films import boxes
from tests.sandboxes.studio import ACCOUNT, HOUR_S, Studio


def lines(answer: httpx2.Response) -> list[str]:
    """The addresses that a playlist lists."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/vnd.apple.mpegurl")
    return [line for line in answer.text.splitlines() if line and not line.startswith("#")]


def segments(studio: Studio, ref: str | None) -> list[bytes]:
    """What a player loads, from the manifest on: the initialization, then each segment."""
    manifest = f"{studio.address}/cloudflare/stream/{ref}/manifest/video.m3u8"
    (variant,) = lines(studio.control.get(manifest))
    playlist = studio.control.get(urljoin(manifest, variant))
    head = playlist.text.partition('#EXT-X-MAP:URI="')[2].partition('"')[0]
    at = str(playlist.url)
    return [studio.control.get(urljoin(at, each)).content for each in (head, *lines(playlist))]


def test_what_is_played_is_a_film_that_decodes(studio: Studio) -> None:
    head, *parts = segments(studio, studio.ready().uid)
    movie = dict(boxes(head))
    kinds = {content[12:16] for kind, content in boxes(head) if kind == b"stsd"}
    assert kinds == {b"avc1", b"mp4a"}
    assert movie.keys() >= {b"ftyp", b"moov", b"mvex"}
    assert head.partition(b"avcC")[2][1:4] == bytes.fromhex("64001e")
    assert len(parts) == 3
    samples: Counter[int] = Counter()
    for part in parts:
        found = list(boxes(part))
        for traf in (dict(boxes(content)) for kind, content in found if kind == b"traf"):
            (track,) = struct.unpack(">I", traf[b"tfhd"][4:8])
            samples[track] += struct.unpack(">I", traf[b"trun"][4:8])[0]
        (media,) = (content for kind, content in found if kind == b"mdat")
        # The first picture starts with parameters, a note or a key picture, and never a delta.
        size, kind = struct.unpack(">IB", media[:5])
        assert size < len(media)
        assert kind & 0x1F in {5, 6, 7}
    # Six seconds: 15 pictures in each, and a frame of sound for every 1024 of 48,000 samples.
    assert samples == {1: 90, 2: pytest.approx(6 * 48_000 / 1024, abs=2)}


def test_the_manifests_agree(studio: Studio) -> None:
    uid = studio.ready().uid
    hls = studio.play(uid).text
    assert 'CODECS="avc1.64001e,mp4a.40.2"' in hls
    dash = studio.play(uid, "manifest/video.mpd")
    assert dash.headers["content-type"] == "application/dash+xml"
    assert 'codecs="avc1.64001e,mp4a.40.2"' in dash.text
    assert studio.play(uid, "video/360p/seg_3.m4s").status_code == 200
    assert studio.play(uid, "video/360p/seg_4.m4s").status_code == 404
    picture = studio.play(uid, "thumbnails/thumbnail.jpg")
    assert (picture.content[:3], picture.headers["content-type"]) == (b"\xff\xd8\xff", "image/jpeg")


def test_what_is_on_air_goes_on_and_on(studio: Studio) -> None:
    live = studio.live_input(timeout_seconds=600)
    studio.broadcast(live, "start")

    def window() -> tuple[int, list[str], bool]:
        text = studio.play(live.uid, "manifest/stream_360p.m3u8").text
        first = int(text.partition("#EXT-X-MEDIA-SEQUENCE:")[2].partition("\n")[0])
        listed = [line for line in text.splitlines() if line.endswith(".m4s")]
        assert text.count("#EXT-X-DISCONTINUITY\n") == sum(
            1 for at in range(first, first + len(listed)) if at and at % 3 == 0
        )
        return first, listed, "#EXT-X-ENDLIST" in text

    assert window()[0] == 0
    studio.advance(200)
    first, listed, ended = window()
    assert (first >= 94, len(listed), ended) == (True, 6, False)
    assert listed[0].endswith(f"seg_{first % 3 + 1}.m4s")
    studio.broadcast(live, "stop")
    stalled = window()
    studio.advance(300)
    assert window() == stalled


def test_nothing_is_played_before_it_is_ready(studio: Studio) -> None:
    waiting = studio.upload()
    assert studio.play(waiting.uid).status_code == 404
    assert studio.play("0" * 32).status_code == 404
    assert studio.play(waiting.uid, "thumbnails/thumbnail.jpg").status_code == 404


def token(studio: Studio, uid: str | None, **terms: Any) -> str:
    made = studio.client.stream.token.create(str(uid), account_id=ACCOUNT, **terms)
    assert made
    assert made.token
    return made.token


def claims(token: str) -> dict[str, Any]:
    """What a token says, unverified."""
    said: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return said


def test_a_private_video_opens_with_a_token_for_as_long_as_it_says(studio: Studio) -> None:
    uid = studio.ready(require_signed_urls=True).uid
    for path in ("manifest/video.m3u8", "iframe", "watch", "thumbnails/thumbnail.jpg"):
        assert studio.play(uid, path).status_code == 401, path
    assert studio.play(uid, "video/360p/seg_1.m4s").status_code == 401
    good = token(studio, uid)
    assert jwt.get_unverified_header(good).keys() == {"alg", "kid"}
    said, now = claims(good), studio.now()
    assert said["sub"] == uid
    assert (said["exp"], said["nbf"]) == (
        pytest.approx(now + HOUR_S, abs=20),
        pytest.approx(now - HOUR_S, abs=20),
    )
    assert len(segments(studio, good)) == 4
    assert studio.play(good, "iframe").status_code == 200
    studio.advance(HOUR_S + 1)
    assert studio.play(good).status_code == 403
    assert studio.play(good, "video/360p/seg_1.m4s").status_code == 403
    assert "expired" in studio.play(good).text


def test_a_token_opens_what_it_names_and_when_it_says(studio: Studio) -> None:
    uid, other = studio.ready(require_signed_urls=True).uid, studio.ready(meta={"name": "b"}).uid
    early = token(studio, uid, nbf=int(studio.now()) + 600)
    assert studio.play(early).status_code == 403
    studio.advance(601)
    assert studio.play(early).status_code == 200
    head, said, signature = token(studio, uid).split(".")
    changed = base64.urlsafe_b64encode(json.dumps(claims(early) | {"sub": other}).encode())
    for forged in (f"{head}.{changed.decode().rstrip('=')}.{signature}", f"{head}.{said}.AAAA"):
        assert studio.play(forged).status_code == 403
    assert studio.play("a.b.c").status_code == 403
    unsigned = jwt.encode(
        claims(early), "", algorithm="none", headers={"kid": claims(early)["kid"]}
    )
    assert studio.play(unsigned).status_code == 403
    with pytest.raises(cloudflare.BadRequestError, match="24 hours"):
        token(studio, uid, exp=int(studio.now()) + 25 * HOUR_S)
    with pytest.raises(cloudflare.BadRequestError, match="given together"):
        token(studio, uid, id="x")


@pytest.fixture
def key(studio: Studio) -> Keys:
    made = studio.client.stream.keys.create(account_id=ACCOUNT)
    assert made
    return made


def self_signed(key: Keys, **said: Any) -> str:
    """A token by the documentation's second way: signed with a key of one's own."""
    jwk = jwt.PyJWK(json.loads(base64.b64decode(str(key.jwk))))
    told = {"kid": key.id} | said
    return jwt.encode(told, jwk.key, algorithm="RS256", headers={"kid": str(key.id), "typ": None})


def test_who_has_a_key_signs_alone_until_it_is_revoked(studio: Studio, key: Keys) -> None:
    uid = studio.ready(require_signed_urls=True).uid
    pem = base64.b64decode(str(key.pem))
    assert pem.startswith(b"-----BEGIN RSA PRIVATE" + b" KEY-----")
    exp = int(studio.now()) + 600
    mine = self_signed(key, sub=uid, exp=exp)
    by_pem = jwt.encode({"sub": uid, "exp": exp}, pem, "RS256", headers={"kid": str(key.id)})
    quoted = self_signed(key, sub=uid, exp=str(exp))
    theirs = token(studio, uid, id=key.id, pem=key.pem)
    for good in (mine, by_pem, quoted, theirs):
        assert studio.play(good).status_code == 200
    assert studio.play(self_signed(key, sub=uid)).status_code == 403, "it never expires"
    (listed,) = studio.client.stream.keys.get(account_id=ACCOUNT)
    assert (listed.id, hasattr(listed, "pem")) == (key.id, False)
    revoked = studio.client.stream.keys.delete(str(key.id), account_id=ACCOUNT)
    assert revoked == "Revoked"
    assert studio.play(mine).status_code == 403


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([{"type": "any", "action": "block"}], 403),
        ([{"type": "ip.src", "action": "allow", "ip": ["127.0.0.0/8"]}], 200),
        ([{"type": "ip.src", "action": "block", "ip": ["127.0.0.1"]}], 403),
        ([{"type": "ip.src", "action": "block", "ip": ["2001:db8::/32"]}], 200),
        ([{"type": "ip.geoip.country", "action": "block", "country": ["GB"]}], 200),
    ],
)
def test_access_rules_are_heeded(studio: Studio, rules: list[Any], status: int) -> None:
    uid = studio.ready(require_signed_urls=True).uid
    assert studio.play(token(studio, uid, access_rules=rules)).status_code == status


def test_a_private_live_input_needs_a_token_of_its_own(studio: Studio) -> None:
    live = studio.live_input(require_signed_urls=True)
    video = studio.broadcast(live, "start").json()["video"]
    assert studio.play(live.uid).status_code == studio.play(video).status_code == 401
    assert studio.play(token(studio, live.uid)).status_code == 200
    assert studio.play(token(studio, video)).status_code == 200


def test_a_private_download_needs_a_token_that_says_so(studio: Studio) -> None:
    uid = studio.ready(require_signed_urls=True).uid
    studio.client.stream.downloads.create(str(uid), account_id=ACCOUNT)
    studio.advance(3)
    path = "downloads/default.mp4"
    assert studio.play(uid, path).status_code == 401
    assert studio.play(token(studio, uid), path).status_code == 403
    assert studio.play(token(studio, uid, downloadable=True), path).status_code == 200


def test_the_player_may_be_embedded_where_the_video_says(studio: Studio) -> None:
    uid = str(studio.ready().uid)
    page = studio.play(uid, "iframe")
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert 'src="/cloudflare/stream/player.js"' in page.text
    assert studio.control.get("/cloudflare/stream/player.js").status_code == 200
    origins: Any = ["localhost:3000", "*.wwmaa.example", "x; script-src *"]
    studio.client.stream.edit(uid, account_id=ACCOUNT, allowed_origins=origins)
    policy = studio.play(uid, "iframe").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors localhost:3000 *.wwmaa.example")
    embed = studio.client.stream.embed.get(uid, account_id=ACCOUNT)
    assert f'src="{studio.address}/cloudflare/stream/{uid}/iframe"' in str(embed)
