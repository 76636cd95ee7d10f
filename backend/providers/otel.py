"""OpenTelemetry: spans of requests and of what they ask of vendors, by OTLP over HTTP.

https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx2
from opentelemetry import trace as api
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.util.re import parse_env_headers

from backend.observability import Answered, Trace, trace, tracer
from backend.providers.calls import Call
from backend.providers.dispatch import Dispatch
from backend.providers.http import VendorClient
from backend.settings import Settings


class Otel:
    """The provider `otel`. The ids of its traces are those of our logs and headers."""

    def __init__(
        self, settings: Settings, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        endpoint = settings.observability.otel_exporter_otlp_endpoint
        headers = settings.observability.otel_exporter_otlp_headers
        self.is_configured = endpoint is not None
        given = parse_env_headers(headers.get_secret_value() if headers else "", liberal=True)
        self._http = VendorClient(
            "otel",
            endpoint or "",
            {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint},
            {**given, "Content-Type": "application/x-protobuf"},
            transport,
        )
        self._dispatch = Dispatch(self._export)
        self._tracer = self._kept(settings) if endpoint else api.NoOpTracer()

    def _kept(self, settings: Settings) -> api.Tracer:
        about = {
            "service.name": settings.observability.otel_service_name,
            "service.version": settings.core.release,
            "deployment.environment.name": settings.core.environment_name,
        }
        provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=Resource(about),
            id_generator=_OurIds(),
            shutdown_on_exit=False,
        )
        provider.add_span_processor(_Ended(self._dispatch.put))
        return provider.get_tracer("backend")

    async def ping(self) -> None:
        """Export nothing."""
        await self._http.send(Call("ping", "POST", "/v1/traces", content=b"", attempts=1))

    def start(self) -> None:
        """Begin to send spans."""
        if self.is_configured:
            self._dispatch.start()

    async def close(self) -> None:
        """Send the last spans, if that takes no time, and let go of connections."""
        await self._dispatch.close()
        await self._http.close()

    @contextmanager
    def watch(self, current: Trace, method: str) -> Iterator[Callable[[Answered], None]]:
        """A span around a request."""
        token = tracer.set(self._tracer)
        try:
            with self._tracer.start_as_current_span(
                method,
                context=_parent(current),
                kind=api.SpanKind.SERVER,
                attributes={"http.request.method": method, "request.id": current.request_id},
                record_exception=False,
            ) as span:

                def answered(answer: Answered) -> None:
                    span.update_name(f"{method} {answer.route}")
                    span.set_attribute("http.route", answer.route)
                    span.set_attribute("http.response.status_code", answer.status)
                    if answer.failure:
                        span.set_attribute("error.type", type(answer.failure).__name__)
                        span.set_status(api.StatusCode.ERROR)

                yield answered
        finally:
            tracer.reset(token)

    async def _export(self, spans: Sequence[ReadableSpan]) -> None:
        content = encode_spans(spans).SerializeToString()
        # Spans have ids, so that a collector that gets one twice knows it.
        call = Call("export", "POST", "/v1/traces", content=content, repeatable=True)
        await self._http.send(call)


def _parent(current: Trace) -> Context:
    """The caller's span, when the request continues its trace; no parent otherwise."""
    if current.parent_id is None:
        return Context()
    ids = int(current.trace_id, 16), int(current.parent_id, 16)
    caller = api.SpanContext(*ids, is_remote=True, trace_flags=api.TraceFlags.get_default())
    return api.set_span_in_context(api.NonRecordingSpan(caller), Context())


class _Ended(SpanProcessor):
    """Hands over each span when it has ended."""

    def __init__(self, put: Callable[[ReadableSpan], None]) -> None:
        self._put = put

    def on_end(self, span: ReadableSpan) -> None:
        self._put(span)


class _OurIds(RandomIdGenerator):
    """A request that continues nobody's trace has the trace that our log names already."""

    def generate_trace_id(self) -> int:
        current = trace.get()
        return int(current.trace_id, 16) if current else super().generate_trace_id()
