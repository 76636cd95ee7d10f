"""Somebody on a WebSocket, who speaks to an application in this process as a server would."""

import asyncio
import json
from typing import Any, Self

from starlette.types import ASGIApp, Message

PATIENCE_SECONDS = 10.0


class Denied(Exception):
    """The connection was not made; what was answered instead."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem


class Socket:
    """A connection, made by `async with`; raises `Denied` when it is refused."""

    def __init__(
        self, app: ASGIApp, path: str, headers: dict[str, str], protocols: tuple[str, ...] = ()
    ) -> None:
        told = {"host": "127.0.0.1:8000", **{name.lower(): it for name, it in headers.items()}}
        self._scope = {
            "type": "websocket",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "ws",
            "client": ("203.0.113.7", 1),
            "server": ("127.0.0.1", 8000),
            "headers": [(name.encode(), value.encode()) for name, value in told.items()],
            "subprotocols": list(protocols),
            "extensions": {"websocket.http.response": {}},
        }
        self._app = app
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self.reads = asyncio.Event()
        """Cleared by somebody who does not read: what is sent to them then waits."""
        self.reads.set()
        self.protocol: str | None = None
        self._task: asyncio.Future[None]

    async def __aenter__(self) -> Self:
        self._sent.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.ensure_future(self._app(self._scope, self._sent.get, self._hear))
        first = await self._next()
        if first["type"] != "websocket.accept":
            body = await self._next()
            await self._task
            raise Denied(first["status"], json.loads(body["body"]))
        self.protocol = first.get("subprotocol")
        return self

    async def __aexit__(self, *failure: object) -> None:
        self.reads.set()
        self._sent.put_nowait({"type": "websocket.disconnect", "code": 1005})
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._task

    async def _hear(self, message: Message) -> None:
        await self.reads.wait()
        self._heard.put_nowait(message)

    async def _next(self) -> Message:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._heard.get()

    async def send(self, **what: Any) -> None:
        """Send an object."""
        self.send_text(json.dumps(what))

    def send_text(self, text: str) -> None:
        """Send a text, whatever it is."""
        self._sent.put_nowait({"type": "websocket.receive", "text": text})

    async def hear(self, *kinds: str) -> dict[str, Any]:
        """The next object that is told, or the next of these kinds."""
        while True:
            message = await self._next()
            assert message["type"] == "websocket.send", message
            told: dict[str, Any] = json.loads(message["text"])
            if not kinds or told["kind"] in kinds:
                return told

    async def ends(self) -> int:
        """The close code with which it ends, whatever was told before."""
        while (message := await self._next())["type"] != "websocket.close":
            pass
        return int(message["code"])
