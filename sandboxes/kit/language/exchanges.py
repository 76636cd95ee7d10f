"""What a model was asked lately and what it answered, as a page for people and as JSON."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from sandboxes.kit.control import whole_number
from sandboxes.kit.embedding import MODEL
from sandboxes.kit.language.answering import Answer
from sandboxes.kit.pages import Pages
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Happening, Vendor

PAGES = Pages(Path(__file__).parent / "templates")
KIND, KEPT, ON_A_PAGE = "exchange", 200, 50
QUOTED = 2_000


async def keep_answer(call: Call, id_: str, answer: Answer, text: str, told: Document) -> None:
    """Keep a question and the text that answered it; `told` has the model and the tokens."""
    said = {"answered": text[:QUOTED], "cited": list(answer.cited)}
    await keep_exchange(call, id_, {"asked": answer.question[:QUOTED]} | said | told)


async def keep_exchange(call: Call, id_: str, exchange: Document) -> None:
    """Keep what was asked and answered, and let the oldest go."""
    entry = {"id": id_, "at": call.now.isoformat(), "path": call.request.url.path} | exchange
    await call.records.put(KIND, id_, entry)
    await call.records.keep_newest(KIND, KEPT)


def exchange_pages(vendor: Vendor) -> Sequence[Route]:
    """The routes of a vendor's exchanges, under /_sandbox and the vendor's name."""
    exchanges = _Exchanges(vendor)
    return [
        Route(f"/{vendor.name}", exchanges.page),
        Route(f"/{vendor.name}.json", exchanges.listed),
    ]


async def latest_exchanges(vendor: Vendor, limit: int) -> list[Happening]:
    """The newest exchanges, as the console tells them."""
    return [
        Happening(
            datetime.fromisoformat(each["at"]),
            f"{each['model']} · {each['asked'][:80]}",
            f"/_sandbox/{vendor.name}#{each['id']}",
        )
        for each in await vendor.records.find(KIND, limit=limit)
    ]


class _Exchanges:
    """The exchanges of one vendor."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor

    async def page(self, _request: Request) -> HTMLResponse:
        """The newest exchanges first, and what speaks here."""
        found = await self.vendor.records.find(KIND, limit=ON_A_PAGE)
        return PAGES.render(
            "exchanges.html",
            vendor=self.vendor.sandbox,
            embedding=MODEL,
            exchanges=[each | {"at": datetime.fromisoformat(each["at"])} for each in found],
        )

    async def listed(self, request: Request) -> JSONResponse:
        """The newest first; `limit` of them, 50 unless told."""
        limit = whole_number(request, "limit", default=ON_A_PAGE, most=KEPT)
        return JSONResponse(await self.vendor.records.find(KIND, limit=limit))
