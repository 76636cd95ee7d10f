"""The headers that tell browsers to be careful (OWASP Secure Headers), on every answer."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.settings import Settings

_NOTHING = "()"
_FEATURES = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope")
_MORE_FEATURES = ("magnetometer", "microphone", "payment", "usb")


def _headers(settings: Settings) -> dict[str, str]:
    # This API answers with data alone: a browser that is shown an answer as a page loads nothing.
    policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    if settings.security.csp_report_uri:
        policy += f"; report-uri {settings.security.csp_report_uri}"
    return {
        "Content-Security-Policy": policy,
        "Strict-Transport-Security": (
            f"max-age={settings.security.hsts_max_age_seconds}; includeSubDomains"
        ),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Permitted-Cross-Domain-Policies": "none",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": ", ".join(f"{f}={_NOTHING}" for f in _FEATURES + _MORE_FEATURES),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-site",
        "Cross-Origin-Embedder-Policy": "require-corp",
    }


class SecurityHeaders:
    """Adds the headers; an answer that says nothing of caching is not to be stored."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        pairs = _headers(settings).items()
        self._raw = [(name.lower().encode(), value.encode()) for name, value in pairs]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                headers.extend(self._raw)
            await send(message)

        await self.app(scope, receive, send_with_headers)
