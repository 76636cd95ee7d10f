"""Webhooks on their way: kept before they are sent, signed as the vendor signs, tried again as it
tries again, and shown. A delivery is written in the transaction of what it tells of."""

import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from sandboxes.kit.records import Asked, Document

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox.deliveries (
    id text PRIMARY KEY,
    vendor text NOT NULL,
    endpoint jsonb NOT NULL,
    event text NOT NULL,
    event_id text NOT NULL,
    body text NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    attempts jsonb NOT NULL DEFAULT '[]',
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    sequence bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX IF NOT EXISTS deliveries_due ON sandbox.deliveries (vendor, due_at, sequence)
    WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_in_order ON sandbox.deliveries (vendor, sequence);
"""
ENDPOINT = "webhook_endpoint"
"""The kind under which a vendor's records hold its endpoints, as `Endpoint` has them."""


@dataclass(frozen=True)
class Endpoint:
    """Where a vendor's webhooks go, what it tells of, and the secret that signs them.

    `events` holds names, or `*` for all; `data` is what the vendor's own API keeps besides.
    """

    id: str
    url: str
    secret: str
    events: tuple[str, ...] = ("*",)
    enabled: bool = True
    data: Document = field(default_factory=dict)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The endpoint as it was kept."""
        return cls(**{**document, "events": tuple(document["events"])})

    def document(self) -> Document:
        """The endpoint as it is kept."""
        return asdict(self)

    def wants(self, event: str) -> bool:
        """Whether it is told of such an event."""
        return self.enabled and bool({"*", event} & set(self.events))


@dataclass(frozen=True)
class Webhooks:
    """How a vendor delivers its webhooks, by its own documentation.

    `sign` gives the headers for a delivery at the moment of sending; `retries` the pauses after
    each failed attempt, after the last of which it gives up; a status that `is_final` it takes
    for the last word, and does not ask again.
    """

    sign: "Callable[[Delivery, datetime], Mapping[str, str]]"
    retries: tuple[timedelta, ...]
    is_final: Callable[[int], bool] = lambda _status: False
    new_endpoint_id: Callable[[], str] = lambda: f"hook_{uuid4().hex[:24]}"
    timeout_s: float = 10.0


@dataclass(frozen=True)
class Mischief:
    """What the network does to webhooks on demand.

    `duplicate` is the share that is delivered twice, `shuffle_s` the time within which they may
    overtake each other, `hold` keeps all of them back, as in an outage of the sender.
    """

    duplicate: float = 0.0
    shuffle_s: float = 0.0
    hold: bool = False


@dataclass(frozen=True)
class Delivery:
    """One webhook on its way to one endpoint: `pending`, `delivered` or `failed`."""

    vendor: str
    endpoint: Endpoint
    event: str
    event_id: str
    body: str
    due_at: datetime
    created_at: datetime
    state: str = "pending"
    attempts: list[Document] = field(default_factory=list)
    id: str = ""

    def described(self) -> Document:
        """The delivery as it is listed: without the secret."""
        return {
            "id": self.id,
            "vendor": self.vendor,
            "event": self.event,
            "event_id": self.event_id,
            "url": self.endpoint.url,
            "state": self.state,
            "attempts": self.attempts,
            "due_at": self.due_at.isoformat() if self.state == "pending" else None,
            "created_at": self.created_at.isoformat(),
            "body": self.body,
        }


class Deliveries:
    """All webhooks of all vendors, in one table."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self.mischief = Mischief()

    async def add(self, asked: Asked, delivery: Delivery) -> None:
        """Put a webhook on its way, twice where mischief wants it so."""
        times = 2 if self._chance() < self.mischief.duplicate else 1
        for _ in range(times):
            late = timedelta(seconds=self._chance() * self.mischief.shuffle_s)
            await asked.fetch(
                "INSERT INTO sandbox.deliveries"
                " (id, vendor, endpoint, event, event_id, body, due_at, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                *(uuid4().hex, delivery.vendor, delivery.endpoint.document(), delivery.event),
                *(delivery.event_id, delivery.body, delivery.due_at + late, delivery.created_at),
            )

    async def due(self, asked: Asked, vendor: str, now: datetime, limit: int) -> list[Delivery]:
        """Those that should go out now, the longest due first; none while they are held."""
        if self.mischief.hold:
            return []
        return await _read(
            asked,
            "vendor = $1 AND state = 'pending' AND due_at <= $2 ORDER BY due_at, sequence LIMIT $3",
            *(vendor, now, limit),
        )

    async def listed(
        self, asked: Asked, *, vendor: str | None, state: str | None, limit: int
    ) -> list[Delivery]:
        """The newest first, of one vendor or state or of all."""
        return await _read(
            asked,
            "($1::text IS NULL OR vendor = $1) AND ($2::text IS NULL OR state = $2)"
            " ORDER BY sequence DESC LIMIT $3",
            *(vendor, state, limit),
        )

    async def outstanding(
        self, asked: Asked, vendor: str, events: list[str] | None = None
    ) -> dict[str, int]:
        """How many endpoints have not had each event yet, of some events or of all."""
        rows = await asked.fetch(
            "SELECT event_id, count(*) FROM sandbox.deliveries WHERE vendor = $1"
            " AND state <> 'delivered' AND ($2::text[] IS NULL OR event_id = ANY ($2))"
            " GROUP BY event_id",
            *(vendor, events),
        )
        return {row["event_id"]: row["count"] for row in rows}

    async def note(
        self, asked: Asked, id_: str, attempt: Document, state: str, due: datetime
    ) -> None:
        """Write down an attempt and what comes of it."""
        await asked.fetch(
            "UPDATE sandbox.deliveries"
            " SET attempts = attempts || $2::jsonb, state = $3, due_at = $4 WHERE id = $1",
            *(id_, [attempt], state, due),
        )

    async def resend(self, asked: Asked, id_: str, now: datetime) -> bool:
        """Send a delivery again at once, whatever came of it; says whether there is one."""
        rows = await asked.fetch(
            "UPDATE sandbox.deliveries SET state = 'pending', due_at = $2 WHERE id = $1"
            " RETURNING id",
            *(id_, now),
        )
        return bool(rows)

    async def backfill(self, asked: Asked, vendor: str | None, now: datetime) -> int:
        """Send all that never arrived again at once, in their order; how many these are."""
        rows = await asked.fetch(
            "UPDATE sandbox.deliveries SET state = 'pending', due_at = $2"
            " WHERE ($1::text IS NULL OR vendor = $1) AND state <> 'delivered' RETURNING id",
            *(vendor, now),
        )
        return len(rows)

    async def forget(self, asked: Asked, vendor: str) -> None:
        """Forget all webhooks of a vendor."""
        await asked.fetch("DELETE FROM sandbox.deliveries WHERE vendor = $1", vendor)


async def _read(asked: Asked, which: str, *arguments: object) -> list[Delivery]:
    columns = ", ".join(each.name for each in fields(Delivery))
    statement = f"SELECT {columns} FROM sandbox.deliveries WHERE {which}"  # noqa: S608
    rows = await asked.fetch(statement, *arguments)
    return [Delivery(**{**row, "endpoint": Endpoint.of(row["endpoint"])}) for row in rows]
