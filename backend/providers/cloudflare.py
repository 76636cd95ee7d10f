"""Cloudflare carries live training: Stream for video, Realtime (once Calls) for rooms.

https://developers.cloudflare.com/stream and https://developers.cloudflare.com/realtime/sfu/api
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import quote

import httpx2
from pydantic import AliasChoices, AliasPath, BaseModel, Field

from backend import settings as groups
from backend.providers import signatures
from backend.providers.calls import Call
from backend.providers.http import VendorClient

API: Final = "api.cloudflare.com/client/v4"
REALTIME: Final = "rtc.live.cloudflare.com/v1"
"""Where Cloudflare keeps Realtime apart from the rest of its API."""


class LiveInput(BaseModel):
    """Where a broadcast goes in, and whence it comes out; the key is the broadcaster's secret."""

    uid: str
    rtmps_url: str = Field(validation_alias=AliasPath("rtmps", "url"))
    rtmps_key: str = Field(validation_alias=AliasPath("rtmps", "streamKey"), repr=False)
    webrtc_url: str | None = Field(default=None, validation_alias=AliasPath("webRTC", "url"))

    def watched_with(self, token: str) -> str | None:
        """Where whoever has this token watches what is on air (HLS)."""
        # Cloudflare tells the account's own host in this address alone: host/key/webRTC/publish.
        host = (self.webrtc_url or "").rsplit("/", 3)[0]
        return f"{host}/{token}/manifest/video.m3u8" if host else None


class Video(BaseModel):
    """A recording, or a broadcast that is being recorded."""

    uid: str
    state: str = Field(validation_alias=AliasPath("status", "state"))
    """`live-inprogress`, `queued`, `inprogress`, `ready` or `error`, as Cloudflare has it."""
    error: str = Field(
        default="",
        validation_alias=AliasChoices(
            AliasPath("status", "errorReasonText"), AliasPath("status", "errReasonText")
        ),
    )
    is_ready: bool = Field(validation_alias="readyToStream")
    duration: float = -1
    """In seconds; -1 until it is known."""
    live_input: str | None = Field(default=None, validation_alias="liveInput")
    hls: str | None = Field(default=None, validation_alias=AliasPath("playback", "hls"))
    thumbnail: str | None = None
    created: datetime | None = None


class Download(BaseModel):
    """A recording as one file, and how far it is."""

    status: Literal["inprogress", "ready", "error"]
    url: str | None = None
    percent: float = Field(default=0, validation_alias="percentComplete")


class Description(BaseModel):
    """One side's half of a WebRTC negotiation (RFC 9429)."""

    type: Literal["offer", "answer"]
    sdp: str


class Track(BaseModel):
    """Sound or picture that somebody sends into a session, or wants from another."""

    location: Literal["local", "remote"]
    name: str = Field(serialization_alias="trackName")
    mid: str | None = None
    session_id: str | None = Field(default=None, serialization_alias="sessionId")
    """Whose track it is, when it is remote."""


class AddedTrack(BaseModel):
    """What became of a track: where it is in the description, or what is wrong with it."""

    name: str | None = Field(default=None, validation_alias="trackName")
    mid: str | None = None
    error: str | None = Field(default=None, validation_alias="errorCode")


class Negotiation(BaseModel):
    """The other half; when it is an offer, it waits for our answer (`renegotiate`)."""

    description: Description | None = Field(default=None, validation_alias="sessionDescription")
    tracks: tuple[AddedTrack, ...] = ()
    must_renegotiate: bool = Field(default=False, validation_alias="requiresImmediateRenegotiation")


class _LiveInput(BaseModel):
    result: LiveInput


class _Named(BaseModel):
    uid: str
    name: str = Field(default="", validation_alias=AliasPath("meta", "name"))


class _LiveInputs(BaseModel):
    inputs: tuple[_Named, ...] = Field(validation_alias=AliasPath("result", "liveInputs"))


class _Video(BaseModel):
    result: Video


class _Videos(BaseModel):
    result: tuple[Video, ...]


class _Token(BaseModel):
    token: str = Field(validation_alias=AliasPath("result", "token"))


class _Download(BaseModel):
    download: Download = Field(validation_alias=AliasPath("result", "default"))


class _Session(BaseModel):
    id: str = Field(validation_alias="sessionId")


class Cloudflare:
    """The provider `cloudflare`: Stream with the account's token, Realtime with the app's."""

    def __init__(
        self, settings: groups.Cloudflare, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        account, token = settings.cloudflare_account_id, settings.cloudflare_api_token
        app, secret = settings.cloudflare_calls_app_id, settings.cloudflare_calls_api_token
        self._stream = f"/accounts/{account}/stream"
        self._sessions = f"/apps/{app}/sessions"
        self._webhook_secret = settings.cloudflare_webhook_secret
        self._http = VendorClient(
            "cloudflare",
            settings.cloudflare_base_url,
            {"CLOUDFLARE_ACCOUNT_ID": account, "CLOUDFLARE_API_TOKEN": token},
            {"Authorization": f"Bearer {token.get_secret_value()}" if token else ""},
            transport,
        )
        self._realtime = VendorClient(
            "cloudflare",
            settings.cloudflare_base_url.replace(API, REALTIME),
            {"CLOUDFLARE_CALLS_APP_ID": app, "CLOUDFLARE_CALLS_API_TOKEN": secret},
            {"Authorization": f"Bearer {secret.get_secret_value()}" if secret else ""},
            transport,
        )

    async def ping(self) -> None:
        """Ask which live inputs there are."""
        call = Call("ping", "GET", f"{self._stream}/live_inputs", attempts=1)
        await self._http.require("result", call)

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()
        await self._realtime.close()

    async def create_live_input(self, name: str) -> LiveInput:
        """A new input, which records what comes in; only signed tokens open it and its video."""
        body = {
            "meta": {"name": name},
            "recording": {"mode": "automatic", "requireSignedURLs": True},
        }
        call = Call("create_live_input", "POST", f"{self._stream}/live_inputs", json=body)
        return (await self._http.read(_LiveInput, call)).result

    async def get_live_input(self, uid: str) -> LiveInput | None:
        """An input with its key, if there is one."""
        found = await self._http.find(_LiveInput, Call("get_live_input", "GET", self._input(uid)))
        return found.result if found else None

    async def find_live_input(self, name: str) -> str | None:
        """The uid of an input of this name, if there is one."""
        call = Call("find_live_input", "GET", f"{self._stream}/live_inputs")
        inputs = (await self._http.read(_LiveInputs, call)).inputs
        return next((each.uid for each in inputs if each.name == name), None)

    async def delete_live_input(self, uid: str) -> bool:
        """Delete an input; its recordings stay. Whether it was there."""
        return await self._http.delete(Call("delete_live_input", "DELETE", self._input(uid)))

    async def videos_of(self, live_input: str) -> tuple[Video, ...]:
        """The recordings of an input, and what it sends just now."""
        call = Call("videos_of", "GET", f"{self._input(live_input)}/videos")
        return (await self._http.read(_Videos, call)).result

    async def get_video(self, uid: str) -> Video | None:
        """A recording as it is now, if there is one."""
        found = await self._http.find(_Video, Call("get_video", "GET", self._video(uid)))
        return found.result if found else None

    async def delete_video(self, uid: str) -> bool:
        """Delete a recording; whether there was one."""
        return await self._http.delete(Call("delete_video", "DELETE", self._video(uid)))

    async def sign_playback(
        self, uid: str, expires_at: datetime, *, downloadable: bool = False
    ) -> str:
        """A token that opens a video until then, 24 hours from now at the latest."""
        body = {"exp": int(expires_at.timestamp()), "downloadable": downloadable}
        path = f"{self._video(uid)}/token"
        call = Call("sign_playback", "POST", path, json=body, repeatable=True)
        return (await self._http.read(_Token, call)).token

    async def prepare_download(self, uid: str) -> Download:
        """Have a recording made into one file, or see how far that is."""
        path = f"{self._video(uid)}/downloads"
        call = Call("prepare_download", "POST", path, repeatable=True)
        return (await self._http.read(_Download, call)).download

    async def open_session(self) -> str:
        """The id of a new session: one person's connection to a room. It costs nothing unused."""
        call = Call("open_session", "POST", f"{self._sessions}/new", repeatable=True)
        return (await self._realtime.read(_Session, call)).id

    async def add_tracks(
        self, session_id: str, tracks: Sequence[Track], offer: Description | None = None
    ) -> Negotiation:
        """Send tracks into a session, with the browser's offer, or bring others' tracks to it."""
        asked = [track.model_dump(by_alias=True, exclude_none=True) for track in tracks]
        body: dict[str, Any] = {"tracks": asked}
        body |= {"sessionDescription": offer.model_dump()} if offer else {}
        path = f"{self._session(session_id)}/tracks/new"
        return await self._realtime.read(Negotiation, Call("add_tracks", "POST", path, json=body))

    async def renegotiate(self, session_id: str, answer: Description) -> None:
        """Give the browser's answer to an offer of `add_tracks`."""
        body: Mapping[str, Any] = {"sessionDescription": answer.model_dump()}
        path = f"{self._session(session_id)}/renegotiate"
        await self._realtime.send(Call("renegotiate", "PUT", path, json=body, repeatable=False))

    def read_webhook(self, body: bytes, signature: str, now: datetime) -> Video:
        """The video that Stream tells of, by its `Webhook-Signature`. Raises `WebhookIsForged`.

        Raises `VendorIsUnavailable` for what makes no sense: it will be sent again.
        """
        key = signatures.key_of("cloudflare", "CLOUDFLARE_WEBHOOK_SECRET", self._webhook_secret)
        signatures.check(body, signature, key, now, time="time", scheme="sig1")
        return signatures.read("cloudflare", Video, body)

    def _input(self, uid: str) -> str:
        return f"{self._stream}/live_inputs/{quote(uid, safe='')}"

    def _video(self, uid: str) -> str:
        return f"{self._stream}/{quote(uid, safe='')}"

    def _session(self, id_: str) -> str:
        return f"{self._sessions}/{quote(id_, safe='')}"
