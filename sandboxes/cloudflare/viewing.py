"""Who may see what: a video or live input by its name, or by a token that opens it."""

from dataclasses import dataclass

from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandboxes.cloudflare.broadcasting import LIVE_INPUT, is_on_air
from sandboxes.cloudflare.library import VIDEO
from sandboxes.cloudflare.signing import TokenIsRefused, verified
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Refused


class NotShown(Refused):
    """A viewer is not shown what was asked for."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(PlainTextResponse(words, status))


@dataclass(frozen=True)
class View:
    """What a viewer is let in to: of a live input, the `video` that is on air, if there is one."""

    video: Document | None
    live: Document | None
    may_download: bool

    @property
    def allowed_origins(self) -> list[str]:
        """The sites that may embed it; all where it names none."""
        there = self.live["recording"] if self.live else self.video
        return list((there or {}).get("allowedOrigins") or [])


async def opened(call: Call) -> View:
    """What the `ref` of a call opens: a name, or a token. Raises NotShown: 401 for a name that
    needs a token, 403 for a token that lets nobody in, 404 for nothing."""
    ref, signed = call.parameters["ref"], False
    uid, claims = ref, {}
    if ref.count(".") == 2:
        viewer = call.request.client.host if call.request.client else "127.0.0.1"
        try:
            claims = await verified(call.vendor, ref, call.now, viewer)
        except TokenIsRefused as refused:
            raise NotShown(403, f"This token lets nobody in: {refused}.") from refused
        uid, signed = str(claims.get("sub", "")), True
    video, live = await _found(call, uid)
    there = live or video
    if there is None or (signed and there["account"] != claims["account"]):
        raise NotShown(404, "There is no such video.")
    needs_token = (live["recording"] if live else there)["requireSignedURLs"]
    if needs_token and not signed:
        raise NotShown(401, "This video needs a signed URL.")
    return View(video, live, not needs_token or claims.get("downloadable") is True)


async def _found(call: Call, uid: str) -> tuple[Document | None, Document | None]:
    if (live := await call.records.get(LIVE_INPUT, uid)) is None:
        return await call.records.get(VIDEO, uid), None
    video = await call.records.get(VIDEO, live["video"]) if live["video"] else None
    if video and video["status"]["state"] != "live-inprogress":
        video = None
    return video, live


async def lifecycle(call: Call) -> Response:
    """Whether a name is a live input's, and what is on air there."""
    view = await opened(call)
    on_air = bool(view.live and is_on_air(view.live))
    uid = view.video["uid"] if view.video else None
    told = {"isInput": view.live is not None, "videoUID": uid, "live": on_air}
    return JSONResponse(told)
