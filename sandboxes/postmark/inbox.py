"""The inbox: every mail that was sent, as a page for people and as JSON for tests."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandboxes.kit.control import refuse, whole_number
from sandboxes.kit.pages import HEADERS, Pages
from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Happening, Vendor
from sandboxes.postmark.reading import letter, outline
from sandboxes.postmark.source import source

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


def inbox_pages(vendor: Vendor) -> Sequence[Route]:
    """The routes of the inbox, under /_sandbox."""
    inbox = Inbox(vendor.records)
    return [
        Route("/inbox", inbox.list_page),
        Route("/inbox.json", inbox.list_json),
        Route("/inbox/{id:uuid}", inbox.mail_page),
        Route("/inbox/{id:uuid}.json", inbox.mail_json),
        Route("/inbox/{id:uuid}.html", inbox.mail_html),
    ]


async def latest_mails(vendor: Vendor, limit: int) -> list[Happening]:
    """The newest mails, as the console tells them."""
    mails = map(outline, await vendor.records.find("mail", limit=limit))
    return [
        Happening(
            datetime.fromisoformat(mail["at"]),
            f"{mail['subject'] or '(no subject)'} · to {mail['to'][0]}",
            f"/_sandbox/inbox/{mail['id']}",
        )
        for mail in mails
    ]


class Inbox:
    """The mails of one Postmark."""

    def __init__(self, records: Records) -> None:
        self.records = records

    async def list_json(self, request: Request) -> JSONResponse:
        """Newest first; `to` is an address among To, Cc and Bcc, `limit` 50 unless told."""
        limit = whole_number(request, "limit", default=ON_A_PAGE, most=500)
        return JSONResponse([letter(mail) for mail in await self._mails(request, limit)])

    async def mail_json(self, request: Request) -> JSONResponse:
        """One mail, in the shape of the list; 404 where there is none."""
        return JSONResponse(letter(await self._mail(request)))

    async def list_page(self, request: Request) -> HTMLResponse:
        """The list; `to` is an address, `page` counts from 1."""
        return PAGES.render("list.html", **await self._list(request))

    async def mail_page(self, request: Request) -> HTMLResponse:
        """One mail beside the list; `view` is html, text or source."""
        mail, around = await self._find(request), await self._list(request)
        if mail is None:
            return PAGES.render("list.html", 404, **around, gone=True)
        shown = letter(mail) | {"source": source(mail)}
        views = [view for view in VIEWS if shown[view]]
        asked = request.query_params.get("view", "")
        view = asked if asked in views else views[0]
        return PAGES.render("mail.html", **around, letter=shown, views=views, view=view)

    async def mail_html(self, request: Request) -> Response:
        """The mail's own HTML, for the frame on the mail's page."""
        html = (await self._mail(request))["HtmlBody"] or ""
        start = match.end() if (match := DOCTYPE.match(html)) else 0
        framed = f'{html[:start]}<base target="_blank">{html[start:]}'
        return HTMLResponse(framed, headers=HEADERS | STRANGER)

    async def _list(self, request: Request) -> Document:
        page = whole_number(request, "page", default=1, most=10_000)
        mails = await self._mails(request, ON_A_PAGE, (page - 1) * ON_A_PAGE)
        total = await self.records.count("mail", _like(request))
        return {
            "letters": [outline(mail) for mail in mails],
            "total": total,
            "page": page,
            "pages": -(-total // ON_A_PAGE),
            "to": request.query_params.get("to", "").strip(),
            "address": str(request.base_url).rstrip("/"),
            "local": _local,
        }

    async def _mails(self, request: Request, limit: int, offset: int = 0) -> list[Document]:
        return await self.records.find("mail", _like(request), limit=limit, offset=offset)

    async def _find(self, request: Request) -> Document | None:
        return await self.records.get("mail", str(request.path_params["id"]))

    async def _mail(self, request: Request) -> Document:
        mail = await self._find(request)
        if mail is None:
            raise refuse(404, f"there is no mail {request.path_params['id']}; see /_sandbox/inbox")
        return mail


def _like(request: Request) -> Document:
    to = request.query_params.get("to", "").strip().lower()
    return {"Recipients": [to]} if to else {}


def _local(at: str) -> str:
    """A moment in the time of this machine, which is its reader's: short where it was today."""
    moment = datetime.fromisoformat(at).astimezone()
    today = moment.date() == datetime.now().astimezone().date()
    return f"{moment:%H:%M}" if today else f"{moment.day} {moment:%b, %H:%M}"
