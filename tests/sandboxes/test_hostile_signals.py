"""Whatever a client sends to the models, to Sentry or to the collector: nothing breaks by it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandboxes.ai_registry import AI_REGISTRY
from sandboxes.app import create_app
from sandboxes.openai import OPENAI
from sandboxes.openai.chat_request import ChatRequest
from sandboxes.openai.response_request import ResponseRequest
from sandboxes.otel import OTEL
from sandboxes.sentry import SENTRY
from sandboxes.settings import Settings

HEADERS = {"Authorization": "Bearer sandbox", "X-Sentry-Auth": "Sentry sentry_key=sandbox"}
HEADERS |= {"Content-Type": "application/json"}
KEYS: tuple[str, ...] = (
    "type",
    "role",
    "content",
    "text",
    "name",
    "id",
    "title",
    "function",
    "parameters",
    "schema",
)
KEYS += ("json_schema", "properties", "required", "$ref", "anyOf", "items", "values", "frames")
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
PLAIN |= st.sampled_from(("object", "string", "function", "text", "json_schema", "#", "[1] A", "{"))
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
HELLO: Any = [{"role": "user", "content": "Hello"}]
CHAT: dict[str, Any] = {"model": "gpt-4o-mini", "messages": HELLO}
RESPONSE: dict[str, Any] = {"model": "gpt-4o-mini", "input": HELLO}
EMBEDDING: dict[str, Any] = {"model": "text-embedding-3-small", "input": "Hello"}
EVENT: tuple[str, ...] = (
    "exception",
    "message",
    "logentry",
    "breadcrumbs",
    "tags",
    "contexts",
    "fingerprint",
)
EVENT += ("transaction", "level", "event_id", "release", "environment", "request", "user", "extra")
SPAN: tuple[str, ...] = (
    "traceId",
    "spanId",
    "parentSpanId",
    "name",
    "kind",
    "startTimeUnixNano",
    "attributes",
)
SPAN += ("endTimeUnixNano", "events", "links", "status")
ENOUGH = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
async def wire(postgres_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(Settings(postgres_url), None, (OPENAI, AI_REGISTRY, SENTRY, OTEL))
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://a.test") as client,
    ):
        client.headers.update(HEADERS)
        yield client


def some(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), ANYTHING, max_size=3)


async def answered(wire: httpx2.AsyncClient, path: str, body: object) -> int:
    """The status of the answer; what breaks inside is raised here."""
    # NaN and halves of characters too, which httpx2 would not write.
    answer = await wire.post(path, content=json.dumps(body).encode())
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    return answer.status_code


@ENOUGH
@given(some(tuple(ChatRequest.model_fields)), some(tuple(ChatRequest.model_fields)))
async def test_no_chat_breaks_the_models(
    wire: httpx2.AsyncClient, fields: dict[str, Any], others: dict[str, Any]
) -> None:
    await answered(wire, "/openai/v1/chat/completions", CHAT | fields)
    await answered(wire, "/ai_registry/v1/chat/completions", CHAT | {"model": "gpt-4"} | others)


@ENOUGH
@given(some(tuple(ResponseRequest.model_fields)), some(("input", "dimensions", "model")))
async def test_no_response_or_embedding_breaks_the_models(
    wire: httpx2.AsyncClient, fields: dict[str, Any], embedding: dict[str, Any]
) -> None:
    await answered(wire, "/openai/v1/responses", RESPONSE | fields)
    await answered(wire, "/openai/v1/embeddings", EMBEDDING | embedding)


@ENOUGH
@given(ANYTHING)
async def test_no_schema_breaks_the_models(wire: httpx2.AsyncClient, schema: Any) -> None:
    named = {"name": "a", "schema": {"type": "object", "properties": {"a": schema}}}
    shape = {"response_format": {"type": "json_schema", "json_schema": named}}
    await answered(wire, "/openai/v1/chat/completions", CHAT | shape)


@ENOUGH
@given(some(EVENT))
async def test_no_event_breaks_sentry_or_its_pages(
    wire: httpx2.AsyncClient, event: dict[str, Any]
) -> None:
    if await answered(wire, "/sentry/api/1/store/", event) == 200:
        issue = (await wire.get("/_sandbox/sentry/issues.json?limit=1")).json()[0]
        assert (await wire.get(issue["url"])).status_code == 200
        assert (await wire.get("/_sandbox/sentry/issues")).status_code == 200


@ENOUGH
@given(some(SPAN), st.binary(max_size=60))
async def test_no_export_breaks_the_collector_or_its_pages(
    wire: httpx2.AsyncClient, span: dict[str, Any], binary: bytes
) -> None:
    good = {"traceId": "ab" * 16, "spanId": "cd" * 8}
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [good | span]}]}]}
    await answered(wire, "/otel/v1/traces", body)
    protobuf = {"Content-Type": "application/x-protobuf"}
    answer = await wire.post("/otel/v1/traces", content=binary, headers=protobuf)
    assert answer.status_code in {200, 400}
    for trace in (await wire.get("/_sandbox/otel/traces.json")).json():
        assert (await wire.get(trace["url"])).status_code == 200
    assert (await wire.get("/_sandbox/otel/traces")).status_code == 200
