"""The pages that BeeHiiv hosts for subscribers: confirm, unsubscribe, and read a post.

A link in a mail is opened by machines too, so that both links ask first, and a button does it; a
mail program that unsubscribes with one click presses it by itself (RFC 8058).
"""

from pathlib import Path

from starlette.responses import HTMLResponse, Response

from sandboxes.beehiiv.posts import published
from sandboxes.beehiiv.publications import find_publication
from sandboxes.beehiiv.subscribing import KIND, confirm, leave
from sandboxes.kit.inbox import STRANGER
from sandboxes.kit.pages import HEADERS, Pages
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Vendor

PAGES = Pages(Path(__file__).parent / "templates")


async def confirm_page(call: Call) -> Response:
    """Asks whether they mean it."""
    return await _page(call.vendor, "confirm.html", await _subscription(call, call.vendor))


async def confirm_it(call: Call) -> Response:
    """They do; who has confirmed before, or has left since, stays as they are."""
    async with call.vendor.exclusively(call.parameters["id"]) as vendor:
        subscription = await _subscription(call, vendor)
        if subscription and subscription["status"] == "pending":
            await confirm(vendor, subscription)
    return await _page(call.vendor, "confirm.html", subscription)


async def unsubscribe_page(call: Call) -> Response:
    """Asks whether they mean it."""
    return await _page(call.vendor, "unsubscribe.html", await _subscription(call, call.vendor))


async def unsubscribe(call: Call) -> Response:
    """They do, or their mail program in their name."""
    async with call.vendor.exclusively(call.parameters["id"]) as vendor:
        subscription = await _subscription(call, vendor)
        if subscription:
            await leave(vendor, subscription)
    return await _page(call.vendor, "unsubscribe.html", subscription)


async def post_page(call: Call) -> Response:
    """A published post, as who has not paid reads it."""
    html = await published(call.records, call.parameters["publication"], call.parameters["slug"])
    if html is None:
        return PAGES.render("nothing.html", 404)
    return HTMLResponse(html, headers=HEADERS | STRANGER)


async def _subscription(call: Call, vendor: Vendor) -> Document | None:
    return await vendor.records.get(KIND, call.parameters["id"])


async def _page(vendor: Vendor, template: str, subscription: Document | None) -> Response:
    if subscription is None:
        return PAGES.render("nothing.html", 404)
    publication = await find_publication(vendor.records.database, subscription["publication_id"])
    assert publication, "publications are never taken away"  # noqa: S101
    return PAGES.render(template, subscription=subscription, publication=publication)
