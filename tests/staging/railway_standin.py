"""Something in Railway's place that answers as a test says, where the sandbox would not."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx2

Answer = httpx2.Response | Exception


def says(data: Any = None, status: int = 200) -> httpx2.Response:
    """An answer that holds data."""
    return httpx2.Response(status, json={"data": data})


def refuses(message: str) -> httpx2.Response:
    """An answer that holds an error."""
    return httpx2.Response(200, json={"data": None, "errors": [{"message": message}]})


def limits(seconds: int | None) -> httpx2.Response:
    """An answer to one who has asked too often."""
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    return httpx2.Response(429, headers=headers, json={"errors": [{"message": "Too many"}]})


@dataclass
class Standin(httpx2.AsyncBaseTransport):
    """Gives its answers in turn, the last one for ever; an exception drops the connection."""

    answers: list[Answer]
    asked: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Note what was asked, and give the next answer."""
        body = await request.aread()
        is_json = request.headers.get("content-type") == "application/json"
        told = json.loads(body) if is_json else {}
        self.asked.append({"url": str(request.url), "headers": request.headers, **told})
        self.bodies.append(body)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer
