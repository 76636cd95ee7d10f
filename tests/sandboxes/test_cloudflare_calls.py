"""Calls: apps by the SDK, sessions by the published Connection API, signalling alone."""

from dataclasses import dataclass
from typing import Any

import cloudflare
import httpx2
import pytest

from sandboxes.cloudflare import sdp
from tests.sandboxes.studio import ACCOUNT, HOUR_S, Studio

HEAD = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\n"
MEDIA = (
    "m={kind} 9 UDP/TLS/RTP/SAVPF {number}\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\n"
    "a=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 AA:BB\r\na=setup:{setup}\r\n"
    "a=mid:{mid}\r\na={way}\r\na=rtcp-mux\r\na=rtpmap:{number} {codec}\r\n"
)
KINDS = {"audio": (111, "opus/48000/2"), "video": (96, "VP8/90000")}


def description(kind: str, *media: tuple[str, str], way: str = "sendonly") -> dict[str, str]:
    """A session description of these kinds and mids, as a browser writes it."""
    text = HEAD.format(" ".join(mid for _, mid in media))
    for each, mid in media:
        number, codec = KINDS[each]
        setup = "actpass" if kind == "offer" else "active"
        text += MEDIA.format(kind=each, number=number, codec=codec, mid=mid, way=way, setup=setup)
    return {"type": kind, "sdp": text}


OFFER = description("offer", ("audio", "0"), ("video", "1"))
MIC = {"location": "local", "mid": "0", "trackName": "mic"}
CAM = {"location": "local", "mid": "1", "trackName": "cam"}


@dataclass
class Room:
    """An app of Calls, asked as a backend asks it."""

    studio: Studio
    app: str
    secret: str
    base: str = "/cloudflare/v1"

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.secret}"}
        url = f"{self.base}/apps/{self.app}/sessions{path}"
        return self.studio.control.request(method, url, json=body, headers=headers, **options)

    def join(self) -> str:
        answer = self.ask("POST", "/new")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sessionId"])

    def publish(self, *tracks: dict[str, str]) -> str:
        session = self.join()
        body = {"sessionDescription": OFFER, "tracks": tracks or (MIC, CAM)}
        answer = self.ask("POST", f"/{session}/tracks/new", body)
        assert answer.status_code == 200, answer.text
        return session

    def pull(self, session: str, *wanted: tuple[str, str]) -> dict[str, Any]:
        tracks = [
            {"location": "remote", "sessionId": publisher, "trackName": name}
            for publisher, name in wanted
        ]
        answer = self.ask("POST", f"/{session}/tracks/new", {"tracks": tracks})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
def room(studio: Studio) -> Room:
    app = studio.client.calls.sfu.create(account_id=ACCOUNT, name="Dojo")
    assert app
    return Room(studio, app.uid, app.secret)


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.json()["errorDescription"]
    return answer.status_code, answer.json()["errorCode"]


def test_apps_are_made_named_and_deleted(studio: Studio) -> None:
    apps = studio.client.calls.sfu
    made = apps.create(account_id=ACCOUNT, name="Dojo")
    assert made
    assert len(made.secret) == 64
    found = apps.get(made.uid, account_id=ACCOUNT)
    assert found
    assert (found.name, hasattr(found, "secret")) == ("Dojo", False)
    renamed = apps.update(made.uid, account_id=ACCOUNT, name="Big dojo")
    assert renamed
    assert (renamed.name, renamed.modified > made.modified) == ("Big dojo", True)
    assert [app.uid for app in apps.list(account_id=ACCOUNT)] == [made.uid]
    apps.delete(made.uid, account_id=ACCOUNT)
    with pytest.raises(cloudflare.NotFoundError):
        apps.get(made.uid, account_id=ACCOUNT)
    answer = Room(studio, made.uid, made.secret).ask("POST", "/new")
    assert refusal(answer) == (404, "not_found")


def test_only_its_secret_opens_an_app(room: Room) -> None:
    room.join()
    wrong = Room(room.studio, room.app, "another")
    assert refusal(wrong.ask("POST", "/new")) == (401, "unauthorized")
    nobody = room.studio.control.post(f"/cloudflare/v1/apps/{room.app}/sessions/new")
    assert refusal(nobody) == (401, "unauthorized")
    assert refusal(Room(room.studio, "dojo", "x").ask("POST", "/new")) == (404, "not_found")


def test_an_app_of_the_dashboard_is_opened_by_the_first_who_names_it(studio: Studio) -> None:
    first = Room(studio, "d" * 32, "a secret of the environment")
    first.join()
    first.join()
    second = Room(studio, "d" * 32, "another secret")
    assert refusal(second.ask("POST", "/new")) == (401, "unauthorized")


def test_the_connection_api_stands_below_the_api_too(room: Room) -> None:
    session = room.publish()
    below = Room(room.studio, room.app, room.secret, base="/cloudflare/client/v4")
    assert below.ask("GET", f"/{session}").json() == room.ask("GET", f"/{session}").json()
    assert below.join()


def test_an_offer_is_answered_section_by_section(room: Room) -> None:
    session = room.join()
    body = {"sessionDescription": OFFER, "tracks": [MIC, CAM]}
    told = room.ask("POST", f"/{session}/tracks/new", body).json()
    assert told["requiresImmediateRenegotiation"] is False
    names = [{"mid": "0", "trackName": "mic"}, {"mid": "1", "trackName": "cam"}]
    assert told["tracks"] == names
    answer = told["sessionDescription"]
    assert answer["type"] == "answer"
    audio, video = sdp.read(answer["sdp"])
    assert (audio.kind, audio.mid, video.kind, video.mid) == ("audio", "0", "video", "1")
    for line in ("a=setup:passive", "a=recvonly", "a=ice-lite", "a=rtpmap:96 VP8/90000"):
        assert f"{line}\r\n" in answer["sdp"]
    state = room.ask("GET", f"/{session}").json()
    active = {"location": "local", "status": "active"}
    assert state == {"tracks": [each | active for each in names], "dataChannels": []}


def test_a_session_may_begin_with_an_offer_and_name_its_tracks_later(room: Room) -> None:
    made = room.ask("POST", "/new", {"sessionDescription": OFFER}).json()
    assert made["sessionDescription"]["type"] == "answer"
    body = {"sessionDescription": OFFER, "autoDiscover": True}
    told = room.ask("POST", f"/{made['sessionId']}/tracks/new", body).json()
    assert [track["mid"] for track in told["tracks"]] == ["0", "1"]
    assert all(len(track["trackName"]) == 32 for track in told["tracks"])


def test_tracks_of_others_come_with_an_offer_that_must_be_answered(room: Room) -> None:
    publisher, viewer = room.publish(), room.join()
    told = room.pull(viewer, (publisher, "cam"), (publisher, "mic"))
    assert told["requiresImmediateRenegotiation"] is True
    assert [(track["trackName"], track["mid"]) for track in told["tracks"]] == [
        ("cam", "0"),
        ("mic", "1"),
    ]
    offer = told["sessionDescription"]
    assert (offer["type"], [each.kind for each in sdp.read(offer["sdp"])]) == (
        *("offer", ["video", "audio"]),
    )
    body = {"tracks": [{"location": "remote", "sessionId": publisher, "trackName": "mic"}]}
    too_soon = room.ask("POST", f"/{viewer}/tracks/new", body)
    assert refusal(too_soon) == (406, "invalid_session_description")
    path = f"/{viewer}/renegotiate"
    short = {"sessionDescription": description("answer", ("video", "0"), way="recvonly")}
    assert refusal(room.ask("PUT", path, short)) == (406, "invalid_session_description")
    both = (("video", "0"), ("audio", "1"))
    whole = {"sessionDescription": description("answer", *both, way="recvonly")}
    taken = room.ask("PUT", path, whole)
    assert (taken.status_code, taken.json()) == (200, {})
    assert refusal(room.ask("PUT", path, whole)) == (406, "invalid_session_description")
    state = room.ask("GET", f"/{viewer}").json()["tracks"]
    assert [(each["location"], each["sessionId"], each["status"]) for each in state] == [
        ("remote", publisher, "active")
    ] * 2


def test_a_track_that_nobody_shares_fails_by_itself(room: Room) -> None:
    publisher, viewer = room.publish(), room.join()
    other = Room(room.studio, "e" * 32, "x").publish()
    told = room.pull(viewer, (publisher, "cam"), (publisher, "screen"), (other, "cam"))
    errors = [track.get("errorCode") for track in told["tracks"]]
    assert errors == [None, "not_found_track_error", "not_found_track_error"]
    none = room.pull(room.join(), (publisher, "screen"))
    assert none["requiresImmediateRenegotiation"] is False
    assert "sessionDescription" not in none


def test_tracks_are_closed_at_once_or_with_an_offer(room: Room) -> None:
    publisher, viewer = room.publish(), room.join()
    room.pull(viewer, (publisher, "mic"))
    path = f"/{publisher}/tracks/close"
    body = {"tracks": [{"mid": "0"}, {"mid": "9"}], "force": True}
    closed = room.ask("PUT", path, body).json()
    assert closed["requiresImmediateRenegotiation"] is False
    assert closed["tracks"][0] == {"mid": "0"}
    assert closed["tracks"][1]["errorCode"] == "close_track_error"
    assert [each["status"] for each in room.ask("GET", f"/{publisher}").json()["tracks"]] == [
        "inactive",
        "active",
    ]
    (seen,) = room.ask("GET", f"/{viewer}").json()["tracks"]
    assert seen["status"] == "inactive"
    gently = {"tracks": [{"mid": "1"}], "force": False}
    assert refusal(room.ask("PUT", path, gently)) == (406, "invalid_params")
    told = room.ask("PUT", path, gently | {"sessionDescription": OFFER}).json()
    assert (told["sessionDescription"]["type"], told["tracks"]) == ("answer", [{"mid": "1"}])
    assert room.pull(room.join(), (publisher, "cam"))["tracks"][0]["errorCode"]


def test_the_sfu_offers_when_the_endpoint_does_not(room: Room) -> None:
    session = room.join()
    body = {"tracks": [{"location": "local", "trackName": "mic", "kind": "audio"}]}
    told = room.ask("POST", f"/{session}/tracks/new", body).json()
    assert (told["requiresImmediateRenegotiation"], told["tracks"]) == (
        *(True, [{"trackName": "mic", "mid": "0"}]),
    )
    assert "a=recvonly\r\n" in told["sessionDescription"]["sdp"]


REMOTE = {"location": "remote", "sessionId": "0" * 32, "trackName": "cam"}


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"tracks": [{"location": "near"}]}, (400, "decoding_error")),
        ({"tracks": "mic"}, (400, "decoding_error")),
        ({}, (406, "invalid_params")),
        ({"sessionDescription": OFFER, "tracks": [MIC, REMOTE]}, (406, "invalid_params")),
        ({"tracks": [REMOTE] * 65}, (406, "invalid_params")),
        ({"tracks": [{"location": "remote", "trackName": "cam"}]}, (406, "invalid_params")),
        ({"tracks": [{"location": "local", "trackName": "mic"}]}, (406, "invalid_params")),
        (
            {"sessionDescription": {"type": "offer", "sdp": "hello"}, "tracks": [MIC]},
            (406, "invalid_session_description"),
        ),
        (
            {"sessionDescription": OFFER | {"type": "answer"}, "tracks": [MIC]},
            (406, "invalid_session_description"),
        ),
        (
            {"sessionDescription": OFFER, "tracks": [MIC | {"mid": "7"}]},
            (406, "invalid_session_description"),
        ),
    ],
)
def test_what_can_not_be_is_refused(room: Room, body: Any, refused: tuple[int, str]) -> None:
    session = room.join()
    assert refusal(room.ask("POST", f"/{session}/tracks/new", body)) == refused
    assert room.ask("GET", f"/{session}").json()["tracks"] == []


def test_a_session_that_is_never_used_is_gone_after_a_while(room: Room) -> None:
    unused, used = room.join(), room.publish()
    room.studio.advance(HOUR_S)
    assert refusal(room.ask("GET", f"/{unused}")) == (410, "session_error")
    assert refusal(room.ask("GET", "/" + "0" * 32)) == (410, "session_error")
    assert room.ask("GET", f"/{used}").status_code == 200
