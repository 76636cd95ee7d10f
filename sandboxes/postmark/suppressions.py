"""Suppressions: the addresses that a stream does not deliver to any more.

See https://postmarkapp.com/developer/api/suppressions-api.
"""

from typing import Any

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call, Vendor
from sandboxes.postmark import bounce_types, notices
from sandboxes.postmark.addresses import MAILBOX
from sandboxes.postmark.asking import between, body, query, timestamp
from sandboxes.postmark.errors import PostmarkError
from sandboxes.postmark.streams import the_stream

KIND = "suppression"
MOST = 50
REASONS = ("HardBounce", "SpamComplaint", "ManualSuppression")
ORIGINS = ("Recipient", "Customer", "Admin")
SHOWN = ("EmailAddress", "SuppressionReason", "Origin", "CreatedAt")
NO_AUTHORITY = "You do not have the required authority to change this suppression."
NO_ADDRESS = "An invalid email address was provided."
# What a recipient has said stands; a bounce, and one's own word, can be taken back.
REVOCABLE = frozenset({("HardBounce", "Recipient"), ("ManualSuppression", "Customer")})


async def inactive(records: Records, stream: str, recipients: list[str]) -> list[str]:
    """Those of the recipients that the stream does not deliver to."""
    kept = await records.find(KIND, {"MessageStream": stream}, limit=10_000)
    off = {each["EmailAddress"] for each in kept}
    return [address for address in recipients if address in off]


async def suppress(
    vendor: Vendor, stream: str, address: str, reason: str, mail: Document | None = None
) -> None:
    """Put an address on a stream's list, and tell of it; `mail` is the one that led to it."""
    at = timestamp(vendor.clock.now())
    suppression = {
        "EmailAddress": address,
        "MessageStream": stream,
        "SuppressionReason": reason,
        "Origin": "Recipient" if mail else "Customer",
        "CreatedAt": at,
    }
    await vendor.records.put(KIND, _id(stream, address), suppression)
    await notices.tell(vendor, notices.subscription_change(suppression, mail, at))


async def reactivate(vendor: Vendor, stream: str, address: str) -> None:
    """Take an address off a stream's list; what bounced there is no longer in the way."""
    if not await vendor.records.remove(KIND, _id(stream, address)):
        return
    like = {"Email": address, "MessageStream": stream, "Inactive": True}
    for bounce in await vendor.records.find(bounce_types.KIND, like, limit=10_000):
        await vendor.records.put(bounce_types.KIND, str(bounce["ID"]), bounce | {"Inactive": False})
    freed = {
        "EmailAddress": address,
        "MessageStream": stream,
        "SuppressionReason": None,
        "Origin": "Customer",
    }
    at = timestamp(vendor.clock.now())
    await notices.tell(vendor, notices.subscription_change(freed, None, at))


async def dump_suppressions(call: Call) -> Response:
    """The whole list of a stream, or a part of it."""
    stream, asked = await the_stream(call.records, call.parameters["stream"]), query(call)
    like: Document = {"MessageStream": stream["ID"]}
    like |= _choice(asked, "SuppressionReason", REASONS, 1404)
    like |= _choice(asked, "Origin", ORIGINS, 1405)
    if "emailaddress" in asked:
        like["EmailAddress"] = asked["emailaddress"].lower()
    span = between(asked, 1404)
    found = [
        {name: each[name] for name in SHOWN}
        for each in await call.records.find(KIND, like, limit=10_000)
        if each["CreatedAt"] in span
    ]
    return JSONResponse({"Suppressions": found})


async def create_suppressions(call: Call) -> Response:
    """Put up to 50 addresses on the list, each judged by itself."""
    return await _each(call, _create)


async def delete_suppressions(call: Call) -> Response:
    """Take up to 50 addresses off the list, each judged by itself."""
    return await _each(call, _delete)


async def _each(call: Call, change: Any) -> Response:
    stream = (await the_stream(call.records, call.parameters["stream"]))["ID"]
    told = body(call)
    listed = told.get("Suppressions") if isinstance(told, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise PostmarkError(1409, "A proper request body must be provided.")
    if len(listed) > MOST:
        words = "You cannot provide more than the maximum number of suppressions for this request."
        raise PostmarkError(1410, words)
    async with call.vendor.exclusively(KIND) as vendor:
        changed = [await _judged(vendor, stream, each, change) for each in listed]
    return JSONResponse({"Suppressions": changed})


async def _judged(vendor: Vendor, stream: str, told: Document, change: Any) -> Document:
    given = str(told.get("EmailAddress") or "")
    address = given.strip().lower()
    if not MAILBOX.fullmatch(address):
        return _result(given, "Failed", NO_ADDRESS)
    kept = await vendor.records.get(KIND, _id(stream, address))
    result: Document = await change(vendor, stream, address, kept)
    return result | {"EmailAddress": given}


async def _create(vendor: Vendor, stream: str, address: str, kept: Document | None) -> Document:
    if kept and not _is_revocable(kept):
        return _result(address, "Failed", NO_AUTHORITY)
    if not kept:
        await suppress(vendor, stream, address, "ManualSuppression")
    return _result(address, "Suppressed")


async def _delete(vendor: Vendor, stream: str, address: str, kept: Document | None) -> Document:
    if kept and not _is_revocable(kept):
        return _result(address, "Failed", NO_AUTHORITY)
    await reactivate(vendor, stream, address)
    return _result(address, "Deleted")


def _is_revocable(suppression: Document) -> bool:
    return (suppression["SuppressionReason"], suppression["Origin"]) in REVOCABLE


def _result(address: str, status: str, message: str | None = None) -> Document:
    return {"EmailAddress": address, "Status": status, "Message": message}


def _choice(asked: dict[str, str], name: str, known: tuple[str, ...], code: int) -> Document:
    if name.lower() not in asked:
        return {}
    for each in known:
        if each.lower() == asked[name.lower()].lower():
            return {name: each}
    raise PostmarkError(code, f"The '{name}' provided is not valid.")


def _id(stream: str, address: str) -> str:
    return f"{stream} {address}"
