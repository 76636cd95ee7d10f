"""Traces put together again from their spans, in the order and depth in which they are drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandboxes.kit.records import Document, Records

MOST_SPANS = 2000
NEWEST = """
SELECT trace_id, max(sequence) AS latest FROM sandbox.spans
WHERE ($1::text IS NULL OR trace_id = $1) AND ($2::text IS NULL OR trace_id IN
    (SELECT trace_id FROM sandbox.spans WHERE request_id = $2))
GROUP BY trace_id ORDER BY latest DESC LIMIT $3
"""
SPANS = """
SELECT trace_id, span_id, parent_id, started_ns, ended_ns, failed, request_id, data
FROM sandbox.spans WHERE trace_id = ANY($1::text[]) ORDER BY started_ns, sequence LIMIT $2
"""


@dataclass(frozen=True)
class Trace:
    """One trace: its spans, each after its parent and with its depth."""

    trace_id: str
    spans: list[Document]

    @property
    def started_ns(self) -> int:
        """When its first span began."""
        return min(int(span["started_ns"]) for span in self.spans)

    @property
    def duration_ns(self) -> int:
        """From its first span's beginning to its last one's end."""
        return max(int(span["ended_ns"]) for span in self.spans) - self.started_ns

    def described(self) -> Document:
        """The trace as it is listed; times in milliseconds after its beginning."""
        spans = [self._span(span) for span in self.spans]
        return {
            "trace_id": self.trace_id,
            "url": f"/_sandbox/otel/traces/{self.trace_id}",
            "name": spans[0]["name"],
            "services": sorted({span["service"] for span in spans}),
            "started_at": _moment(self.started_ns).isoformat(),
            "duration_ms": _ms(self.duration_ns),
            "failed": any(span["failed"] for span in spans),
            "request_ids": sorted({s["request_id"] for s in spans if s["request_id"]}),
            "spans": spans,
        }

    def _span(self, span: Document) -> Document:
        names = ("span_id", "parent_id", "depth", "failed", "request_id")
        told: Document = {name: span[name] for name in names} | span["data"]
        begins, lasts = span["started_ns"] - self.started_ns, span["ended_ns"] - span["started_ns"]
        return told | {"offset_ms": _ms(begins), "duration_ms": _ms(lasts)}


async def find_traces(
    records: Records, *, trace_id: str | None, request_id: str | None, limit: int
) -> list[Trace]:
    """The newest traces first: one, those of a request, or all."""
    found = await records.database.fetch(NEWEST, trace_id, request_id, limit)
    ids = [row["trace_id"] for row in found]
    rows = await records.database.fetch(SPANS, ids, MOST_SPANS * len(ids))
    spans: dict[str, list[Document]] = {id_: [] for id_ in ids}
    for row in rows:
        spans[row["trace_id"]].append(dict(row))
    return [Trace(id_, list(_in_order(each))) for id_, each in spans.items() if each]


def _in_order(spans: Sequence[Document]) -> Iterator[Document]:
    """Each span after its parent, children by their beginning; those without a parent first."""
    known = {span["span_id"] for span in spans}
    below: dict[str, list[Document]] = {}
    for span in spans:
        parent = span["parent_id"] if span["parent_id"] in known else ""
        below.setdefault("" if parent == span["span_id"] else parent, []).append(span)
    waiting = [(span, 0) for span in reversed(below.pop("", []))]
    while waiting or below:
        if not waiting:
            # Spans that are each other's parents would otherwise never be drawn.
            waiting = [(span, 0) for span in below.pop(next(iter(below)))]
        span, depth = waiting.pop()
        yield span | {"depth": depth}
        children = below.pop(span["span_id"], [])
        waiting += [(child, depth + 1) for child in reversed(children)]


def _ms(nanoseconds: Any) -> float:
    return round(int(nanoseconds) / 1e6, 3)


def _moment(nanoseconds: int) -> datetime:
    """The moment; spans of a clock gone mad are shown at the end of times."""
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
