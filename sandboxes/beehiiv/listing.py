"""The list of subscriptions, with both of BeeHiiv's ways to turn its pages.

See https://developers.beehiiv.com/welcome/pagination: by cursor, or by page, which is deprecated.
Who says neither is told what both need. The guide puts the cursor below `pagination`; the contract
does not, and is followed.
"""

import base64
import binascii
import re

from starlette.responses import JSONResponse, Response

from sandboxes.beehiiv.asking import DIRECTIONS, choice, expanded, extent, number, several
from sandboxes.beehiiv.errors import BeehiivError, not_emulated
from sandboxes.beehiiv.publications import the_publication
from sandboxes.beehiiv.subscribing import KIND
from sandboxes.beehiiv.subscriptions import LISTED_WITH, described
from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call

STATUSES = ("all", "validating", "invalid", "pending", "active", "inactive")
TIERS = ("all", "free", "premium")
MOST_PAGES = 100
DAY = re.compile(r"\d{4}/\d{2}/\d{2}")


async def list_subscriptions(call: Call) -> Response:
    """The subscriptions of a publication, the oldest first unless told."""
    publication, expand = await the_publication(call), expanded(call, LISTED_WITH)
    like = {"publication_id": publication["id"]} | _filters(call)
    query, records = call.request.query_params, call.records
    limit, page = number(call, "limit", 10), number(call, "page", 1, most=MOST_PAGES)
    choice(call, "order_by", ("created",))
    ascending = choice(call, "direction", DIRECTIONS) == "asc"
    told: Document = {"limit": limit}
    if query.get("cursor"):
        after = await _read(records, query["cursor"])
        found = await _behind(records, like, after, ascending=ascending, limit=limit + 1)
    else:
        total, offset = await records.count(KIND, like), (page - 1) * limit
        found = await _part(records, like, total, offset, ascending=ascending, limit=limit + 1)
        told |= extent(limit, page, total)
    shown, has_more = found[:limit], len(found) > limit
    if not query.get("page"):
        told |= {"has_more": has_more, "next_cursor": _cursor(shown[-1]) if has_more else None}
    data = [await described(records, each, expand) for each in shown]
    return JSONResponse({"data": data} | told)


def _filters(call: Call) -> Document:
    if several(call, "premium_tiers") or several(call, "premium_tier_ids"):
        raise not_emulated("premium tiers")
    like: Document = {}
    if (status := choice(call, "status", STATUSES)) != "all":
        like["status"] = status
    if (tier := choice(call, "tier", TIERS)) != "all":
        like["subscription_tier"] = tier
    if email := call.request.query_params.get("email"):
        like["email"] = email.lower()
    if day := call.request.query_params.get("creation_date"):
        if not DAY.fullmatch(day):
            raise BeehiivError(400, "creation_date must be a day as YYYY/MM/DD.")
        like["created_on"] = day
    return like


async def _part(
    records: Records, like: Document, total: int, offset: int, *, ascending: bool, limit: int
) -> list[Document]:
    if not ascending:
        return await records.find(KIND, like, limit=limit, offset=offset)
    # The records are given newest first, so that the oldest are counted from the end.
    left = max(0, total - offset)
    count = min(limit, left)
    return (await records.find(KIND, like, limit=count, offset=left - count))[::-1]


async def _behind(
    records: Records, like: Document, after: str, *, ascending: bool, limit: int
) -> list[Document]:
    if ascending:
        return (await records.find(KIND, like, before=after, limit=limit))[::-1]
    return await records.find(KIND, like, after=after, limit=limit)


def _cursor(last: Document) -> str:
    return base64.urlsafe_b64encode(last["id"].encode()).decode()


async def _read(records: Records, cursor: str) -> str:
    try:
        id_ = base64.urlsafe_b64decode(cursor).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        id_ = ""
    if not await records.get(KIND, id_):
        raise BeehiivError(400, "cursor is none that this list has given.")
    return id_
