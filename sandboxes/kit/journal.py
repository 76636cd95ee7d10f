"""What came over the wire: each request with its answer's status, bounded, secrets blacked out."""

from contextlib import suppress
from uuid import uuid4

from starlette.responses import Response

from sandboxes.kit.records import DatabaseIsAway, Document
from sandboxes.kit.sandbox import Call

KIND = "request"
KEPT = 1000
BODY_KEPT = 16 * 1024
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})


async def write(
    call: Call, response: Response, secret_headers: frozenset[str], **also: object
) -> None:
    """Keep one request and let the oldest go; a database that is away costs the entry, no more."""
    entry = _entry(call, SECRET_HEADERS | secret_headers) | {"status": response.status_code} | also
    with suppress(DatabaseIsAway):
        await call.records.put(KIND, entry["id"], entry)
        await call.records.keep_newest(KIND, KEPT)


def _entry(call: Call, secret_headers: frozenset[str]) -> Document:
    headers = call.request.headers.items()
    return {
        "id": uuid4().hex,
        "at": call.now.isoformat(),
        "method": call.request.method,
        "path": call.request.url.path,
        "query": call.request.url.query,
        "headers": {k: "[redacted]" if k in secret_headers else v for k, v in headers},
        "body": call.body[:BODY_KEPT].decode("utf-8", "replace"),
        "body_bytes": len(call.body),
    }
