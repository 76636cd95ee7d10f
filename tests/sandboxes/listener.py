"""Whoever the sandboxes call: an ASGI app that remembers, and answers as it is told."""

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

HOOK = "http://backend.test/hook"


@dataclass(frozen=True)
class Heard:
    """One request that arrived."""

    path: str
    headers: Headers
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Listener:
    """Answers with `status`; `heard` is all that arrived, the oldest first."""

    status: int = 200
    heard: list[Heard] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        self.heard.append(Heard(path, request.headers, (await request.body()).decode()))
        await Response("heard", self.status)(scope, receive, send)

    def forget(self) -> None:
        self.status, self.heard = 200, []
