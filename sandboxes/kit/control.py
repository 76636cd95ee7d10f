"""The control plane: what stands here, what was seen, what is remembered, what shall fail.

It is for this machine alone and asks nobody who they are; so the sandboxes listen on the
loopback unless HOST says otherwise. On a staging host, say so only behind a door with a lock.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandboxes.kit import journal
from sandboxes.kit.faults import FAULT, Fault, Faults
from sandboxes.kit.records import Database, DatabaseIsAway, Document
from sandboxes.kit.sandbox import Refused, Vendor

LATEST = 20
T = TypeVar("T")


class ControlPlane:
    """The routes under /_sandbox that every vendor has, then the vendors' own pages."""

    def __init__(self, vendors: Iterable[Vendor], database: Database, faults: Faults) -> None:
        self.vendors = {vendor.name: vendor for vendor in vendors}
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
        for vendor in self.vendors.values():
            self.routes += vendor.sandbox.pages(vendor)

    async def overview(self, _request: Request) -> JSONResponse:
        """What stands here."""
        control = [
            f"{method} /_sandbox{route.path}"
            for route in self.routes
            for method in sorted((route.methods or set()) - {"HEAD"})
        ]
        vendors = [vendor.sandbox.described() for vendor in self.vendors.values()]
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
        vendors = self._asked(request)
        for vendor in vendors:
            await vendor.reset()
            await journal.forget(vendor.records)
            self.faults.lift(vendor.name)
        return JSONResponse({"reset": [vendor.name for vendor in vendors]})

    async def requests(self, request: Request) -> JSONResponse:
        """The newest requests first; `limit` of each vendor, 100 unless told."""
        limit = whole_number(request, "limit", default=100, most=journal.KEPT)
        seen = [
            {"vendor": vendor.name} | entry
            for vendor in self._asked(request)
            for entry in await journal.newest(vendor.records, limit)
        ]
        return JSONResponse(sorted(seen, key=lambda entry: entry["at"], reverse=True))

    async def state(self, request: Request) -> JSONResponse:
        """How many documents of each kind a vendor remembers, and the latest of them."""
        return JSONResponse(
            {vendor.name: await self._memory(vendor) for vendor in self._asked(request)}
        )

    async def list_faults(self, _request: Request) -> JSONResponse:
        """The faults in force, with what is left of each."""
        return JSONResponse(self.faults.listed())

    async def arm_fault(self, request: Request) -> JSONResponse:
        """Put a fault in force, as `faults` describes its kinds."""
        return JSONResponse(self.arm(await read(request, FAULT, "no fault that can be made")), 201)

    def arm(self, fault: Fault) -> Document:
        """Put a fault in force, and describe it; raises Refused for an unknown operation."""
        sandbox = known(self.vendors, fault.vendor).sandbox
        operations = {operation.name for operation in sandbox.operations}
        if fault.operation not in operations | {None}:
            names = ", ".join(sorted(operations))
            raise refuse(
                422, f"{fault.vendor} has no operation {fault.operation!r}; it has {names}"
            )
        return self.faults.arm(fault)

    async def lift_faults(self, request: Request) -> JSONResponse:
        """End the faults of one vendor or of all."""
        lifted = [self.faults.lift(vendor.name) for vendor in self._asked(request)]
        return JSONResponse({"lifted": sum(lifted)})

    async def _memory(self, vendor: Vendor) -> Document:
        kinds = await vendor.records.kinds()
        memory: Document = {
            kind: {"count": count, "latest": await vendor.records.find(kind, limit=LATEST)}
            for kind, count in kinds.items()
        }
        for table in vendor.sandbox.tables:
            rows = await self.database.fetch(f"SELECT count(*) FROM sandbox.{table}")  # noqa: S608
            memory[table] = {"count": rows[0]["count"]}
        return memory

    def _asked(self, request: Request) -> list[Vendor]:
        """The vendor that is asked for, or all of them; raises Refused."""
        return asked(self.vendors, request)


def asked(vendors: Mapping[str, Vendor], request: Request) -> list[Vendor]:
    """The vendor that `?vendor=` names, or all where it names none; raises Refused."""
    name = request.query_params.get("vendor")
    return list(vendors.values()) if name is None else [known(vendors, name)]


def known(vendors: Mapping[str, Vendor], name: str) -> Vendor:
    """The vendor of this name; raises Refused where there is none."""
    if name not in vendors:
        raise refuse(422, f"no sandbox is called {name!r}; there are: " + ", ".join(vendors))
    return vendors[name]


async def read(request: Request, form: TypeAdapter[T], what: str) -> T:
    """The body of a request to the control plane; raises Refused, where `what` says what it is."""
    try:
        return form.validate_json(await request.body())
    except ValidationError as error:
        raise refuse(422, f"this is {what}: {sentence(error)}") from error


def refuse(status: int, sentence: str) -> Refused:
    """A refusal of the control plane."""
    return Refused(JSONResponse({"error": sentence}, status))


def whole_number(request: Request, name: str, *, default: int, most: int) -> int:
    """A query parameter from 1 to `most`; raises Refused."""
    given = request.query_params.get(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) < 10 and 1 <= int(given) <= most):
        raise refuse(422, f"{name} must be a number from 1 to {most}, not {given[:40]!r}")
    return int(given)


def sentence(error: ValidationError) -> str:
    """What is wrong, in one sentence that names each field."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in faults)
