"""The look of the pages that Stripe hosts, and where their forms may lead."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from starlette.responses import FileResponse, Response

from sandboxes.kit.pages import HEADERS, Pages
from sandboxes.kit.records import Document, storable
from sandboxes.kit.sandbox import Call, Operation
from sandboxes.stripe.forms import words
from sandboxes.stripe.invoicing import BLANK
from sandboxes.stripe.ledger import Ledger

SEES_OTHER = 303
FOLDER = Path(__file__).parent / "templates"
PAGES = Pages(FOLDER)
POLICY = "Content-Security-Policy"
WITHOUT_CENTS = words("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf")
SIGNS = {"usd": "$", "eur": "\N{EURO SIGN}", "gbp": "\N{POUND SIGN}", "jpy": "\N{YEN SIGN}"}


def show(
    call: Call,
    template: str,
    status: int = 200,
    /,
    *,
    leads_to: Iterable[str | None] = (),
    **shown: object,
) -> Response:
    """A page. A browser heeds the policy for forms at redirects too, so `leads_to` names the
    addresses elsewhere that the page's forms may end at."""
    response = PAGES.render(
        template,
        status,
        base=call.request.scope["root_path"],
        seller=BLANK["account_name"],
        money=money,
        day=day,
        **shown,
    )
    origins = sorted({origin(each) for each in leads_to if each})
    allowed = " ".join(["form-action 'self'", *origins])
    response.headers[POLICY] = HEADERS[POLICY].replace("form-action 'self'", allowed)
    return response


def origin(url: str) -> str:
    """The scheme, host and port of an address."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def typed(call: Call) -> dict[str, str]:
    """What a form says."""
    pairs = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: str(storable(value)).strip()[:500] for name, value in pairs}


def ledger_of(call: Call) -> Ledger:
    """The ledger at this moment, to look things up."""
    return Ledger(call.vendor, int(call.now.timestamp()))


def money(amount: int, currency: str) -> str:
    """An amount as people write it."""
    number = f"{amount:,}" if currency in WITHOUT_CENTS else f"{amount / 100:,.2f}"
    return f"{SIGNS[currency]}{number}" if currency in SIGNS else f"{currency.upper()} {number}"


def every(price: Document) -> str:
    """How often a price is due, such as `per year` or `every 3 months`; empty for once."""
    recurring = price["recurring"]
    if not recurring:
        return ""
    count, interval = recurring["interval_count"], recurring["interval"]
    return f"per {interval}" if count == 1 else f"every {count} {interval}s"


def day(moment: int) -> str:
    """A day as people write it."""
    at = datetime.fromtimestamp(moment, UTC)
    return f"{at.day} {at:%B %Y}"


async def _file(name: str, _call: Call) -> Response:
    return FileResponse(FOLDER / name, headers=HEADERS)


OPERATIONS = tuple(
    Operation(
        f"Hosted{Path(name).suffix[1:].title()}",
        "GET",
        f"/assets/{name}",
        partial(_file, name),
        is_open=True,
    )
    for name in ("hosted.css", "hosted.js")
)
