"""The console: one page for people with everything that the outside world does, and its switches.

Every switch is a form, so that it works without a script; a script only keeps the page fresh.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from sandboxes.kit import journal
from sandboxes.kit.control import ControlPlane, T, refuse, sentence
from sandboxes.kit.deliveries import Mischief
from sandboxes.kit.faults import FAULT
from sandboxes.kit.pages import Pages
from sandboxes.kit.passing import MOVE, TROUBLE, Passing
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Refused, Vendor

ADDRESS = "/_sandbox/console"
PAGES = Pages(Path(__file__).parent / "templates")
SHOWN, LATELY = 25, 3
KINDS = ("status", "slow", "slow_body", "hang", "refuse", "reset", "garbage", "schema")
Asked = Mapping[str, object]
STEPS = (("1 hour", 3600), ("1 day", 86_400), ("1 week", 604_800), ("30 days", 2_592_000))


class ConsolePage:
    """The page and its forms."""

    def __init__(self, control: ControlPlane, passing: Passing) -> None:
        self.control = control
        self.passing = passing
        self.routes = [
            Route("/console", self.page),
            Route("/console/clock", self.move_clock, methods=["POST"]),
            Route("/console/faults", self.arm_fault, methods=["POST"]),
            Route("/console/faults/lift", self.lift_faults, methods=["POST"]),
            Route("/console/mischief", self.make_mischief, methods=["POST"]),
            Route("/console/backfill", self.backfill, methods=["POST"]),
            Route("/console/deliveries/{id}/resend", self.resend, methods=["POST"]),
        ]

    async def page(self, request: Request, problem: str = "") -> HTMLResponse:
        """The whole console; `vendor` narrows the requests."""
        only = request.query_params.get("vendor")
        shown = {
            "vendors": [await self._vendor(vendor) for vendor in self.control.vendors.values()],
            "faults": self.control.faults.listed(),
            "requests": await self._requests(only),
            "deliveries": await self._deliveries(),
            "mischief": self.passing.deliveries.mischief,
            "offset": _span(self.passing.clock.offset),
        }
        return PAGES.render(
            "console.html",
            422 if problem else 200,
            **shown,
            **{"only": only, "kinds": KINDS, "steps": STEPS, "problem": problem},
            now=self.passing.clock.now(),
            mark=_mark,
        )

    async def move_clock(self, request: Request) -> HTMLResponse | RedirectResponse:
        """On by `advance_s` seconds, or back to the machine's own time with `reset`."""
        form = await _form(request)
        asked: Asked = {"reset": True} if "reset" in form else form
        return await self._do(request, self._move, asked)

    async def _move(self, asked: Asked) -> None:
        await self.passing.move(_valid(MOVE, asked, "no way to move the clock"))

    async def arm_fault(self, request: Request) -> HTMLResponse | RedirectResponse:
        """Put a fault of one `kind` in force for `seconds`."""
        form = await _form(request)
        if form.get("kind") != "status":
            form.pop("status", None)
        return await self._do(request, self._arm, form)

    async def _arm(self, asked: Asked) -> None:
        self.control.arm(_valid(FAULT, asked, "no fault that can be made"))

    async def lift_faults(self, request: Request) -> HTMLResponse | RedirectResponse:
        """End the faults of a `vendor`, or all."""
        self.control.faults.lift((await _form(request)).get("vendor") or None)
        return _back()

    async def make_mischief(self, request: Request) -> HTMLResponse | RedirectResponse:
        """Hold webhooks back, double a share of them, let them overtake each other."""
        return await self._do(request, self._trouble, await _form(request))

    async def _trouble(self, asked: Asked) -> None:
        trouble = _valid(TROUBLE, asked, "no mischief that can be made")
        self.passing.deliveries.mischief = Mischief(**trouble.model_dump())

    async def backfill(self, _request: Request) -> RedirectResponse:
        """Send all webhooks that never arrived again."""
        await self.passing.send_all()
        return _back()

    async def resend(self, request: Request) -> RedirectResponse:
        """Send one webhook again."""
        await self.passing.send_again(request.path_params["id"])
        return _back()

    async def _do(
        self, request: Request, work: Callable[[Asked], Awaitable[None]], asked: Asked
    ) -> HTMLResponse | RedirectResponse:
        """Do what a form asks for; what is wrong with it stands on the page."""
        try:
            await work(asked)
        except Refused as refused:
            said = json.loads(bytes(refused.response.body))["error"]
            return await self.page(request, said)
        return _back()

    async def _vendor(self, vendor: Vendor) -> Document:
        return {
            "name": vendor.name,
            "about": vendor.sandbox.about,
            "doors": vendor.sandbox.doors,
            "operations": [each.name for each in vendor.sandbox.operations],
            "requests": await journal.count(vendor.records),
            "lately": await vendor.sandbox.lately(vendor, LATELY),
            "faults": [f for f in self.control.faults.listed() if f["vendor"] == vendor.name],
        }

    async def _requests(self, only: str | None) -> list[Document]:
        seen = [
            {"vendor": vendor.name} | entry
            for vendor in self.control.vendors.values()
            if only in {None, vendor.name}
            for entry in await journal.newest(vendor.records, SHOWN)
        ]
        newest = sorted(seen, key=lambda entry: str(entry["at"]), reverse=True)[:SHOWN]
        return [entry | {"at": datetime.fromisoformat(entry["at"])} for entry in newest]

    async def _deliveries(self) -> list[Document]:
        found = await self.passing.deliveries.listed(
            self.passing.database, vendor=None, state=None, limit=SHOWN
        )
        return [each.described() | {"created_at": each.created_at} for each in found]


def _valid(form: TypeAdapter[T], asked: Mapping[str, object], what: str) -> T:
    try:
        return form.validate_python(asked)
    except ValidationError as error:
        raise refuse(422, f"this is {what}: {sentence(error)}") from error


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form that were filled in, one value each."""
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


def _back() -> RedirectResponse:
    return RedirectResponse(ADDRESS, 303)


def _span(offset: timedelta) -> str:
    """How far the clock was moved, for people; empty when it was not."""
    if not offset:
        return ""
    hours, minutes = divmod(round(offset.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "less than a minute"


def _mark(value: object) -> str:
    """A word that changes when a part of the page does."""
    return sha256(repr(value).encode()).hexdigest()[:16]
