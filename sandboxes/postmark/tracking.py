"""Opens and clicks of mails that are tracked, searched and of one message.

See https://postmarkapp.com/developer/api/messages-api#message-opens.
"""

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.postmark.asking import only, page, query
from sandboxes.postmark.fate import CLICKS, OPENS

FILTERS = frozenset({"recipient", "tag", "messagestream"})


async def search_opens(call: Call) -> Response:
    """First opens, the newest first."""
    return await _search(call, OPENS, "Opens")


async def search_clicks(call: Call) -> Response:
    """First clicks on each link, the newest first."""
    return await _search(call, CLICKS, "Clicks")


async def message_opens(call: Call) -> Response:
    """First opens of one message."""
    return await _found(call, OPENS, "Opens", {"MessageID": call.parameters["id"].lower()})


async def message_clicks(call: Call) -> Response:
    """First clicks on each link of one message."""
    return await _found(call, CLICKS, "Clicks", {"MessageID": call.parameters["id"].lower()})


async def _search(call: Call, kind: str, name: str) -> Response:
    asked = query(call)
    only(asked, FILTERS, "search")
    like: Document = {"MessageStream": asked.get("messagestream", "outbound")}
    like |= {"Recipient": asked["recipient"].lower()} if "recipient" in asked else {}
    like |= {"Tag": asked["tag"]} if "tag" in asked else {}
    return await _found(call, kind, name, like)


async def _found(call: Call, kind: str, name: str, like: Document) -> Response:
    asked_for = page(query(call), 700)
    found = await call.records.find(kind, like, limit=asked_for.count, offset=asked_for.offset)
    total = await call.records.count(kind, like)
    return JSONResponse({"TotalCount": total, name: found})
