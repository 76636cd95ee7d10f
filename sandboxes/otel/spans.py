"""Spans as they are kept: in a table of their own, since they come by the hundred."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from sandboxes.kit.records import Document, Records, storable
from sandboxes.otel.attributes import plain

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox.spans (
    trace_id text NOT NULL,
    span_id text NOT NULL,
    parent_id text NOT NULL,
    started_ns bigint NOT NULL,
    ended_ns bigint NOT NULL,
    failed boolean NOT NULL,
    request_id text,
    data jsonb NOT NULL,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (trace_id, span_id)
);
CREATE INDEX IF NOT EXISTS spans_in_order ON sandbox.spans (sequence);
CREATE INDEX IF NOT EXISTS spans_by_request ON sandbox.spans (request_id)
    WHERE request_id IS NOT NULL;
"""
KEPT = 50_000
REQUEST_IDS = ("request.id", "request_id", "http.request.id", "http.request.header.x-request-id")
"""The attributes by which services name the request that a span belongs to."""
KINDS = ("internal", "internal", "server", "client", "producer", "consumer")


@dataclass(frozen=True)
class Kept:
    """One span: what it is found by, and all that is shown of it."""

    trace_id: str
    span_id: str
    parent_id: str
    started_ns: int
    ended_ns: int
    failed: bool
    request_id: str | None
    data: Document


def read_spans(request: ExportTraceServiceRequest) -> Iterator[Kept | str]:
    """The spans of an export; of one that can not be kept, a sentence that says why."""
    for resource in request.resource_spans:
        of_resource = plain(resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                if len(span.trace_id) != 16 or not any(span.trace_id):
                    yield "a trace id must have 16 bytes, not all zero"
                elif len(span.span_id) != 8 or not any(span.span_id):
                    yield "a span id must have 8 bytes, not all zero"
                else:
                    yield _kept(span, scope.scope.name, of_resource)


async def keep_spans(records: Records, spans: list[Kept]) -> None:
    """Keep spans, each once however often it is sent, and let the oldest go."""
    columns = zip(*(_row(span) for span in spans), strict=True)
    await records.database.fetch(
        "INSERT INTO sandbox.spans (trace_id, span_id, parent_id, started_ns, ended_ns, failed,"
        " request_id, data) SELECT * FROM unnest($1::text[], $2::text[], $3::text[],"
        " $4::bigint[], $5::bigint[], $6::boolean[], $7::text[], $8::jsonb[])"
        " ON CONFLICT DO NOTHING",
        *map(list, columns),
    )
    await records.database.fetch(
        "DELETE FROM sandbox.spans"
        " WHERE sequence <= (SELECT max(sequence) - $1 FROM sandbox.spans)",
        KEPT,
    )


def _row(span: Kept) -> tuple[Any, ...]:
    return tuple(vars(span).values())


def _kept(span: Span, scope: str, resource: Document) -> Kept:
    attributes = plain(span.attributes)
    failed = span.status.code == Status.STATUS_CODE_ERROR
    data = {
        "name": span.name,
        "kind": KINDS[span.kind] if span.kind < len(KINDS) else str(span.kind),
        "service": str(resource.get("service.name", "unknown_service")),
        "scope": scope,
        "status": span.status.message or ("error" if failed else "ok"),
        "attributes": attributes,
        "resource": resource,
        "events": [_event(event, span) for event in span.events],
        "links": [link.trace_id.hex() for link in span.links],
    }
    return Kept(
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        min(span.start_time_unix_nano, 2**63 - 1),
        min(max(span.end_time_unix_nano, span.start_time_unix_nano), 2**63 - 1),
        failed,
        _request_id(attributes),
        storable(data),
    )


def _event(event: Span.Event, span: Span) -> Document:
    after = (event.time_unix_nano - span.start_time_unix_nano) / 1e6
    return {"name": event.name, "after_ms": round(after, 3), "attributes": plain(event.attributes)}


def _request_id(attributes: Document) -> str | None:
    for name in REQUEST_IDS:
        found = attributes.get(name)
        # A header may have been sent more than once, so that its attribute is a list.
        found = found[0] if isinstance(found, list) and found else found
        if found:
            return str(storable(str(found)))
    return None
