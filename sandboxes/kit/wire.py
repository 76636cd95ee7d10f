"""Where a vendor's requests arrive: each is read, judged, answered and written down."""

import asyncio
import time

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from sandboxes.kit import journal
from sandboxes.kit.breaking import Cut, Silence, broken
from sandboxes.kit.faults import Fault, Faults, SlowFault, StatusFault
from sandboxes.kit.records import DatabaseIsAway
from sandboxes.kit.sandbox import MIB, Call, Operation, Refused, Vendor

SPEECHLESS = {"refuse": Cut, "hang": Silence}
"""The faults by which a vendor says nothing at all."""


class Wire:
    """One vendor as an ASGI app, to be mounted under its name."""

    def __init__(self, vendor: Vendor, faults: Faults) -> None:
        self.vendor = vendor
        self.sandbox = vendor.sandbox
        self.faults = faults
        self._routes = [(compile_path(asked.path)[0], asked) for asked in self.sandbox.operations]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request = Request(scope, receive)
        operation, parameters = self._find(request)
        try:
            body = await _read(request, operation.body_limit if operation else MIB)
        except ClientDisconnect:
            return
        call = Call(request, parameters, body, self.vendor, self.vendor.clock.now())
        operation = self._meant(call, operation)
        name = operation.name if operation else None
        faults = self.faults.strike(self.sandbox.name, name)
        response = await self._answer(call, operation, faults)
        self.sandbox.stamp(call, response)
        for fault in faults:
            response = broken(response, fault)
        # Written down before it is sent: who has the answer will find the request in the journal.
        await journal.write(
            *(call, response, self.sandbox.secret_headers),
            operation=name,
            faults=[fault.kind for fault in faults],
            duration_ms=round((time.perf_counter() - started) * 1000, 3),
        )
        await response(scope, receive, send)

    def _find(self, request: Request) -> tuple[Operation | None, dict[str, str]]:
        path = request.scope["path"].removeprefix(request.scope["root_path"])
        path = self.sandbox.spelled(path)
        for pattern, operation in self._routes:
            match = pattern.match(path)
            if match and operation.method == request.method:
                return operation, match.groupdict()
        return None, {}

    def _meant(self, call: Call, operation: Operation | None) -> Operation | None:
        """The operation that a call is, where several have one path."""
        name = operation.means(call) if operation and operation.means else None
        return next((each for each in self.sandbox.operations if each.name == name), operation)

    async def _answer(
        self, call: Call, operation: Operation | None, faults: list[Fault]
    ) -> Response:
        try:
            for fault in faults:
                await self._suffer(fault, operation)
            if operation is None:
                raise self._unknown(call.request)
            if len(call.body) > operation.body_limit:
                words = f"takes {operation.body_limit} bytes here and no more"
                raise self._no(413, words, operation)
            if not operation.is_open:
                self.sandbox.admit(call)
            return await operation.handler(call)
        except Refused as refused:
            return refused.response
        except DatabaseIsAway as away:
            return self._no(503, f"cannot remember anything: {away}", operation).response

    async def _suffer(self, fault: Fault, operation: Operation | None) -> None:
        """The faults that strike before the vendor does anything."""
        match fault:
            case SlowFault(kind="slow"):
                await asyncio.sleep(fault.delay)
            case StatusFault():
                words = "fails as it was told to at /_sandbox/faults"
                refused = self._no(fault.status, words, operation)
                if fault.retry_after is not None:
                    refused.response.headers["Retry-After"] = str(fault.retry_after)
                raise refused
        if fault.kind in SPEECHLESS:
            raise Refused(SPEECHLESS[fault.kind]())

    def _unknown(self, request: Request) -> Refused:
        asked = f"{request.method} {request.url.path}"
        return self._no(501, f"does not emulate {asked}; see docs/sandboxes.md")

    def _no(self, status: int, what: str, operation: Operation | None = None) -> Refused:
        error = (operation and operation.error) or self.sandbox.error
        return Refused(error(status, f"{self.sandbox.name} sandbox {what}"))


async def _read(request: Request, limit: int) -> bytes:
    """The body; of one beyond the limit, as much as shows that it is."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            break
    return bytes(body[: limit + 1])
