"""The control plane asks nobody who they are; so it heeds no form and no script of other sites."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OURS = frozenset({"same-origin", "none"})


class SameSite:
    """Refuses what a browser sends for a page of another site, unless it only reads."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; programs say nothing of sites and are let through."""
        site = Headers(scope=scope).get("sec-fetch-site", "none")
        if site in OURS or scope["method"] in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        words = "a page of another site asked for this; the control plane takes no orders of others"
        await JSONResponse({"error": words}, 403)(scope, receive, send)
