"""Sentry and OpenTelemetry: what they are told of a request, what not, and that nobody waits."""

import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from sentry_sdk.envelope import Envelope

from backend.app import create_app
from backend.jobs.running import work_off
from backend.providers.dispatch import KEPT, Dispatch
from backend.variables import InvalidEnvironment
from backend.worker.tasks import TASKS
from tests.backend.conftest import BACKEND, running, variables
from tests.backend.outside import EVERY_KEY, Outside
from tests.backend.test_accounts import new_address, registration

TRACE, CALLER = "ab" * 16, "cd" * 8
HEADERS = {
    "traceparent": f"00-{TRACE}-{CALLER}-01",
    "X-Request-ID": "request-of-this-test",
    "Cookie": "session=a-cookie-of-this-test",
    "Authorization": "Bearer a-token-of-this-test",
}
SENT = {"MessageID": "m1", "ErrorCode": 0, "Message": "OK"}


@pytest.fixture
def environment(postgres_url: str, redis_url: str) -> dict[str, str]:
    return variables(postgres_url, redis_url) | EVERY_KEY


@asynccontextmanager
async def at_the_door(
    environment: dict[str, str], outside: Outside
) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody at the front door of a backend that breaks at /broken; it ends with the block.

    What is still to be done is done then.
    """
    app = create_app(environment, outside)

    async def broken(name: str) -> None:
        raise ZeroDivisionError(f"{name}@members.staging.wwmaa.example broke it")

    app.add_api_route("/broken/{name}", broken, methods=["POST"])
    async with running(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=BACKEND) as client:
            yield client
        await work_off(app.state.parts, TASKS)


def spans(outside: Outside) -> dict[str, Span]:
    exported = [
        ExportTraceServiceRequest.FromString(request.content)
        for request in outside.heard_by("otel.example")
    ]
    told = [s for e in exported for r in e.resource_spans for x in r.scope_spans for s in x.spans]
    return {span.name: span for span in told}


def attributes(span: Span) -> dict[str, object]:
    values = {each.key: each.value for each in span.attributes}
    return {key: value.string_value or value.int_value for key, value in values.items()}


def envelopes(outside: Outside, kind: str) -> list[dict[str, Any]]:
    posted = [Envelope.deserialize(each.content) for each in outside.heard_by("sentry.example")]
    return [json.loads(i.get_bytes()) for e in posted for i in e.items if i.type == kind]


async def test_a_request_and_what_it_asks_of_a_vendor_are_one_trace(
    environment: dict[str, str], outside: Outside
) -> None:
    outside.told = SENT
    async with at_the_door(environment, outside) as client:
        asked = registration(new_address())
        answer = await client.post("/api/auth/register", json=asked, headers=HEADERS)
        assert answer.status_code == 202
        await client.get("/api/health/ping", headers=HEADERS)
    kept = spans(outside)
    assert set(kept) == {"POST /api/auth/register", "JOB send_mail", "postmark send"}
    server, job, call = (
        kept[name] for name in ("POST /api/auth/register", "JOB send_mail", "postmark send")
    )
    assert (server.trace_id.hex(), server.parent_span_id.hex()) == (TRACE, CALLER)
    assert (job.trace_id.hex(), job.parent_span_id) == (TRACE, server.span_id)
    assert (call.trace_id.hex(), call.parent_span_id) == (TRACE, job.span_id)
    (sent,) = outside.heard_by("sandboxes.test")
    assert sent.headers["traceparent"] == f"00-{TRACE}-{call.span_id.hex()}-01"
    told = attributes(server)
    assert told["request.id"] == answer.headers["x-request-id"] == "request-of-this-test"
    assert (told["http.route"], told["http.response.status_code"]) == ("/api/auth/register", 202)
    transaction, later = envelopes(outside, "transaction")
    assert later["transaction"] == "JOB send_mail"
    assert transaction["transaction"] == "POST /api/auth/register"
    assert transaction["contexts"]["trace"]["trace_id"] == TRACE
    assert transaction["tags"]["request_id"] == "request-of-this-test"


async def test_a_request_without_a_trace_has_the_one_that_the_log_names(
    environment: dict[str, str], outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    async with at_the_door(environment, outside) as client:
        await client.post("/broken/ama")
    (span,) = spans(outside).values()
    line = json.loads(capsys.readouterr().err.splitlines()[0])
    assert span.trace_id.hex() == line["trace_id"]
    assert not span.parent_span_id


async def test_a_fault_of_ours_is_reported_without_secrets_or_people(
    environment: dict[str, str], outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    async with at_the_door(environment, outside) as client:
        body = {"password": "a-password-of-this-test"}
        answer = await client.post("/broken/ama?code=a-code", json=body, headers=HEADERS)
        assert answer.status_code == 500
        await client.post("/broken/AMA", headers=HEADERS)
    first, second = envelopes(outside, "event")
    (value,) = first["exception"]["values"]
    assert value["type"] == "ZeroDivisionError"
    assert re.fullmatch(r"mail:[0-9a-f]{16} broke it", value["value"])
    assert second["exception"]["values"][0]["value"] == value["value"]
    assert first["transaction"] == "POST /broken/{name}"
    assert first["tags"]["request_id"] == "request-of-this-test"
    assert first["contexts"]["trace"]["trace_id"] == TRACE
    span = spans(outside)["POST /broken/{name}"]
    assert span.status.code == Status.STATUS_CODE_ERROR
    assert attributes(span)["error.type"] == "ZeroDivisionError"
    said = b"".join(request.content for request in outside.asked).decode("utf-8", "replace")
    logged = capsys.readouterr().err
    assert "ZeroDivisionError" in logged
    for secret in ("a-cookie", "a-token", "a-password", "a-code"):
        assert secret not in said
        assert secret not in logged
    assert "ama@" not in said.lower()
    assert not [key for key in EVERY_KEY.values() if "of-this-test" in key and key in logged]


async def test_collectors_that_hang_slow_down_neither_requests_nor_the_end(
    environment: dict[str, str], outside: Outside
) -> None:
    outside.hangs = True
    async with at_the_door(environment, outside) as client:
        started = time.perf_counter()
        for _ in range(20):
            await client.get("/api/events", headers=HEADERS)
        assert time.perf_counter() - started < 2
        ending = time.perf_counter()
    assert time.perf_counter() - ending < 2.5


async def test_what_nobody_takes_is_let_go_of() -> None:
    taken: list[int] = []

    async def take(numbers: Any) -> None:
        taken.extend(numbers)

    dispatch = Dispatch(take)
    for number in range(KEPT + 10):
        dispatch.put(number)
    await dispatch.close()
    assert taken == list(range(10, KEPT + 10))


async def test_both_are_asked_by_handing_over_nothing(
    environment: dict[str, str], outside: Outside
) -> None:
    async with at_the_door(environment, outside) as client:
        checks = (await client.get("/api/health/detailed")).json()["checks"]
    assert checks["sentry"]["status"] == checks["otel"]["status"] == "up"
    (sentry,), (otel,) = outside.heard_by("sentry.example"), outside.heard_by("otel.example")
    assert (sentry.method, sentry.url.path) == ("POST", "/api/7/envelope/")
    assert not Envelope.deserialize(sentry.content).items
    assert "sentry_key=sentry-key-of-this-test" in sentry.headers["x-sentry-auth"]
    assert (otel.method, otel.url.path, otel.content) == ("POST", "/v1/traces", b"")
    assert otel.headers["content-type"] == "application/x-protobuf"


async def test_the_headers_that_a_collector_asks_for_are_sent(
    environment: dict[str, str], outside: Outside
) -> None:
    environment |= {"OTEL_EXPORTER_OTLP_HEADERS": "x-team=judo%20club,authorization=Basic%20eA=="}
    async with at_the_door(environment, outside) as client:
        await client.get("/api/health/detailed")
    (otel,) = outside.heard_by("otel.example")
    assert (otel.headers["x-team"], otel.headers["authorization"]) == ("judo club", "Basic eA==")


def test_a_dsn_that_is_none_keeps_the_backend_from_starting(environment: dict[str, str]) -> None:
    app = create_app(environment | {"SENTRY_DSN": "https://sentry.example"})
    with pytest.raises(InvalidEnvironment, match="SENTRY_DSN is malformed"):
        app.build_middleware_stack()


@pytest.fixture
def outside() -> Outside:
    return Outside()
