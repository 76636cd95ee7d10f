"""How an answer is broken on its way: the faults that the wire itself suffers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandboxes.kit.faults import Fault

NEVER_S = 300.0
PIECES = 20
GARBAGE = b'\x00\xff<!doctype html><title>502</title>{"half": '


class Cut(Response):
    """No answer at all: the connection is dropped."""

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        """Drop it, where the server lets us; else fail as a dropped connection does."""
        _drop(scope)


class Silence(Response):
    """No answer at all: the connection stays open until the caller leaves, or for five minutes."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Wait for the caller to give up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(NEVER_S):
                while (await receive())["type"] != "http.disconnect":
                    pass
        _drop(scope)


class Broken(Response):
    """An answer that is dripped piece by piece, or cut in its middle."""

    def __init__(self, whole: Response, fault: Fault) -> None:
        super().__init__(bytes(whole.body), whole.status_code)
        self.raw_headers = whole.raw_headers
        self.fault = fault

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send as much of it as the fault lets through."""
        headers = [header for header in self.raw_headers if header[0] != b"content-length"]
        headers.append((b"content-length", str(len(self.body)).encode()))
        start = {"type": "http.response.start", "status": self.status_code, "headers": headers}
        await send(start)
        async for piece in self._pieces():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if self.fault.kind == "reset":
            _drop(scope)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pieces(self) -> AsyncIterator[bytes]:
        whole = bytes(self.body)
        if self.fault.kind == "reset":
            yield whole[: len(whole) // 2]
            return
        pieces = tuple(_split(whole))
        for piece in pieces:
            await asyncio.sleep(getattr(self.fault, "delay", 0.0) / len(pieces))
            yield piece


def broken(response: Response, fault: Fault) -> Response:
    """The answer as the fault lets it through; one that is streamed is taken for empty."""
    match fault.kind:
        case "garbage":
            return Response(GARBAGE, response.status_code, media_type="application/json")
        case "schema":
            return JSONResponse({"unexpected": [{"shape": None}]}, response.status_code)
        case "reset" | "slow_body":
            whole = response if hasattr(response, "body") else Response(b"{}")
            return Broken(whole, fault)
    return response


def _split(whole: bytes) -> Iterator[bytes]:
    size = max(1, -(-len(whole) // PIECES))
    yield from (whole[start : start + size] for start in range(0, len(whole), size))


def _drop(scope: Scope) -> None:
    """Cut the connection under a request, without a goodbye."""
    request = Request(scope)
    abort = getattr(request.state, "abort", None)
    if abort is None:
        raise ConnectionResetError("the connection was dropped, as it was told to be")
    abort()
