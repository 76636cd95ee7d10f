"""The issues, as pages for people and as JSON for tests."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from sandboxes.kit.control import refuse, whole_number
from sandboxes.kit.pages import Pages
from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Happening, Vendor
from sandboxes.sentry.issues import EVENT, ISSUE, KEPT, events_of
from sandboxes.sentry.reading import described

PAGES = Pages(Path(__file__).parent / "templates")
ADDRESS = "/_sandbox/sentry/issues"
SHOWN, EVENTS_LISTED = 100, 10


def sentry_pages(vendor: Vendor) -> Sequence[Route]:
    """The routes of the issues, under /_sandbox."""
    issues = _Issues(vendor.records)
    return [
        Route("/sentry/issues", issues.list_page),
        Route("/sentry/issues.json", issues.list_json),
        Route("/sentry/issues/{id}.json", issues.issue_json),
        Route("/sentry/issues/{id}", issues.issue_page),
    ]


async def latest_issues(vendor: Vendor, limit: int) -> list[Happening]:
    """The issues that happened last, as the console tells them."""
    return [
        Happening(
            datetime.fromisoformat(issue["last_seen"]), issue["title"], f"{ADDRESS}/{issue['id']}"
        )
        for issue in await vendor.records.find(ISSUE, limit=limit)
    ]


class _Issues:
    """The issues of one Sentry."""

    def __init__(self, records: Records) -> None:
        self.records = records

    async def list_json(self, request: Request) -> JSONResponse:
        """Those that happened last first, each with its newest events; `limit` of each."""
        limit = whole_number(request, "limit", default=SHOWN, most=KEPT)
        found = await self._asked(request, limit)
        return JSONResponse([await self._told(each, EVENTS_LISTED) for each in found])

    async def issue_json(self, request: Request) -> JSONResponse:
        """One issue with its newest events, up to `limit`; 404 where there is none."""
        issue = await self.records.get(ISSUE, request.path_params["id"])
        if issue is None:
            raise refuse(404, f"there is no issue {request.path_params['id']}; see {ADDRESS}")
        limit = whole_number(request, "limit", default=SHOWN, most=KEPT)
        return JSONResponse(await self._told(issue, limit))

    async def list_page(self, request: Request) -> HTMLResponse:
        """The list, for an `environment`, a `release` or a `level`, or all; and what came else."""
        return await self._list(request)

    async def issue_page(self, request: Request) -> HTMLResponse:
        """One issue with one of its events: the newest, or the one that `event` names."""
        issue = await self.records.get(ISSUE, request.path_params["id"])
        events = await events_of(self.records, issue["id"], SHOWN) if issue else []
        if issue is None or not events:
            return await self._list(request, 404)
        named = request.query_params.get("event")
        shown = next((each for each in events if each["id"] == named), events[0])
        event = described(shown["event"], shown["at"])
        return PAGES.render("issue.html", issue=issue, events=events, event=event, at=_at)

    async def _list(self, request: Request, status: int = 200) -> HTMLResponse:
        kinds = await self.records.kinds()
        return PAGES.render(
            "issues.html",
            status,
            issues=await self._asked(request, SHOWN),
            asked=_like(request),
            others={k: n for k, n in kinds.items() if k not in {ISSUE, EVENT}},
            gone=status == 404,
            address=str(request.base_url).rstrip("/"),
            at=_at,
        )

    async def _asked(self, request: Request, limit: int) -> list[Document]:
        return await self.records.find(ISSUE, _like(request), limit=limit)

    async def _told(self, issue: Document, limit: int) -> Document:
        events = await events_of(self.records, issue["id"], limit)
        told = [described(each["event"], each["at"]) for each in events]
        return issue | {"url": f"{ADDRESS}/{issue['id']}", "events": told}


def _like(request: Request) -> Document:
    """What an issue must have to be listed."""
    asked = request.query_params
    lists = {"environment": "environments", "release": "releases"}
    like: Document = {held: [asked[name]] for name, held in lists.items() if asked.get(name)}
    return like | ({"level": asked["level"]} if asked.get("level") else {})


def _at(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%d %b, %H:%M:%S}"
