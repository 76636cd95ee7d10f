"""The audit log: who did what, and when; each entry is bound to the one before it.

`record` is the last thing in the block of what it tells of, so that both are kept or neither. To
take another name after it could make two blocks wait for each other.
"""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import structlog

from backend.observability import trace
from backend.schema.audit_log import AuditEntry
from backend.store import Store

LOG: Final = "audit_log"
SECRETS: Final = re.compile(
    r"password|secret|token|hash|cookie|authorization|api_?key", re.IGNORECASE
)

_log = structlog.get_logger(name="backend.audit")


class TellsSecrets(ValueError):
    """Details that bear the name of a secret do not go into the log, which is kept for ever."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the audit log keeps no {name}; say what happened without it")


@dataclass(frozen=True)
class Examined:
    """What was found of the log."""

    entries: int
    """How many entries are whole, from the first on."""
    head: str
    """The digest of the last of them; whoever noted it before knows that none is missing."""
    broken: str = ""
    """What is wrong with the entry after them; empty when there is none."""


async def record(
    held: Store, action: str, subject: str, *, actor_id: str | None = None, **details: Any
) -> AuditEntry:
    """Write who did what to what, such as `application.approved` to `applications/<id>`.

    Details are JSON. Ask it with the store of a block, last of all. Raises `TellsSecrets`.
    """
    if secret := next((name for name in details if SECRETS.search(name.lower())), None):
        raise TellsSecrets(secret)
    current = trace.get()
    async with held.exclusively(LOG) as log:
        newest = (await log.find(AuditEntry, order="-number", limit=1)).items
        entry = bound(
            AuditEntry(
                number=newest[0].number + 1 if newest else 1,
                action=action,
                actor_id=actor_id,
                subject=subject,
                details=json.loads(json.dumps(details)),
                request_id=current.request_id if current else "",
                previous=newest[0].digest if newest else "",
                digest="",
            )
        )
        await log.insert(entry)
    # What writes logs away keeps the head of the log where who may write here may not.
    _log.info("audited", number=entry.number, digest=entry.digest, action=action)
    return entry


async def examine(store: Store) -> Examined:
    """Read the whole log, and see that no entry was changed, added in between or taken out.

    What was cut off at its end is seen by its head alone: compare that with an earlier one.
    """
    entries, head = 0, ""
    async for entry in _in_order(store):
        if entry.number != entries + 1:
            return Examined(entries, head, f"entry {entries + 1} is missing")
        if entry.digest != _digest(entry):
            return Examined(entries, head, f"entry {entry.number} was changed")
        if entry.previous != head:
            return Examined(entries, head, f"entry {entry.number} follows another than is there")
        entries, head = entry.number, entry.digest
    return Examined(entries, head)


async def _in_order(store: Store) -> AsyncIterator[AuditEntry]:
    after: str | None = None
    while True:
        page = await store.find(AuditEntry, order="number", limit=200, after=after)
        for entry in page.items:
            yield entry
        if (after := page.next) is None:
            return


def bound(entry: AuditEntry) -> AuditEntry:
    """The entry with the digest that goes with it."""
    return entry.model_copy(update={"digest": _digest(entry)})


def _digest(entry: AuditEntry) -> str:
    told = entry.model_dump(mode="json", exclude={"digest"})
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
