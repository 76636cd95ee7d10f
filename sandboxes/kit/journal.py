"""What came over the wire: each request with its answer's status, bounded, secrets blacked out.

It has a table of its own, since every request writes to it and nobody looks for its contents."""

import re
from contextlib import suppress
from uuid import uuid4

from starlette.responses import Response

from sandboxes.kit.records import DatabaseIsAway, Document, Records
from sandboxes.kit.sandbox import Call

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox.requests (
    vendor text NOT NULL,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    data jsonb NOT NULL,
    PRIMARY KEY (vendor, sequence)
);
"""
KEPT = 1000
BODY_KEPT = 16 * 1024
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})
CARD = re.compile(r"(?<![\d.])\d(?:[ +-]?\d){10,14}(?=(?:[ +-]?\d){4}(?!\d))")
"""A card's number but for its last four digits, as people and forms write it."""
# Letting go costs more than keeping, so one request in sixteen does it for the others.
LETS_GO = "0"


async def write(
    call: Call, response: Response, secret_headers: frozenset[str], **also: object
) -> None:
    """Keep one request and let the oldest go; a database that is away costs the entry, no more."""
    entry = _entry(call, SECRET_HEADERS | secret_headers) | {"status": response.status_code} | also
    asked, vendor = call.records.database, call.records.vendor
    with suppress(DatabaseIsAway):
        await asked.fetch(
            "INSERT INTO sandbox.requests (vendor, data) VALUES ($1, $2)", vendor, entry
        )
        if entry["id"].startswith(LETS_GO):
            await asked.fetch(
                "DELETE FROM sandbox.requests WHERE vendor = $1 AND sequence <="
                " (SELECT sequence FROM sandbox.requests WHERE vendor = $1"
                " ORDER BY sequence DESC OFFSET $2 LIMIT 1)",
                *(vendor, KEPT),
            )


async def newest(records: Records, limit: int) -> list[Document]:
    """The newest requests to a vendor first."""
    rows = await records.database.fetch(
        "SELECT data FROM sandbox.requests WHERE vendor = $1 ORDER BY sequence DESC LIMIT $2",
        *(records.vendor, limit),
    )
    return [row["data"] for row in rows]


async def count(records: Records) -> int:
    """How many requests to a vendor are kept."""
    rows = await records.database.fetch(
        "SELECT count(*) FROM sandbox.requests WHERE vendor = $1", records.vendor
    )
    return min(int(rows[0]["count"]), KEPT)


async def forget(records: Records) -> None:
    """Forget all requests to a vendor."""
    await records.database.fetch("DELETE FROM sandbox.requests WHERE vendor = $1", records.vendor)


def _entry(call: Call, secret_headers: frozenset[str]) -> Document:
    headers = call.request.headers.items()
    body = call.vendor.sandbox.redacted(call.body)
    return {
        "id": uuid4().hex,
        "at": call.now.isoformat(),
        "method": call.request.method,
        "path": call.request.url.path,
        "query": call.request.url.query,
        "headers": {k: "[redacted]" if k in secret_headers else v for k, v in headers},
        "body": CARD.sub("[card]", body[:BODY_KEPT].decode("utf-8", "replace")),
        "body_bytes": len(call.body),
    }
