"""A studio: Cloudflare's own client at the sandbox on a port, and who hears its webhooks."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2
from cloudflare import Cloudflare
from cloudflare.types.stream import LiveInput, Video

from sandboxes.cloudflare import CLOUDFLARE
from tests.sandboxes.listener import HOOK, Listener
from tests.sandboxes.served import served

ACCOUNT, TOKEN = "0" * 32, "sandbox"
HOOK_SECRET = "a secret of this test"
HOUR_S, DAY_S = 3600, 86_400


@dataclass
class Studio:
    """The client, the control plane, and the listener."""

    address: str
    client: Cloudflare
    control: httpx2.Client
    listener: Listener = field(default_factory=Listener)

    @property
    def base(self) -> str:
        """Where the API stands."""
        return f"{self.address}/cloudflare/client/v4"

    def reset(self) -> None:
        """Everything forgotten, at the machine's own time; the listener hears everything."""
        self.control.post("/_sandbox/clock", json={"reset": True}).raise_for_status()
        self.control.post("/_sandbox/reset").raise_for_status()
        self.ask("DELETE", f"/accounts/{ACCOUNT}/stream/webhook")
        told = {"vendor": "cloudflare", "url": HOOK, "secret": HOOK_SECRET}
        self.control.put("/_sandbox/webhooks", json=told).raise_for_status()
        self.listener.forget()

    def advance(self, seconds: float = 0.001) -> None:
        """Move the sandboxes' clock; all that falls due is done and told when this returns."""
        answer = self.control.post("/_sandbox/clock", json={"advance_s": seconds}, timeout=60)
        answer.raise_for_status()

    def now(self) -> float:
        """What time it is in the sandboxes, in seconds since 1970."""
        shown = self.control.get("/_sandbox/clock").json()["now"]
        return datetime.fromisoformat(shown).timestamp()

    def ask(self, method: str, path: str, token: str = TOKEN, **options: Any) -> httpx2.Response:
        """A request to the API that the library would not make."""
        headers = {"Authorization": f"Bearer {token}"} | options.pop("headers", {})
        return self.control.request(method, self.base + path, headers=headers, **options)

    def upload(self, data: bytes | None = None, **fields: Any) -> Video:
        """A video by direct upload, of a film unless other bytes are given; not encoded yet."""
        uid, url = self.upload_url(**fields)
        file = film() if data is None else data
        self.control.post(url, files={"file": ("film.mp4", file)}).raise_for_status()
        return self.video(uid)

    def upload_url(self, **fields: Any) -> tuple[str, str]:
        """A video that waits for its file, and where that is to be sent."""
        told = {"max_duration_seconds": 60} | fields
        made = self.client.stream.direct_upload.create(account_id=ACCOUNT, **told)
        assert made
        assert made.uid
        assert made.upload_url
        return made.uid, made.upload_url

    def ready(self, **fields: Any) -> Video:
        """A video that is ready."""
        video = self.upload(**fields)
        self.advance(10)
        return self.video(video.uid)

    def video(self, uid: str | None) -> Video:
        """A video as it is now."""
        assert uid
        video = self.client.stream.get(uid, account_id=ACCOUNT)
        assert video
        return video

    def live_input(self, **recording: Any) -> LiveInput:
        """A live input that is recorded."""
        told: Any = {"mode": "automatic"} | recording
        made = self.client.stream.live_inputs.create(
            account_id=ACCOUNT, meta={"name": "Sunday training"}, recording=told
        )
        assert made
        return made

    def broadcast(self, live: LiveInput, order: str) -> httpx2.Response:
        """Let somebody `start` to broadcast to a live input, or `stop`."""
        return self.control.post(f"/_sandbox/cloudflare/live_inputs/{live.uid}/{order}")

    def play(self, ref: str | None, path: str = "manifest/video.m3u8") -> httpx2.Response:
        """What a browser gets."""
        return self.control.get(f"/cloudflare/stream/{ref}/{path}")


@contextmanager
def a_studio(database_url: str) -> Iterator[Studio]:
    """A studio at a server that runs while the block does."""
    listener = Listener()
    with served(database_url, CLOUDFLARE, outside=listener) as address:
        url = f"{address}/cloudflare/client/v4"
        with (
            Cloudflare(api_token=TOKEN, base_url=url, max_retries=0) as client,
            httpx2.Client(base_url=address, timeout=20) as control,
        ):
            yield Studio(address, client, control, listener)


def film(seconds: float = 4.0, width: int = 1280, height: int = 720) -> bytes:
    """The least MP4 that says how long and how large it is."""
    movie = struct.pack(">IIIII", 0, 0, 0, 1000, round(seconds * 1000)) + bytes(80)
    track = bytes(76) + struct.pack(">II", width << 16, height << 16)
    inside = box(b"mvhd", movie) + box(b"trak", box(b"tkhd", track))
    return box(b"ftyp", b"isom\0\0\0\1isom") + box(b"moov", inside) + box(b"mdat", bytes(2000))


def box(kind: bytes, content: bytes) -> bytes:
    """A box of an MP4."""
    return struct.pack(">I4s", len(content) + 8, kind) + content
