"""Serving: the same server for the API and for the worker, as their settings say."""

from typing import Final
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from backend.settings import Settings

LARGEST_MESSAGE: Final = 16_384
"""Bytes of what a client may send at once over a WebSocket; more ends the connection (1009)."""


def serve(app: ASGIApp | str, settings: Settings, *, workers: int = 1) -> None:
    """Serve until SIGTERM; several workers need the application by its name."""
    uvicorn.run(
        app,
        host=_interface(settings),
        port=settings.core.port,
        # Of its own accord the server would take WEB_CONCURRENCY, whoever is served.
        workers=workers,
        lifespan="on",
        proxy_headers=True,
        forwarded_allow_ips=list(settings.core.forwarded_allow_ips),
        timeout_graceful_shutdown=settings.core.shutdown_grace_seconds,
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        # What is said is short, and a compressor for each connection is not.
        ws_per_message_deflate=False,
        log_config=None,
        server_header=False,
        date_header=False,
    )


def _interface(settings: Settings) -> str:
    """Where to listen: on the loopback where that is our address, else on every interface."""
    own = urlsplit(settings.core.backend_url).hostname
    return "127.0.0.1" if own in ("127.0.0.1", "localhost") else "0.0.0.0"  # noqa: S104
