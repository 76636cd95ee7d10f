"""OpenTelemetry's own exporters, unchanged, and OTLP by hand, at the sandbox on a real port."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from google.rpc.status_pb2 import Status
from opentelemetry import trace as api
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult

from sandboxes.otel import OTEL
from tests.sandboxes.served import served

RESOURCE = Resource({"service.name": "dojo"})
PROTOBUF, JSON = "application/x-protobuf", "application/json"
TRACE, SPAN = "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174"


@pytest.fixture(scope="module")
def running(postgres_url: str) -> Iterator[str]:
    with served(postgres_url, OTEL) as address:
        yield address


@pytest.fixture
def address(running: str) -> str:
    httpx2.post(f"{running}/_sandbox/reset").raise_for_status()
    return running


def traces(address: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx2.get(f"{address}/_sandbox/otel/traces.json{query}").json()
    return found


def tracing(address: str, **options: Any) -> TracerProvider:
    provider = TracerProvider(resource=RESOURCE, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{address}/otel/v1/traces", **options)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


def sample(**fields: Any) -> Any:
    """An export of one span in JSON, as OTLP's own example has it."""
    span = {
        "traceId": TRACE.upper(),
        "spanId": SPAN,
        "name": "GET /events",
        "kind": 2,
        "startTimeUnixNano": "1544712660000000000",
        "endTimeUnixNano": "1544712661500000000",
        "attributes": [{"key": "request.id", "value": {"stringValue": "req-42"}}],
        "fromTheFuture": {"unknown": [1]},
    } | fields
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "dojo"}}]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]}


def post(address: str, body: bytes | dict[str, Any], kind: str = JSON, **more: str) -> Any:
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    headers = {"Content-Type": kind} | more
    return httpx2.post(f"{address}/otel/v1/traces", content=content, headers=headers)


@pytest.mark.parametrize("squeezed", [False, True])
def test_the_exporters_spans_become_a_trace(
    address: str, squeezed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip" if squeezed else "none")
    provider = tracing(address, headers={"authorization": "Bearer sandbox"})
    tracer = provider.get_tracer("backend")
    with tracer.start_as_current_span(
        "GET /events", kind=api.SpanKind.SERVER, attributes={"request.id": "req-7", "n": [1, 2]}
    ):
        with tracer.start_as_current_span("select events") as asked:
            asked.add_event("waited", {"for": "a lock"})
        with pytest.raises(KeyError), tracer.start_as_current_span("ask stripe"):
            raise KeyError("price")
    provider.shutdown()
    (trace,) = traces(address, "?request_id=req-7")
    assert (trace["name"], trace["services"], trace["failed"]) == ("GET /events", ["dojo"], True)
    assert trace["request_ids"] == ["req-7"]
    root, select, stripe = trace["spans"]
    assert [each["depth"] for each in trace["spans"]] == [0, 1, 1]
    assert (root["kind"], root["scope"], root["attributes"]["n"]) == ("server", "backend", [1, 2])
    assert select["parent_id"] == stripe["parent_id"] == root["span_id"]
    assert (select["events"][0]["name"], select["failed"]) == ("waited", False)
    assert (stripe["failed"], stripe["status"]) == (True, "KeyError: 'price'")
    assert stripe["events"][0]["attributes"]["exception.type"] == "KeyError"
    assert root["duration_ms"] >= stripe["offset_ms"] + stripe["duration_ms"] - 0.002
    assert traces(address, f"?trace_id={trace['trace_id'].upper()}") == [trace]
    assert traces(address, "?request_id=req-8") == []


def test_metrics_are_counted_and_log_lines_are_kept(address: str) -> None:
    exporter = OTLPMetricExporter(endpoint=f"{address}/otel/v1/metrics")
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=600_000)
    provider = MeterProvider([reader], RESOURCE, shutdown_on_exit=False)
    counter = provider.get_meter("dojo").create_counter("bows", unit="1")
    counter.add(1, {"belt": "white"})
    counter.add(1, {"belt": "black"})
    provider.shutdown()
    lines = {"severityText": "INFO", "body": {"stringValue": "Hajime"}, "traceId": TRACE}
    sent = {"resourceLogs": [{"scopeLogs": [{"logRecords": [lines]}]}]}
    answer = httpx2.post(f"{address}/otel/v1/logs", json=sent)
    assert (answer.status_code, answer.json()) == (200, {})
    kept = httpx2.get(f"{address}/_sandbox/state?vendor=otel").json()["otel"]
    counted = {each["metric"]: each for each in kept["count"]["latest"]}["bows"]
    assert (counted["kind"], counted["points"], counted["service"]) == ("sum", 2, "dojo")
    assert kept["log"]["latest"][0]["body"] == "Hajime"
    page = httpx2.get(f"{address}/_sandbox/otel/traces").text
    assert "<td>bows</td>" in page
    assert "Hajime" in page


def test_the_log_exporter_is_let_in(address: str) -> None:
    exporter = OTLPLogExporter(endpoint=f"{address}/otel/v1/logs")
    assert exporter.export([]).name == "SUCCESS"


def test_json_is_understood_with_its_ids_in_hexadecimal(address: str) -> None:
    answer = post(address, sample())
    assert (answer.status_code, answer.json()) == (200, {})
    assert answer.headers["content-type"] == JSON
    (trace,) = traces(address)
    assert (trace["trace_id"], trace["spans"][0]["span_id"]) == (TRACE, SPAN)
    assert trace["started_at"] == "2018-12-13T14:51:00+00:00"
    assert (trace["duration_ms"], trace["request_ids"]) == (1500, ["req-42"])


def test_a_span_that_is_sent_twice_is_kept_once(address: str) -> None:
    for _ in range(2):
        assert post(address, sample()).status_code == 200
    (trace,) = traces(address)
    assert (len(trace["spans"]), trace["failed"]) == (1, False)


def test_numbers_that_json_lacks_and_characters_that_postgresql_lacks_are_kept(
    address: str,
) -> None:
    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add()
    span.trace_id, span.span_id, span.name = bytes.fromhex(TRACE), bytes.fromhex(SPAN), "a\0b"
    span.kind, span.end_time_unix_nano = 99, 2**64 - 1
    span.attributes.add(key="share").value.double_value = float("nan")
    span.attributes.add(key="mark").value.bytes_value = b"\xff"
    span.attributes.add(key="tree").value.kvlist_value.values.add(key="a").value.int_value = 2**62
    assert post(address, request.SerializeToString(), PROTOBUF).status_code == 200
    (trace,) = traces(address)
    told = {"share": "nan", "mark": "/w==", "tree": {"a": 2**62}}
    assert trace["spans"][0]["attributes"] == told
    assert (trace["name"], trace["spans"][0]["service"]) == ("a\ufffdb", "unknown_service")
    assert httpx2.get(f"{address}{trace['url']}").status_code == 200


def test_spans_without_proper_ids_are_rejected_by_a_partial_success(address: str) -> None:
    both = sample()
    spans = both["resourceSpans"][0]["scopeSpans"][0]["spans"]
    spans += [spans[0] | {"traceId": "00" * 16}, spans[0] | {"spanId": "ff"}]
    answer = post(address, both)
    assert answer.status_code == 200
    told = answer.json()["partialSuccess"]
    assert told["rejectedSpans"] == "2"
    assert "a trace id must have 16 bytes" in told["errorMessage"]
    assert "a span id must have 8 bytes" in told["errorMessage"]
    assert len(traces(address)[0]["spans"]) == 1
    request = ExportTraceServiceRequest()
    request.resource_spans.add().scope_spans.add().spans.add(name="nobody")
    answer = post(address, request.SerializeToString(), PROTOBUF)
    response = ExportTraceServiceResponse.FromString(answer.content)
    assert response.partial_success.rejected_spans == 1


def test_nothing_is_a_good_export_too(address: str) -> None:
    answer = post(address, b"", PROTOBUF)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == PROTOBUF


BROKEN = [
    (b"\xff\xff", PROTOBUF, {}, 400, 3, "can not be decoded"),
    (b"{", JSON, {}, 400, 3, "can not be decoded"),
    (b"[]", JSON, {}, 400, 3, "can not be decoded"),
    (b'{"resourceSpans": 5}', JSON, {}, 400, 3, "can not be decoded"),
    (b"[" * 100_000, JSON, {}, 400, 3, "can not be decoded"),
    (json.dumps(sample(traceId="xyz")).encode(), JSON, {}, 400, 3, "not in hexadecimal"),
    (b"no gzip", JSON, {"Content-Encoding": "gzip"}, 400, 3, "can not be decompressed"),
    (b"", JSON, {"Content-Encoding": "br"}, 415, 3, "does not emulate Content-Encoding 'br'"),
    (b"", "text/plain", {}, 415, 3, "unsupported content type 'text/plain'"),
]


@pytest.mark.parametrize(("body", "kind", "headers", "status", "code", "words"), BROKEN)
def test_what_can_not_be_read_is_refused_in_the_encoding_of_the_request(
    address: str,
    body: bytes,
    kind: str,
    headers: dict[str, str],
    status: int,
    code: int,
    words: str,
) -> None:
    answer = post(address, body, kind, **headers)
    assert answer.status_code == status
    if kind == PROTOBUF:
        assert answer.headers["content-type"] == PROTOBUF
        told = Status.FromString(answer.content)
        assert (told.code, words in told.message) == (code, True)
    else:
        assert answer.headers["content-type"] == JSON
        assert (answer.json()["code"], words in answer.json()["message"]) == (code, True)


def test_gzipped_json_is_understood(address: str) -> None:
    body = gzip.compress(json.dumps(sample()).encode())
    assert post(address, body, JSON, **{"Content-Encoding": "gzip"}).json() == {}
    assert len(traces(address)) == 1


def test_a_fault_speaks_protobuf_to_the_exporter_which_tries_again(address: str) -> None:
    fault = {"vendor": "otel", "kind": "status", "status": 503, "times": 1}
    httpx2.post(f"{address}/_sandbox/faults", json=fault).raise_for_status()
    exporter = OTLPSpanExporter(endpoint=f"{address}/otel/v1/traces", timeout=5)
    span = tracing(address).get_tracer("t").start_span("again")
    span.end()
    assert exporter.export([span]) is SpanExportResult.SUCCESS  # type: ignore[list-item]
    seen = httpx2.get(f"{address}/_sandbox/requests?vendor=otel").json()
    assert 503 in [each["status"] for each in seen]
    httpx2.post(f"{address}/_sandbox/faults", json=fault).raise_for_status()
    answer = post(address, b"", PROTOBUF)
    assert (answer.status_code, Status.FromString(answer.content).code) == (503, 14)


def test_what_is_not_imitated_is_refused_aloud(address: str) -> None:
    answer = httpx2.post(f"{address}/otel/v1development/profiles", json={})
    assert (answer.status_code, answer.json()["code"]) == (501, 12)
    assert "otel sandbox does not emulate POST" in answer.json()["message"]


def test_orphans_and_circles_are_drawn_too(address: str) -> None:
    ids = {"a": "aa" * 8, "b": "bb" * 8, "c": "cc" * 8}
    spans = sample()["resourceSpans"][0]["scopeSpans"][0]["spans"] * 3
    for at, (own, parent) in enumerate((("a", "b"), ("b", "a"), ("c", "c"))):
        spans[at] = spans[at] | {"spanId": ids[own], "parentSpanId": ids[parent]}
    body = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
    assert post(address, body).status_code == 200
    (trace,) = traces(address)
    assert sorted(each["span_id"] for each in trace["spans"]) == sorted(ids.values())


ATTACK = "<script>alert(1)</script>"


def test_the_waterfall_shows_each_span_and_runs_nothing(address: str) -> None:
    attributes = [{"key": ATTACK, "value": {"stringValue": ATTACK}}]
    child: dict[str, Any] = {
        "spanId": "aa" * 8,
        "parentSpanId": SPAN,
        "name": ATTACK,
        "attributes": attributes,
    }
    child |= {"startTimeUnixNano": "1544712660750000000", "status": {"code": 2, "message": ATTACK}}
    both = sample()
    spans = both["resourceSpans"][0]["scopeSpans"][0]["spans"]
    spans.append(spans[0] | child)
    assert post(address, both).status_code == 200
    listed = httpx2.get(f"{address}/_sandbox/otel/traces?request_id=req-42").text
    assert f'href="/_sandbox/otel/traces/{TRACE}"' in listed
    led = httpx2.get(f"{address}/_sandbox/otel/traces?trace_id={TRACE}")
    assert led.headers["location"] == f"/_sandbox/otel/traces/{TRACE}"
    page = httpx2.get(f"{address}{led.headers['location']}").text
    assert 'x="50.000%" width="50.000%"' in page
    assert "level 2: " in page
    assert "1.50 s<" in page
    assert ATTACK not in page + listed
    for gone in ("/00", "?trace_id=00"):
        assert "This trace is not here" in httpx2.get(f"{address}/_sandbox/otel/traces{gone}").text
    assert f"/_sandbox/otel/traces/{TRACE}" in httpx2.get(f"{address}/_sandbox/console").text
