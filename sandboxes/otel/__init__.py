"""An OpenTelemetry collector, imitated from https://opentelemetry.io/docs/specs/otlp/: it takes
OTLP over HTTP, and shows the traces."""

from sandboxes.kit.sandbox import MIB, Operation, Sandbox
from sandboxes.otel.encoding import as_status, encode
from sandboxes.otel.exporting import export_logs, export_metrics, export_traces
from sandboxes.otel.pages import latest_traces, otel_pages
from sandboxes.otel.spans import SCHEMA

OTEL = Sandbox(
    name="otel",
    operations=(  # Named as the services of opentelemetry-proto name them.
        Operation("exportTraces", "POST", "/v1/traces", export_traces, body_limit=16 * MIB),
        Operation("exportMetrics", "POST", "/v1/metrics", export_metrics, body_limit=16 * MIB),
        Operation("exportLogs", "POST", "/v1/logs", export_logs, body_limit=16 * MIB),
    ),
    about="Takes OTLP over HTTP, in protobuf and in JSON, plain or gzipped, from everybody. Spans"
    " are put together to traces, which are found by their id and by the id of the request"
    " (`request.id` among a span's attributes). The data points of metrics are counted, the newest"
    " log lines are kept. Spans without proper ids are rejected by a partial success.",
    does_not=(
        "OTLP over gRPC, and profiles",
        "sample, alert, chart metrics, or follow links between traces",
        "ask who it is: any headers will do, or none",
    ),
    error=as_status,
    admit=lambda _call: None,
    secret_headers=frozenset({"x-honeycomb-team", "api-key", "x-otlp-api-key"}),
    stamp=encode,
    pages=otel_pages,
    doors=(("Traces", "/otel/traces"),),
    lately=latest_traces,
    schema=SCHEMA,
    tables=("spans",),
)
