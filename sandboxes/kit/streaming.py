"""Answers that come event by event, as `text/event-stream` has it."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

PAUSE_S = 0.005
"""Between two events, so that a reader sees them come; a real model is slower still."""


class EventStream(Response):
    """The events of an answer, sent one by one; together they are its body, so that faults of
    the wire can break it as they break any other."""

    media_type = "text/event-stream"

    def __init__(self, events: Iterable[bytes]) -> None:
        self.events = list(events)
        super().__init__(b"".join(self.events), headers={"Cache-Control": "no-cache"})
        del self.headers["content-length"]

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send them, a moment apart."""
        headers = self.raw_headers
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        for event in self.events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
            await asyncio.sleep(PAUSE_S)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def event(data: Any, name: str | None = None) -> bytes:
    """One event: its data as JSON, or as they are where they are text."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {text}\n\n".encode()
