"""Unsubscribing where Postmark handles it: a link and two headers in each mail of a broadcast
stream, and the page behind them.

See https://postmarkapp.com/support/article/1207-managing-unsubscribes-in-message-streams. Of a
mail to several people one copy is kept; its link is the first recipient's.
"""

import re
from html import escape
from pathlib import Path

from starlette.responses import Response

from sandboxes.kit.pages import Pages
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.postmark import fate

PAGES = Pages(Path(__file__).parent / "templates")
WHOLE = re.compile(r"\{\{\{\s*pm:unsubscribe\s*\}\}\}")
ADDRESS = re.compile(r"\{\{\{\s*pm:unsubscribe_url\s*\}\}\}")
END = re.compile(r"</body>", re.IGNORECASE)


def offer(call: Call, mail: Document) -> None:
    """Put the link into the mail's bodies, at its placeholder or at the end, and the headers."""
    url = f"{call.request.base_url}{call.vendor.name}/unsubscribe/{mail['MessageID']}"
    if mail["HtmlBody"]:
        mail["HtmlBody"] = _html(mail["HtmlBody"], f'<a href="{escape(url)}">Unsubscribe</a>', url)
    if mail["TextBody"]:
        mail["TextBody"] = _text(mail["TextBody"], f"Unsubscribe: {url}", url)
    mail["Headers"] = [
        *(mail["Headers"] or ()),
        {"Name": "List-Unsubscribe", "Value": f"<{url}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]


async def unsubscribe_page(call: Call) -> Response:
    """Asks the person whether they mean it: a link in a mail is opened by machines too."""
    mail = await call.records.get("mail", call.parameters["id"].lower())
    return PAGES.render("unsubscribe.html", 200 if mail else 404, mail=mail, done=False)


async def unsubscribe(call: Call) -> Response:
    """The person means it, or their mail program does in their name (RFC 8058)."""
    async with call.vendor.exclusively(call.parameters["id"].lower()) as vendor:
        mail = await vendor.records.get("mail", call.parameters["id"].lower())
        if mail:
            await fate.leave(vendor, mail, mail["Recipients"][0])
            await vendor.records.put("mail", mail["MessageID"], mail)
    return PAGES.render("unsubscribe.html", 200 if mail else 404, mail=mail, done=True)


def _html(body: str, link: str, url: str) -> str:
    filled, places = WHOLE.subn(lambda _: link, body)
    filled, more = ADDRESS.subn(lambda _: escape(url), filled)
    if places + more:
        return filled
    end = END.search(filled)
    at = end.start() if end else len(filled)
    return f"{filled[:at]}<p>{link}</p>{filled[at:]}"


def _text(body: str, line: str, url: str) -> str:
    filled, places = WHOLE.subn(lambda _: line, body)
    filled, more = ADDRESS.subn(lambda _: url, filled)
    return filled if places + more else f"{filled}\n\n{line}\n"
