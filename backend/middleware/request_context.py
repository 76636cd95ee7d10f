"""Gives each request its id and trace, and counts, times and logs it."""

import re
import time
from http import HTTPStatus
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.observability import ACTIVE, DURATION, REQUESTS, Trace, trace

_USABLE_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
TIMED = "/api/health"
"""Paths whose answers tell how long they took here. Others do not: a stranger who measures logins
without the noise of the way learns who has an account."""
_log = structlog.get_logger(name="backend.access")


class RequestContext:
    """Takes over a well-formed X-Request-ID and traceparent, and makes them where there are none.

    Endpoints are counted under the route's template, so that ids in paths and unknown paths
    never grow the number of series.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and account for its answer."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _USABLE_ID.match(given) else uuid4().hex
        scope["request_id"] = request_id
        trace.set(Trace.of(request_id, headers.get("traceparent", "")))
        status, started = 500, time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "websocket.accept":
                status = HTTPStatus.SWITCHING_PROTOCOLS.value
            if message["type"].endswith("http.response.start"):
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
                if scope["path"].startswith(TIMED):
                    took = (time.perf_counter() - started) * 1000
                    MutableHeaders(scope=message)["Server-Timing"] = f"app;dur={took:.2f}"
            await send(message)

        is_request = scope["type"] == "http"
        ACTIVE.inc(is_request)
        try:
            await self.app(scope, receive, send_with_id)
        finally:
            ACTIVE.dec(is_request)
            self._account(scope, status, time.perf_counter() - started)

    @staticmethod
    def _account(scope: Scope, status: int, seconds: float) -> None:
        endpoint = getattr(scope.get("route"), "path", "unmatched")
        method = scope.get("method", "WEBSOCKET")
        labels = (method, endpoint, str(status))
        REQUESTS.labels(*labels).inc()
        # How long somebody stays in a conversation says nothing of how fast anything is.
        if status != HTTPStatus.SWITCHING_PROTOCOLS:
            DURATION.labels(*labels).observe(seconds)
        # Probes come every moment; a line for each would bury what people did.
        say = _log.debug if endpoint.startswith("/api/health") and status < 500 else _log.info
        say(
            "request",
            method=method,
            path=scope["path"],
            status=status,
            milliseconds=round(seconds * 1000, 2),
        )
