"""The traces, as pages for people and as JSON for tests."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route

from sandboxes.kit.control import whole_number
from sandboxes.kit.pages import Pages
from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Happening, Vendor
from sandboxes.otel.exporting import COUNT, LOG
from sandboxes.otel.traces import Trace, find_traces

PAGES = Pages(Path(__file__).parent / "templates")
ADDRESS = "/_sandbox/otel/traces"
SHOWN, MOST = 50, 500


def otel_pages(vendor: Vendor) -> Sequence[Route]:
    """The routes of the traces, under /_sandbox."""
    traces = _Traces(vendor.records)
    return [
        Route("/otel/traces", traces.list_page),
        Route("/otel/traces.json", traces.list_json),
        Route("/otel/traces/{trace_id}", traces.trace_page),
    ]


async def latest_traces(vendor: Vendor, limit: int) -> list[Happening]:
    """The newest traces, as the console tells them."""
    found = await find_traces(vendor.records, trace_id=None, request_id=None, limit=limit)
    return [
        Happening(
            datetime.fromisoformat(trace["started_at"]),
            f"{trace['name']} · {trace['duration_ms']:g} ms",
            trace["url"],
        )
        for trace in map(Trace.described, found)
    ]


class _Traces:
    """The traces of one collector."""

    def __init__(self, records: Records) -> None:
        self.records = records

    async def list_json(self, request: Request) -> JSONResponse:
        """The newest first, of a `request_id` or `trace_id`, or all; `limit` 50 unless told."""
        return JSONResponse([trace.described() for trace in await self._asked(request)])

    async def list_page(self, request: Request) -> HTMLResponse | RedirectResponse:
        """The list; one trace that is asked for by its id is shown at once."""
        named = request.query_params.get("trace_id", "").strip().lower()
        if named and await self._find(named):
            return RedirectResponse(f"{ADDRESS}/{named}", 303)
        return await self._list(request)

    async def trace_page(self, request: Request) -> HTMLResponse:
        """One trace as a waterfall."""
        trace = await self._find(request.path_params["trace_id"])
        if trace is None:
            return await self._list(request, 404)
        return PAGES.render("trace.html", trace=trace.described(), total=trace.duration_ns / 1e6)

    async def _list(self, request: Request, status: int = 200) -> HTMLResponse:
        counts: list[Document] = await self.records.find(COUNT, limit=200)
        return PAGES.render(
            "traces.html",
            status,
            traces=[trace.described() for trace in await self._asked(request)],
            request_id=request.query_params.get("request_id", "").strip(),
            gone=status == 404 or "trace_id" in request.query_params,
            metrics=sorted(counts, key=lambda each: (each["service"], each["metric"])),
            logs=await self.records.find(LOG, limit=20),
            address=str(request.base_url).rstrip("/"),
        )

    async def _find(self, trace_id: str) -> Trace | None:
        found = await find_traces(self.records, trace_id=trace_id, request_id=None, limit=1)
        return found[0] if found else None

    async def _asked(self, request: Request) -> list[Trace]:
        asked = request.query_params
        return await find_traces(
            self.records,
            trace_id=asked.get("trace_id", "").strip().lower() or None,
            request_id=asked.get("request_id", "").strip() or None,
            limit=whole_number(request, "limit", default=SHOWN, most=MOST),
        )
