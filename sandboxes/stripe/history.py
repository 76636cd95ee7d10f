"""Events in the API: what happened, read again, for thirty days and longer."""

from datetime import UTC, datetime
from fnmatch import fnmatchcase

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Happening, Vendor
from sandboxes.stripe.fields import Many, Text, Truth
from sandboxes.stripe.forms import Form
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Created, page
from sandboxes.stripe.operations import route


class Listing(Created):
    """Which events: of a type, where `invoice.*` means all of invoices, or of some types."""

    type: Text | None = None
    types: Many[Text] = []
    delivery_success: Truth | None = None


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The event."""
    event = await ledger.get("event", id_)
    return event | {"pending_webhooks": (await _pending(ledger, [id_])).get(id_, 0)}


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of events."""
    wanted = [*form.types, *([form.type] if form.type else [])]
    pending = await _pending(ledger) if form.delivery_success is not None else {}

    def fits(event: Document) -> bool:
        delivered = event["id"] not in pending
        return form.delivery_success in {None, delivered} and (
            not wanted or any(fnmatchcase(event["type"], each) for each in wanted)
        )

    found = await page(ledger, "event", "/v1/events", form, fits=fits)
    waiting = await _pending(ledger, [event["id"] for event in found["data"]])
    for event in found["data"]:
        event["pending_webhooks"] = waiting.get(event["id"], 0)
    return found


async def lately(vendor: Vendor, limit: int) -> list[Happening]:
    """The newest events, for the console."""
    return [
        Happening(datetime.fromtimestamp(each["created"], UTC), f"{each['type']} {_whose(each)}")
        for each in await vendor.records.find("event", limit=limit)
    ]


def _whose(event: Document) -> str:
    told = event["data"]["object"]
    return str(told.get("email") or told.get("id", ""))


async def _pending(ledger: Ledger, ids: list[str] | None = None) -> dict[str, int]:
    """How many webhooks have not been delivered, of each event that has such."""
    vendor = ledger.vendor
    return await vendor.deliveries.outstanding(vendor.records.database, vendor.name, ids)


ROUTES = (
    route("GetEvents", "/v1/events", Listing, listed),
    route("GetEventsId", "/v1/events/{id}", Form, retrieve),
)
