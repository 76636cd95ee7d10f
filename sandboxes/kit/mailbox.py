"""The one mailbox behind the inbox: every mail of every vendor that sends any."""

from collections.abc import Iterable
from typing import NamedTuple

from sandboxes.kit.letters import KIND, Letter
from sandboxes.kit.records import Database, Document
from sandboxes.kit.sandbox import Vendor

SENT = "SELECT vendor, data FROM sandbox.records WHERE kind = $1 AND vendor = ANY($2)"


class Arrived(NamedTuple):
    """A letter, and the vendor that sent it."""

    vendor: Vendor
    letter: Letter


class Mailbox:
    """Whatever was sent, the newest first; `to` is one address among all that got it."""

    def __init__(self, vendors: Iterable[Vendor], database: Database) -> None:
        self._senders = {vendor.name: vendor for vendor in vendors if vendor.sandbox.letter}
        self._database = database

    async def find(self, to: str = "", *, limit: int = 50, offset: int = 0) -> list[Arrived]:
        """The letters to an address, or all of them."""
        statement = f"{SENT} AND data @> $3 ORDER BY sequence DESC LIMIT $4 OFFSET $5"
        return await self._read(statement, _like(to), limit, offset)

    async def get(self, id_: str) -> Arrived | None:
        """One letter."""
        found = await self._read(f"{SENT} AND id = $3", id_)
        return found[0] if found else None

    async def count(self, to: str = "") -> int:
        """How many letters there are to an address, or in all."""
        statement = SENT.replace("vendor, data", "count(*)", 1)
        arguments = (KIND, list(self._senders), _like(to))
        rows = await self._database.fetch(f"{statement} AND data @> $3", *arguments)
        return int(rows[0]["count"])

    async def _read(self, statement: str, *arguments: object) -> list[Arrived]:
        rows = await self._database.fetch(statement, KIND, list(self._senders), *arguments)
        return [_arrived(self._senders[row["vendor"]], row["data"]) for row in rows]


def _arrived(vendor: Vendor, mail: Document) -> Arrived:
    assert vendor.sandbox.letter, f"{vendor.name} sends no mail"  # noqa: S101
    return Arrived(vendor, vendor.sandbox.letter(mail))


def _like(to: str) -> Document:
    return {"Recipients": [to.strip().lower()]} if to.strip() else {}
