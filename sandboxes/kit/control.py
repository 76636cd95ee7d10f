"""The control plane: what stands here, what was seen, what is remembered, what shall fail.

It is for this machine alone and asks nobody who they are; so the sandboxes listen on the
loopback unless HOST says otherwise. On a staging host, say so only behind a door with a lock.
"""

import asyncio
from collections.abc import Iterable

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandboxes.kit import journal
from sandboxes.kit.faults import FAULT, Faults
from sandboxes.kit.records import Database, DatabaseIsAway, Records
from sandboxes.kit.sandbox import Refused, Sandbox

LATEST = 20


class ControlPlane:
    """The routes under /_sandbox: those that every vendor has, then the vendors' own pages."""

    def __init__(self, sandboxes: Iterable[Sandbox], database: Database, faults: Faults) -> None:
        self.sandboxes = {sandbox.name: sandbox for sandbox in sandboxes}
        self.database = database
        self.faults = faults
        self.routes = [
            Route("/", self.overview),
            Route("/health", self.health),
            Route("/reset", self.reset, methods=["POST"]),
            Route("/requests", self.requests),
            Route("/state", self.state),
            Route("/faults", self.list_faults),
            Route("/faults", self.arm_fault, methods=["POST"]),
            Route("/faults", self.lift_faults, methods=["DELETE"]),
        ]
        for sandbox in self.sandboxes.values():
            self.routes += sandbox.pages(Records(database, sandbox.name))

    async def overview(self, _request: Request) -> JSONResponse:
        """What stands here."""
        control = [
            f"{method} /_sandbox{route.path}"
            for route in self.routes
            for method in sorted((route.methods or set()) - {"HEAD"})
        ]
        vendors = [sandbox.described() for sandbox in self.sandboxes.values()]
        return JSONResponse({"sandboxes": vendors, "control": control})

    async def health(self, _request: Request) -> JSONResponse:
        """200 when PostgreSQL answers within a second, else 503 and why."""
        try:
            async with asyncio.timeout(1):
                await self.database.fetch("SELECT 1")
        except (DatabaseIsAway, TimeoutError) as error:
            sentence = str(error) or "PostgreSQL did not answer within a second"
            return JSONResponse({"status": "fail", "output": sentence}, 503)
        return JSONResponse({"status": "pass"})

    async def reset(self, request: Request) -> JSONResponse:
        """Everything forgotten, faults too, of one vendor or of all."""
        vendors = self._vendors(request)
        for vendor in vendors:
            await Records(self.database, vendor).reset()
            self.faults.lift(vendor)
        return JSONResponse({"reset": vendors})

    async def requests(self, request: Request) -> JSONResponse:
        """The newest requests first; `limit` of each vendor, 100 unless told."""
        limit = whole_number(request, "limit", default=100, most=journal.KEPT)
        seen = [
            {"vendor": vendor} | entry
            for vendor in self._vendors(request)
            for entry in await Records(self.database, vendor).find(journal.KIND, limit=limit)
        ]
        return JSONResponse(sorted(seen, key=lambda entry: entry["at"], reverse=True))

    async def state(self, request: Request) -> JSONResponse:
        """How many documents of each kind a vendor remembers, and the latest of them."""
        return JSONResponse(
            {vendor: await self._memory(vendor) for vendor in self._vendors(request)}
        )

    async def list_faults(self, _request: Request) -> JSONResponse:
        """The faults in force, with what is left of each."""
        return JSONResponse(self.faults.listed())

    async def arm_fault(self, request: Request) -> JSONResponse:
        """Put a fault in force, as `faults.StatusFault` or `faults.SlowFault` describes it."""
        try:
            fault = FAULT.validate_json(await request.body())
        except ValidationError as error:
            raise refuse(422, "this is no fault that can be made: " + _sentence(error)) from error
        operations = {operation.name for operation in self._known(fault.vendor).operations}
        if fault.operation not in operations | {None}:
            names = ", ".join(sorted(operations))
            raise refuse(
                422, f"{fault.vendor} has no operation {fault.operation!r}; it has {names}"
            )
        return JSONResponse(self.faults.arm(fault), 201)

    async def lift_faults(self, request: Request) -> JSONResponse:
        """End the faults of one vendor or of all."""
        return JSONResponse({"lifted": sum(map(self.faults.lift, self._vendors(request)))})

    async def _memory(self, vendor: str) -> dict[str, object]:
        records = Records(self.database, vendor)
        kinds = await records.kinds()
        kinds.pop(journal.KIND, None)
        return {
            kind: {"count": count, "latest": await records.find(kind, limit=LATEST)}
            for kind, count in kinds.items()
        }

    def _vendors(self, request: Request) -> list[str]:
        vendor = request.query_params.get("vendor")
        return list(self.sandboxes) if vendor is None else [self._known(vendor).name]

    def _known(self, vendor: str) -> Sandbox:
        if vendor not in self.sandboxes:
            raise refuse(
                422, f"no sandbox is called {vendor!r}; there are: " + ", ".join(self.sandboxes)
            )
        return self.sandboxes[vendor]


def refuse(status: int, sentence: str) -> Refused:
    """A refusal of the control plane."""
    return Refused(JSONResponse({"error": sentence}, status))


def whole_number(request: Request, name: str, *, default: int, most: int) -> int:
    """A query parameter from 1 to `most`; raises Refused."""
    given = request.query_params.get(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) < 10 and 1 <= int(given) <= most):
        raise refuse(422, f"{name} must be a number from 1 to {most}, not {given[:40]!r}")
    return int(given)


def _sentence(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in faults)
