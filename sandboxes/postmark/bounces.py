"""The bounce API: what came back, searched, one by one, and made good again.

See https://postmarkapp.com/developer/api/bounce-api. The contract calls a bounce's ID a string;
the documentation's examples and Postmark's own libraries have a number, and are followed.
"""

from collections import Counter

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call
from sandboxes.kit.source import source
from sandboxes.postmark import suppressions
from sandboxes.postmark.asking import MOST_IN_ALL, between, only, page, query
from sandboxes.postmark.bounce_types import BY_NAME, KIND
from sandboxes.postmark.errors import PostmarkError
from sandboxes.postmark.letter import letter

FILTERS = frozenset({"type", "inactive", "emailfilter", "tag", "messageid", "messagestream"})
DATES = frozenset({"fromdate", "todate"})
HIDDEN = ("Metadata", "Content")


async def delivery_stats(call: Call) -> Response:
    """How many bounces there are of each kind, and how many addresses are inactive."""
    kinds = Counter(each["Type"] for each in await call.records.find(KIND, limit=MOST_IN_ALL))
    total = {"Name": "All", "Count": kinds.total()}
    counted = [
        {"Name": kind.name, "Count": kinds[kind.type], "Type": kind.type}
        for kind in BY_NAME.values()
        if kinds[kind.type]
    ]
    inactive = await call.records.count(suppressions.KIND)
    return JSONResponse({"InactiveMails": inactive, "Bounces": [total, *counted]})


async def search_bounces(call: Call) -> Response:
    """The newest first."""
    asked = query(call)
    asked_for = page(asked, 1000)
    only(asked, FILTERS | DATES, "search")
    span = between(asked, 1000)
    part = asked.get("emailfilter", "").lower()
    found = [
        _outline(each)
        for each in await call.records.find(KIND, _like(asked), limit=MOST_IN_ALL)
        if part in each["Email"] and each["BouncedAt"] in span
    ]
    shown = found[asked_for.offset : asked_for.offset + asked_for.count]
    return JSONResponse({"TotalCount": len(found), "Bounces": shown})


async def bounce_tags(call: Call) -> Response:
    """The tags of mails that bounced."""
    bounces = await call.records.find(KIND, limit=MOST_IN_ALL)
    return JSONResponse(sorted({each["Tag"] for each in bounces} - {""}))


async def get_bounce(call: Call) -> Response:
    """One bounce, with the mail that came back."""
    bounce = await _bounce(call.records, call.parameters["id"])
    return JSONResponse(_outline(bounce) | {"Content": await _content(call.records, bounce)})


async def bounce_dump(call: Call) -> Response:
    """The raw message that came back."""
    bounce = await _bounce(call.records, call.parameters["id"])
    return JSONResponse({"Body": await _content(call.records, bounce)})


async def activate_bounce(call: Call) -> Response:
    """Deliver to the address again; a complaint can not be taken back."""
    async with call.vendor.exclusively(suppressions.KIND) as vendor:
        bounce = await _bounce(vendor.records, call.parameters["id"])
        if not bounce["CanActivate"]:
            words = "Due to the type of bounce, this address cannot be reactivated."
            raise PostmarkError(1003, words)
        await suppressions.reactivate(vendor, bounce["MessageStream"], bounce["Email"])
        active = await _bounce(vendor.records, call.parameters["id"])
    whole = _outline(active) | {"Content": await _content(call.records, active)}
    return JSONResponse({"Message": "OK", "Bounce": whole})


async def _bounce(records: Records, id_: str) -> Document:
    bounce = await records.get(KIND, id_)
    if bounce is None:
        raise PostmarkError(1001, "The bounce you requested was not found.")
    return bounce


async def _content(records: Records, bounce: Document) -> str:
    mail = await records.get("mail", bounce["MessageID"])
    return source(letter(mail)) if mail else ""


def _outline(bounce: Document) -> Document:
    shown = {name: value for name, value in bounce.items() if name not in HIDDEN}
    return shown | {"RecordType": "Bounce"}


def _like(asked: dict[str, str]) -> Document:
    like: Document = {"MessageStream": asked.get("messagestream", "outbound")}
    if "type" in asked:
        if asked["type"].lower() not in BY_NAME:
            raise PostmarkError(1000, "Parameter 'type' is no type of bounce.")
        like["Type"] = BY_NAME[asked["type"].lower()].type
    if "inactive" in asked:
        like["Inactive"] = asked["inactive"].lower() == "true"
    names = {"tag": "Tag", "messageid": "MessageID"}
    return like | {name: asked[each] for each, name in names.items() if each in asked}
