"""Stripe's objects, as one request or one step of billing reads, changes and tells of them.

An object is a document of the kind that its `object` names. Keys that begin with an underscore
are the sandbox's own: no answer and no event shows them.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Self

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.stripe.errors import missing
from sandboxes.stripe.events import Told, differences, new_event, send
from sandboxes.stripe.promises import Promises, Table

ACCOUNT = "account"
ADDRESS = "http://127.0.0.1:8100/stripe"


@dataclass(frozen=True)
class Cause:
    """The request that makes something happen; a step of billing has none."""

    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Ledger:
    """The objects at a moment, in Unix seconds. What is told is sent when all is done: `close`."""

    vendor: Vendor
    now: int
    cause: Cause = Cause()
    told: list[Told] = field(default_factory=list)

    def at(self, moment: int) -> Self:
        """The same at another moment."""
        return replace(self, now=moment)

    @property
    def promises(self) -> Promises:
        """What is to be done later."""
        return Table(self.vendor.records.database)

    async def look_up(self, kind: str, id_: str) -> Document | None:
        """The object, or None."""
        return await self.vendor.records.get(kind, id_)

    async def get(self, kind: str, id_: str, param: str = "id") -> Document:
        """The object; raises StripeError, 404 where the address names it and 400 elsewhere."""
        found = await self.look_up(kind, id_)
        if found is None:
            raise missing(kind, id_, param, 404 if param == "id" else 400)
        return found

    async def find(self, kind: str, limit: int = 10_000, /, **like: object) -> list[Document]:
        """The objects that have these values, the newest first."""
        return await self.vendor.records.find(kind, like, limit=limit)

    async def write(self, document: Document) -> None:
        """Keep an object as it is, and tell of nothing."""
        await self.vendor.records.put(document["object"], document["id"], document)

    async def keep(self, document: Document, event: str | None = None) -> Document:
        """Keep an object that is new, and tell of it."""
        await self.write(document)
        if event:
            self.tell(event, document)
        return document

    async def change(
        self, before: Document, changes: Document, event: str | None = None
    ) -> Document:
        """Keep what has changed of an object, and tell of it; nothing is told of no change."""
        after = before | changes
        if after == before:
            return after
        await self.write(after)
        if event:
            # Only an update says what there was before.
            is_update = event.endswith(".updated")
            self.tell(event, after, differences(shown(before), shown(after)) if is_update else None)
        return after

    async def forget(self, document: Document, event: str | None = None) -> Document:
        """Take an object away; what stands for it from then on."""
        await self.vendor.records.remove(document["object"], document["id"])
        if event:
            self.tell(event, document)
        return {"id": document["id"], "object": document["object"], "deleted": True}

    def tell(
        self,
        event: str,
        document: Document,
        previous: Document | None = None,
        place: int | None = None,
    ) -> None:
        """An event about an object as it is now; `place` puts it before others of this ledger."""
        told = Told(event, shown(document), previous, self.now)
        self.told.insert(len(self.told) if place is None else place, told)

    async def close(self) -> None:
        """Keep the events, and send them to whoever wants to hear of them."""
        for told in self.told:
            await send(
                self.vendor, new_event(told, self.cause.request_id, self.cause.idempotency_key)
            )
        self.told.clear()

    async def address(self) -> str:
        """Where a browser reaches this sandbox: as the latest writing request addressed it."""
        account = await self.look_up(ACCOUNT, ACCOUNT)
        return str(account["address"]) if account else ADDRESS

    async def remember_address(self, address: str) -> None:
        """Note where this sandbox is reached, for pages that are made when nobody asks."""
        if await self.address() != address:
            await self.vendor.records.put(ACCOUNT, ACCOUNT, {"address": address})


def shown(value: Any) -> Any:
    """The same, without what is the sandbox's own."""
    match value:
        case dict():
            return {key: shown(each) for key, each in value.items() if not key.startswith("_")}
        case list():
            return [shown(each) for each in value]
    return value
