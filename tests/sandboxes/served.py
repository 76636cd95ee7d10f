"""Sandboxes on a real port, beside the test: what clients that block, or know only URLs, need."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import uvicorn
from starlette.types import ASGIApp

from sandboxes.app import create_app
from sandboxes.kit.sandbox import Sandbox
from sandboxes.kit.server import DroppableProtocol
from sandboxes.settings import Settings
from tests.conftest import free_port


@contextmanager
def served(postgres_url: str, *sandboxes: Sandbox, outside: ASGIApp | None = None) -> Iterator[str]:
    """The address of these sandboxes, served in a thread as their process serves them.

    What they send goes to the app `outside`, or else over the network.
    """
    port = free_port()
    carrier = httpx2.ASGITransport(outside) if outside else None
    config = uvicorn.Config(
        create_app(Settings(postgres_url), carrier, sandboxes),
        port=port,
        http=DroppableProtocol,
        ws="none",
        log_level="critical",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
