"""The inbox: every mail that was sent, as a page for people and as JSON for tests."""

import asyncio
import re
from datetime import datetime
from pathlib import Path

import httpx2
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandboxes.kit.control import refuse, whole_number
from sandboxes.kit.mailbox import Arrived, Mailbox
from sandboxes.kit.pages import HEADERS, Pages, led_back
from sandboxes.kit.reading import described, outline
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Happening, Vendor
from sandboxes.kit.source import source

PAGES = Pages(Path(__file__).parent / "templates")
VIEWS = ("html", "text", "source")
ON_A_PAGE = 50
# A mail is a stranger's page: it runs nothing, fetches nothing, and is of no origin at all.
# Its links open in a tab of their own, which is free again.
STRANGER = {
    "Content-Security-Policy": "sandbox allow-popups allow-popups-to-escape-sandbox;"
    " default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
}
DOCTYPE = re.compile(r"\s*<!doctype[^>]{0,200}>", re.IGNORECASE)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
PATIENCE_S = 10.0


async def latest_letters(vendor: Vendor, limit: int) -> list[Happening]:
    """The newest mails of a vendor, as the console tells them."""
    assert vendor.sandbox.letter, f"{vendor.name} sends no mail"  # noqa: S101
    letters = map(vendor.sandbox.letter, await vendor.records.find("mail", limit=limit))
    return [
        Happening(
            datetime.fromisoformat(letter.at),
            f"{letter.subject or '(no subject)'} · to {letter.to[0]}",
            f"/_sandbox/inbox/{letter.id}",
        )
        for letter in letters
    ]


class InboxPage:
    """The pages over the mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.routes = [
            Route("/inbox", self.list_page),
            Route("/inbox.json", self.list_json),
            Route("/inbox/{id:uuid}", self.mail_page),
            Route("/inbox/{id:uuid}.json", self.mail_json),
            Route("/inbox/{id:uuid}.html", self.mail_html),
            Route("/inbox/{id:uuid}/unsubscribe", self.unsubscribe, methods=["POST"]),
        ]

    async def list_json(self, request: Request) -> JSONResponse:
        """Newest first; `to` is an address among To, Cc and Bcc, `limit` 50 unless told."""
        limit = whole_number(request, "limit", default=ON_A_PAGE, most=500)
        found = await self.mailbox.find(request.query_params.get("to", ""), limit=limit)
        return JSONResponse([_described(each) for each in found])

    async def mail_json(self, request: Request) -> JSONResponse:
        """One mail, in the shape of the list; 404 where there is none."""
        return JSONResponse(_described(await self._asked(request)))

    async def list_page(self, request: Request) -> HTMLResponse:
        """The list; `to` is an address, `page` counts from 1."""
        return PAGES.render("list.html", **await self._list(request))

    async def mail_page(self, request: Request) -> HTMLResponse:
        """One mail beside the list; `view` is html, text or source."""
        found, around = await self._find(request), await self._list(request)
        if found is None:
            return PAGES.render("list.html", 404, **around, gone=True)
        shown = _described(found) | {"source": source(found.letter)}
        views = [view for view in VIEWS if shown[view]]
        asked = request.query_params.get("view", "")
        view = asked if asked in views else views[0]
        told = {"actions": found.letter.actions, "answered": request.query_params.get("answered")}
        return PAGES.render("mail.html", **around, **told, letter=shown, views=views, view=view)

    async def mail_html(self, request: Request) -> Response:
        """The mail's own HTML, for the frame on the mail's page."""
        html = (await self._asked(request)).letter.html
        start = match.end() if (match := DOCTYPE.match(html)) else 0
        framed = f'{html[:start]}<base target="_blank">{html[start:]}'
        return HTMLResponse(framed, headers=HEADERS | STRANGER)

    async def unsubscribe(self, request: Request) -> Response:
        """Do as a mail program does with one click (RFC 8058), and tell what was answered."""
        vendor, letter = await self._asked(request)
        if not letter.one_click:
            raise refuse(409, "this mail does not offer to unsubscribe with one click")
        try:
            async with asyncio.timeout(PATIENCE_S):
                answer = await vendor.outside.post(letter.unsubscribe, data=ONE_CLICK)
            told: int | None = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
            told = None
        page = f"/_sandbox/inbox/{letter.id}?answered={told or 'nothing'}"
        return led_back(request, page, {"url": letter.unsubscribe, "status": told})

    async def _list(self, request: Request) -> Document:
        page = whole_number(request, "page", default=1, most=10_000)
        to = request.query_params.get("to", "").strip()
        found = await self.mailbox.find(to, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE)
        total = await self.mailbox.count(to)
        return {
            "letters": [outline(each.letter) for each in found],
            "total": total,
            "page": page,
            "pages": -(-total // ON_A_PAGE),
            "to": to,
            "address": str(request.base_url).rstrip("/"),
            "local": _local,
        }

    async def _find(self, request: Request) -> Arrived | None:
        return await self.mailbox.get(str(request.path_params["id"]))

    async def _asked(self, request: Request) -> Arrived:
        found = await self._find(request)
        if found is None:
            raise refuse(404, f"there is no mail {request.path_params['id']}; see /_sandbox/inbox")
        return found


def _described(arrived: Arrived) -> Document:
    return {"vendor": arrived.vendor.name} | described(arrived.letter)


def _local(at: str) -> str:
    """A moment in the time of this machine, which is its reader's: short where it was today."""
    moment = datetime.fromisoformat(at).astimezone()
    today = moment.date() == datetime.now().astimezone().date()
    return f"{moment:%H:%M}" if today else f"{moment.day} {moment:%b, %H:%M}"
