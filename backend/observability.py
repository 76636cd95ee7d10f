"""Logs, metrics and traces: what operators see of a running backend."""

import logging
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import stamina.instrumentation
import structlog
from opentelemetry.trace import NoOpTracer, Span, Tracer
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from structlog.types import EventDict, Processor

from backend.settings import LogFormat, Settings

_TRACEPARENT = re.compile(r"^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$")


@dataclass(frozen=True)
class Trace:
    """Which request is being worked on: its own id, and the W3C trace that it belongs to."""

    request_id: str
    trace_id: str
    parent_id: str | None
    """The span of the caller, when it continues somebody's trace."""

    @classmethod
    def of(cls, request_id: str, traceparent: str) -> Self:
        """The trace that a `traceparent` header continues, or a new one when it is none."""
        given = _TRACEPARENT.match(traceparent)
        return cls(request_id, *(given.groups() if given else (secrets.token_hex(16), None)))


trace: ContextVar[Trace | None] = ContextVar("trace", default=None)
"""The request that this task works on; none outside requests."""


@dataclass(frozen=True)
class Answered:
    """How a request ended: under which route, and with what fault of ours, if there was one."""

    route: str
    status: int
    failure: Exception | None


class Watcher(Protocol):
    """Somebody who follows requests."""

    def watch(
        self, current: Trace, method: str
    ) -> AbstractContextManager[Callable[[Answered], None]]:
        """Follow a request for as long as the block runs; at its end tell how it ended."""


_NOBODY = NoOpTracer()
tracer: ContextVar[Tracer] = ContextVar("tracer", default=_NOBODY)
"""Who keeps the spans of this task; nobody where tracing is not configured."""


def passed_on(span: Span) -> dict[str, str]:
    """The header by which the next hop continues our trace: below this span, if it is kept."""
    kept, current = span.get_span_context(), trace.get()
    if kept.is_valid:
        return {"traceparent": f"00-{kept.trace_id:032x}-{kept.span_id:016x}-01"}
    if current is None:
        return {}
    return {"traceparent": f"00-{current.trace_id}-{secrets.token_hex(8)}-01"}


REGISTRY = CollectorRegistry(auto_describe=True)
_BUCKETS = (0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0)
_LABELS = ("method", "endpoint", "status_code")

REQUESTS = Counter("http_requests_total", "Requests answered.", _LABELS, registry=REGISTRY)
DURATION = Histogram(
    "http_request_duration_seconds",
    "Seconds from a request's head to its answer's end.",
    _LABELS,
    buckets=_BUCKETS,
    registry=REGISTRY,
)
ACTIVE = Gauge(
    "active_requests", "Requests being answered.", registry=REGISTRY, multiprocess_mode="livesum"
)
APP = Gauge(
    "app_info",
    "What runs here.",
    ("version", "environment"),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
CALLS = Counter(
    "external_api_requests_total",
    "Calls of vendors.",
    ("service", "operation", "status_code"),
    registry=REGISTRY,
)
CALL_DURATION = Histogram(
    "external_api_duration_seconds",
    "Seconds that vendors took.",
    ("service", "operation"),
    buckets=_BUCKETS,
    registry=REGISTRY,
)
CALL_ERRORS = Counter(
    "external_api_errors_total",
    "Calls of vendors that failed in the end, whatever was tried.",
    ("service", "operation", "error_type"),
    registry=REGISTRY,
)
RATE_LIMITED = Counter(
    "rate_limited_requests_total",
    "Requests refused above a limit, and those that nobody could count.",
    ("policy", "outcome"),
    registry=REGISTRY,
)
CHAT_CONNECTIONS = Gauge(
    "chat_connections",
    "Connections to the chats of training sessions.",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
CHAT_FRAMES = Counter(
    "chat_frames_total",
    "What people sent to chats, by what came of it.",
    ("outcome",),
    registry=REGISTRY,
)
JOB_RUNS = Counter(
    "job_runs_total", "Tries of jobs, by what came of them.", ("task", "outcome"), registry=REGISTRY
)
JOB_DURATION = Histogram(
    "job_duration_seconds",
    "Seconds that a try of a job took.",
    ("task",),
    buckets=_BUCKETS,
    registry=REGISTRY,
)
JOBS_DUE = Gauge("jobs_due", "Jobs that are due.", registry=REGISTRY, multiprocess_mode="livemax")
JOBS_OLDEST = Gauge(
    "jobs_oldest_due_seconds",
    "For how long the oldest job that is due has been due.",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
JOBS_DEAD = Gauge(
    "jobs_dead", "Jobs that were given up.", registry=REGISTRY, multiprocess_mode="livemax"
)


def readable_registry() -> CollectorRegistry:
    """The registry to read: over all workers where several share a folder of metrics."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder is None:
        return REGISTRY
    registry = CollectorRegistry()
    registry.register(_AllWorkers(Path(folder)))
    return registry


@dataclass(frozen=True)
class _AllWorkers(Collector):
    """What all workers have counted, each in files of its own."""

    folder: Path

    def collect(self) -> Iterator[Metric]:
        # The client fails for a file that a worker has made and not yet written (its issue 1199).
        begun = [str(file) for file in self.folder.glob("*.db") if file.stat().st_size]
        yield from MultiProcessCollector.merge(begun)  # type: ignore[no-untyped-call]


def _with_trace(_logger: object, _method: str, event: EventDict) -> EventDict:
    if current := trace.get():
        event["request_id"], event["trace_id"] = current.request_id, current.trace_id
    return event


def configure(settings: Settings) -> None:
    """Set up logging for this process, its libraries included, and say what runs here."""
    level = logging.getLevelNamesMapping()[settings.core.log_level.value]
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
    ]
    if settings.core.log_format is LogFormat.json:
        # Without locals: requests with their headers, and passwords, are among them.
        tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        shared.append(structlog.processors.ExceptionRenderer(tracebacks))
        renderer: Processor = structlog.processors.JSONRenderer()
    else:
        renderer = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    # What libraries log by the standard library takes the same form.
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # These two write a line for each call of ours; the access line says more.
    for chatty in ("httpx2", "httpcore2"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # What is asked of a vendor again is counted; a line for each would only say so once more.
    stamina.instrumentation.set_on_retry_hooks(())
    APP.labels(settings.core.release, settings.core.environment_name).set(1)
