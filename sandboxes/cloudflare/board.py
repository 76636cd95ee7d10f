"""A page for people: live inputs that go on air and off it, videos to watch, rooms of Calls."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandboxes.cloudflare import broadcasting
from sandboxes.cloudflare.broadcasting import LIVE_INPUT, CanNotGoLive
from sandboxes.cloudflare.library import VIDEO
from sandboxes.cloudflare.realtime import SESSION
from sandboxes.cloudflare.signing import Terms, sign
from sandboxes.kit.control import refuse
from sandboxes.kit.pages import Pages, led_back
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Happening, Vendor

PAGES = Pages(Path(__file__).parent / "templates")
ADDRESS = "/_sandbox/cloudflare"
SHOWN = 24


def board_pages(vendor: Vendor) -> Sequence[Route]:
    """The routes of the page, under /_sandbox."""
    board = Board(vendor)
    return [
        Route("/cloudflare", board.page),
        Route("/cloudflare/live_inputs/{uid}/start", board.start, methods=["POST"]),
        Route("/cloudflare/live_inputs/{uid}/stop", board.stop, methods=["POST"]),
    ]


async def latest(vendor: Vendor, limit: int) -> list[Happening]:
    """The newest videos and live inputs, as the console tells them."""
    videos = [
        _happening(each, f"Video {_name(each)} · {each['status']['state']}", each["uid"])
        for each in await vendor.records.find(VIDEO, limit=limit)
    ]
    inputs = [
        _happening(each, f"Live input {_name(each)} · {each['status'] or 'never used'}")
        for each in await vendor.records.find(LIVE_INPUT, limit=limit)
    ]
    newest = sorted(videos + inputs, key=lambda happening: happening.at, reverse=True)
    return newest[:limit]


def _happening(thing: Document, what: str, video: str = "") -> Happening:
    at = datetime.fromisoformat(thing["created"])
    return Happening(at, what, f"{ADDRESS}?video={video}" if video else ADDRESS)


class Board:
    """The page of one Cloudflare, and its two switches."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor

    async def page(self, request: Request) -> HTMLResponse:
        """Everything; `video` is the one that is played."""
        records = self.vendor.records
        videos = await records.find(VIDEO, limit=SHOWN)
        uid = request.query_params.get("video")
        chosen = await records.get(VIDEO, uid) if uid else None
        return PAGES.render(
            "board.html",
            404 if uid and chosen is None else 200,
            inputs=[self._input(live) for live in await records.find(LIVE_INPUT, limit=SHOWN)],
            videos=[self._video(video) for video in videos],
            sessions=[_session(each) for each in await records.find(SESSION, limit=SHOWN)],
            chosen=self._video(chosen) | {"ref": await self._ref(chosen)} if chosen else None,
            is_gone=bool(uid and chosen is None),
            address=str(request.base_url).rstrip("/"),
        )

    async def start(self, request: Request) -> Response:
        """Go live with a live input, as if somebody broadcast to it; 409 where that can not be."""
        async with self.vendor.exclusively() as inside:
            live = await _live_input(inside, request)
            try:
                await broadcasting.go_live(inside, live, self.vendor.clock.now())
            except CanNotGoLive as error:
                raise refuse(409, str(error)) from error
        return self._told(request, live)

    async def stop(self, request: Request) -> Response:
        """End the broadcast; 409 where there is none."""
        async with self.vendor.exclusively() as inside:
            live = await _live_input(inside, request)
            if not broadcasting.is_on_air(live):
                raise refuse(409, "this live input is not on air")
            await broadcasting.go_off_air(inside, live, self.vendor.clock.now())
        return self._told(request, live)

    def _told(self, request: Request, live: Document) -> Response:
        told = {"uid": live["uid"], "status": live["status"], "video": live["video"]}
        page = f"{ADDRESS}?video={live['video']}" if live["video"] else ADDRESS
        return led_back(request, page, told)

    async def _ref(self, video: Document) -> str:
        """What opens a video here: its name, or a token where it needs one."""
        if not video["requireSignedURLs"]:
            return str(video["uid"])
        now = self.vendor.clock.now()
        return await sign(self.vendor, video["account"], video["uid"], Terms(), now)

    def _input(self, live: Document) -> Document:
        return {
            "uid": live["uid"],
            "name": _name(live),
            "status": live["status"],
            "is_on_air": broadcasting.is_on_air(live),
            "is_enabled": live["enabled"],
            "video": live["video"],
            "recording": live["recording"],
        }

    def _video(self, video: Document) -> Document:
        state = video["status"]["state"]
        return {
            "uid": video["uid"],
            "name": _name(video),
            "state": state,
            "is_playable": video["readyToStream"] or state == "live-inprogress",
            "reason": video["status"]["errorReasonText"],
            "duration": video["duration"],
            "created": datetime.fromisoformat(video["created"]),
            "signed": video["requireSignedURLs"],
        }


async def _live_input(vendor: Vendor, request: Request) -> Document:
    uid = request.path_params["uid"]
    live = await vendor.records.get(LIVE_INPUT, uid)
    if live is None:
        raise refuse(404, f"there is no live input {uid}; see {ADDRESS}")
    return live


def _name(thing: Document) -> str:
    return str((thing["meta"] or {}).get("name") or thing["uid"])


def _session(session: Document) -> Document:
    tracks = [
        {"name": track["trackName"], "location": track["location"]}
        for track in session["tracks"]
        if track["status"] == "active"
    ]
    created = datetime.fromisoformat(session["created"])
    return {"id": session["id"], "app": session["app"], "created": created, "tracks": tracks}
