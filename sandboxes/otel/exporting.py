"""What exporters send: spans, which are kept as traces; metrics and logs, which are counted."""

from collections.abc import Sequence

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from starlette.responses import Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.otel.attributes import plain, value
from sandboxes.otel.encoding import answered, read
from sandboxes.otel.spans import Kept, keep_spans, read_spans

COUNT, LOG, LOGS_KEPT = "count", "log", 500


async def export_traces(call: Call) -> Response:
    """Keep spans; those without proper ids are rejected, which the answer says."""
    found = list(read_spans(read(call, ExportTraceServiceRequest())))
    good = [each for each in found if isinstance(each, Kept)]
    bad = [each for each in found if isinstance(each, str)]
    if good:
        await keep_spans(call.records, good)
    response = ExportTraceServiceResponse()
    if bad:
        response.partial_success.rejected_spans = len(bad)
        response.partial_success.error_message = "; ".join(sorted(set(bad)))
    return answered(call, response)


async def export_metrics(call: Call) -> Response:
    """Count the data points of each metric of each service."""
    request = read(call, ExportMetricsServiceRequest())
    for resource in request.resource_metrics:
        service = str(plain(resource.resource.attributes).get("service.name", "unknown_service"))
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                await _count(call, service, metric)
    return answered(call, ExportMetricsServiceResponse())


async def export_logs(call: Call) -> Response:
    """Keep the newest lines."""
    request = read(call, ExportLogsServiceRequest())
    lines = [
        {
            "service": str(plain(resource.resource.attributes).get("service.name", "")),
            "severity": line.severity_text,
            "body": value(line.body),
            "attributes": plain(line.attributes),
            "trace_id": line.trace_id.hex(),
            "span_id": line.span_id.hex(),
        }
        for resource in request.resource_logs
        for scope in resource.scope_logs
        for line in scope.log_records
    ]
    await _keep(call, lines)
    return answered(call, ExportLogsServiceResponse())


async def _count(call: Call, service: str, metric: Metric) -> None:
    kind = metric.WhichOneof("data") or "gauge"
    points = len(getattr(metric, kind).data_points)
    told = {"service": service, "metric": metric.name, "kind": kind, "unit": metric.unit}
    id_ = f"{service} {metric.name}"
    async with call.vendor.exclusively(id_) as inside:
        known = await inside.records.get(COUNT, id_) or {"points": 0}
        counted = {"points": known["points"] + points, "at": call.now.isoformat()}
        await inside.records.put(COUNT, id_, told | counted)


async def _keep(call: Call, lines: Sequence[Document]) -> None:
    at = call.now.isoformat()
    for number, line in enumerate(lines[-LOGS_KEPT:]):
        await call.records.put(LOG, f"{at} {number}", line | {"at": at})
    await call.records.keep_newest(LOG, LOGS_KEPT)
