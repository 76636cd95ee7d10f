"""The control plane of time and of webhooks: the clock, where they go, and how they fared."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandboxes.kit.background import Background
from sandboxes.kit.clock import Clock
from sandboxes.kit.control import asked, known, read, refuse, whole_number
from sandboxes.kit.deliveries import ENDPOINT, Deliveries, Endpoint, Mischief
from sandboxes.kit.records import Database
from sandboxes.kit.sandbox import Vendor

State = Literal["pending", "delivered", "failed"]


class Order(BaseModel):
    """Something that the control plane is told."""

    model_config = ConfigDict(extra="forbid")


class Move(Order):
    """One of three: on by so many seconds, on to a moment, or back to the machine's own time."""

    advance_s: Annotated[float, Field(gt=0, le=10 * 366 * 86_400)] | None = None
    now: AwareDatetime | None = None
    reset: Literal[True] | None = None


class Destination(Order):
    """Where a vendor shall send its webhooks: each URL once, the latest word counts."""

    vendor: str
    url: str = Field(pattern=r"^https?://")
    secret: str = Field(min_length=8)
    events: list[str] = Field(default=["*"], min_length=1)


class Trouble(Order):
    """What shall happen to webhooks, as `deliveries.Mischief` has it."""

    duplicate: float = Field(default=0.0, ge=0, le=1)
    shuffle_s: float = Field(default=0.0, ge=0, le=600)
    hold: bool = False


MOVE, DESTINATION, TROUBLE = TypeAdapter(Move), TypeAdapter(Destination), TypeAdapter(Trouble)
STATE: TypeAdapter[State] = TypeAdapter(State)


class Passing:
    """The routes of the clock, of webhook endpoints and of deliveries."""

    def __init__(
        self, vendors: Iterable[Vendor], database: Database, clock: Clock, background: Background
    ) -> None:
        self.vendors = {vendor.name: vendor for vendor in vendors}
        self.database = database
        self.clock = clock
        self.background = background
        self.deliveries: Deliveries = next(iter(self.vendors.values())).deliveries
        self.routes = [
            Route("/clock", self.show_clock),
            Route("/clock", self.move_clock, methods=["POST"]),
            Route("/webhooks", self.list_webhooks),
            Route("/webhooks", self.set_webhook, methods=["PUT"]),
            Route("/deliveries", self.list_deliveries),
            Route("/deliveries/mischief", self.show_mischief),
            Route("/deliveries/mischief", self.make_mischief, methods=["PUT"]),
            Route("/deliveries/backfill", self.backfill, methods=["POST"]),
            Route("/deliveries/{id}/resend", self.resend, methods=["POST"]),
        ]

    async def show_clock(self, _request: Request) -> JSONResponse:
        """What time it is here, and how far from the machine's time that is."""
        offset = self.clock.offset.total_seconds()
        return JSONResponse({"now": self.clock.now().isoformat(), "offset_s": offset})

    async def move_clock(self, request: Request) -> JSONResponse:
        """Move it, do all that falls due by that, and answer when it is done."""
        await self.move(await read(request, MOVE, "no way to move the clock"))
        return await self.show_clock(request)

    async def move(self, move: Move) -> None:
        """Move the clock, and do all that falls due by that; raises Refused."""
        await self.clock.move(self._offset(move))
        await self.background.catch_up()

    def _offset(self, move: Move) -> timedelta:
        if [move.advance_s, move.now, move.reset].count(None) != 2:
            raise refuse(422, "say one of advance_s, now and reset")
        if move.advance_s is not None:
            return self.clock.offset + timedelta(seconds=move.advance_s)
        if move.now is not None:
            by = move.now - self.clock.now()
            if by < timedelta():
                raise refuse(
                    422, f"it is {self.clock.now().isoformat()} already; only reset goes back"
                )
            return self.clock.offset + by
        return timedelta()

    async def list_webhooks(self, request: Request) -> JSONResponse:
        """Where the webhooks of one vendor or of all go; the secrets are not shown."""
        return JSONResponse(
            [
                {"vendor": vendor.name} | endpoint.document() | {"secret": "[redacted]"}
                for vendor in asked(self.vendors, request)
                for endpoint in await vendor.endpoints()
            ]
        )

    async def set_webhook(self, request: Request) -> JSONResponse:
        """Send a vendor's webhooks to a URL, or change what it is told and how it is signed."""
        told = await read(request, DESTINATION, "no place for webhooks")
        vendor = known(self.vendors, told.vendor)
        if vendor.sandbox.webhooks is None:
            raise refuse(422, f"{vendor.name} has no webhooks")
        async with vendor.exclusively() as inside:
            there = [each.id for each in await inside.endpoints() if each.url == told.url]
            id_ = there[0] if there else vendor.sandbox.webhooks.new_endpoint_id()
            endpoint = Endpoint(id_, told.url, told.secret, tuple(told.events))
            await inside.records.put(ENDPOINT, id_, endpoint.document())
        return JSONResponse({"id": id_}, 200 if there else 201)

    async def list_deliveries(self, request: Request) -> JSONResponse:
        """The newest first, of a `vendor`, in a `state`; 100 unless `limit` says otherwise."""
        state = request.query_params.get("state")
        if state not in {None, "pending", "delivered", "failed"}:
            raise refuse(422, f"a delivery is pending, delivered or failed, not {state!r}")
        vendors = asked(self.vendors, request)
        found = await self.deliveries.listed(
            self.database,
            vendor=vendors[0].name if "vendor" in request.query_params else None,
            state=state,
            limit=whole_number(request, "limit", default=100, most=10_000),
        )
        return JSONResponse([each.described() for each in found])

    async def show_mischief(self, _request: Request) -> JSONResponse:
        """What happens to webhooks on their way."""
        return JSONResponse(asdict(self.deliveries.mischief))

    async def make_mischief(self, request: Request) -> JSONResponse:
        """Set what shall happen to webhooks from now on."""
        trouble = await read(request, TROUBLE, "no mischief that can be made")
        self.deliveries.mischief = Mischief(**trouble.model_dump())
        return await self.show_mischief(request)

    async def backfill(self, request: Request) -> JSONResponse:
        """Send all webhooks that never arrived again at once, of one vendor or of all."""
        names = [vendor.name for vendor in asked(self.vendors, request)]
        only = names[0] if "vendor" in request.query_params else None
        return JSONResponse({"backfilled": await self.send_all(only)})

    async def send_all(self, vendor: str | None = None) -> int:
        """Put all that never arrived on its way again; how many these are."""
        return await self.deliveries.backfill(self.database, vendor, self.clock.now())

    async def resend(self, request: Request) -> JSONResponse:
        """Send one delivery again at once, whatever came of it before."""
        id_ = request.path_params["id"]
        await self.send_again(id_)
        return JSONResponse({"resent": id_}, 202)

    async def send_again(self, id_: str) -> None:
        """Put a delivery on its way again; raises Refused where there is none."""
        if not await self.deliveries.resend(self.database, id_, self.clock.now()):
            raise refuse(404, f"there is no delivery {id_}; GET /_sandbox/deliveries lists them")
