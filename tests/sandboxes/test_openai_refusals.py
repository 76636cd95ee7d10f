"""What OpenAI refuses, the sandbox refuses in the same words; what it can not do, it says."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import openai
import pytest

from sandboxes.openai import OPENAI
from tests.sandboxes.served import served

KEY = {"Authorization": "Bearer sandbox"}
HELLO = [{"role": "user", "content": "Hello"}]
CHAT = {"model": "gpt-4o-mini", "messages": HELLO}
RESPONSE = {"model": "gpt-4o-mini", "input": "Hello"}
EMBEDDING = {"model": "text-embedding-3-small", "input": "Hello"}
PATHS: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("/openai/v1/chat/completions", CHAT),
    "response": ("/openai/v1/responses", RESPONSE),
    "embedding": ("/openai/v1/embeddings", EMBEDDING),
}


@pytest.fixture(scope="module")
def address(postgres_url: str) -> Iterator[str]:
    with served(postgres_url, OPENAI) as address:
        yield address


@pytest.fixture
async def wire(address: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=address, headers=KEY) as client:
        yield client


LOOSE = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
STRICT = LOOSE | {"additionalProperties": False}


def shaped(schema: dict[str, Any], *, strict: bool = True) -> dict[str, Any]:
    named = {"name": "advice", "schema": schema, "strict": strict}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


REFUSED: list[tuple[str, dict[str, Any], int, str | None, str | None, str]] = [
    ("chat", {"model": "gpt-9"}, 404, "model_not_found", None, "`gpt-9` does not exist or you"),
    ("chat", {"model": "text-embedding-3-small"}, 404, None, "model", "not a chat model"),
    ("chat", {"model": None}, 400, "missing_required_parameter", "model", "parameter: 'model'"),
    ("chat", {"messages": []}, 400, "array_below_min_length", "messages", "minimum length 1"),
    ("chat", {"messages": "Hi"}, 400, "invalid_type", "messages", "expected an array, but got a"),
    (
        "chat",
        {"messages": [{"role": "oracle", "content": ""}]},
        400,
        "invalid_value",
        "messages[0].role",
        "'oracle'. Supported values are: 'system', 'developer'",
    ),
    (
        "chat",
        {"messages": [{"role": "user", "content": 5}]},
        400,
        "invalid_type",
        "messages[0].content",
        "an integer instead",
    ),
    ("chat", {"topp": 1}, 400, "unknown_parameter", "topp", "Unknown parameter: 'topp'."),
    (
        "chat",
        {"temperature": 2.5},
        400,
        "decimal_above_max_value",
        "temperature",
        "Expected a value <= 2.0, but got 2.5 instead.",
    ),
    ("chat", {"temperature": "hot"}, 400, "invalid_type", "temperature", "expected a decimal"),
    ("chat", {"n": 0}, 400, "integer_below_min_value", "n", "below minimum value"),
    ("chat", {"stop": ["a"] * 5}, 400, "array_above_max_length", "stop", "maximum length 4"),
    ("chat", {"max_tokens": 20_000}, 400, "invalid_value", "max_tokens", "at most 16384"),
    ("chat", {"stream_options": {}}, 400, None, "stream_options", "only allowed when 'stream'"),
    (
        "chat",
        {"model": "gpt-4", "messages": [{"role": "user", "content": "a b " * 5000}]},
        400,
        "context_length_exceeded",
        "messages",
        "maximum context length is 8192 tokens. However, your messages resulted in 10007 tokens",
    ),
    ("chat", shaped(LOOSE), 400, None, "response_format", "'additionalProperties' is required"),
    (
        "chat",
        shaped(STRICT | {"required": []}),
        400,
        None,
        "response_format",
        "Missing 'a'",
    ),
    ("chat", shaped(STRICT) | {"model": "gpt-4"}, 400, None, "response_format", "not supported"),
    ("chat", {"response_format": {"type": "json_object"}}, 400, None, "messages", "word 'json'"),
    (
        "chat",
        {"response_format": {"type": "json_schema"}},
        400,
        "missing_required_parameter",
        "response_format.json_schema",
        "",
    ),
    ("chat", {"tool_choice": "required"}, 400, None, "tool_choice", "'tools' are specified"),
    (
        "chat",
        {"model": "gpt-5", "max_tokens": 5},
        400,
        "unsupported_parameter",
        "max_tokens",
        "Use 'max_completion_tokens' instead.",
    ),
    (
        "chat",
        {"model": "gpt-5-mini", "temperature": 0.2},
        400,
        "unsupported_value",
        "temperature",
        "Only the default (1) value is supported.",
    ),
    ("response", {"input": None}, 400, "missing_required_parameter", "input", ""),
    (
        "response",
        {"max_output_tokens": 1},
        400,
        "integer_below_min_value",
        "max_output_tokens",
        "Expected a value >= 16, but got 1 instead.",
    ),
    ("response", {"model": "gpt-5", "top_p": 0.5}, 400, None, "top_p", "not supported"),
    (
        "response",
        {"text": {"format": {"type": "json_schema", "name": "x", "schema": LOOSE, "strict": True}}},
        400,
        None,
        "text.format",
        "additionalProperties",
    ),
    (
        "response",
        {"model": "gpt-4", "input": "a b " * 5000},
        400,
        "context_length_exceeded",
        "input",
        "exceeds the context window",
    ),
    ("embedding", {"model": "gpt-4o"}, 403, None, None, "not allowed to generate embeddings"),
    ("embedding", {"model": "nope"}, 404, "model_not_found", None, "does not exist"),
    ("embedding", {"input": ""}, 400, None, None, "'$.input' is invalid"),
    ("embedding", {"input": []}, 400, None, None, "'$.input' is invalid"),
    ("embedding", {"input": ["a", ""]}, 400, None, None, "'$.input' is invalid"),
    ("embedding", {"input": ["a", 5]}, 400, None, None, "'$.input' is invalid"),
    ("embedding", {"input": ["a"] * 2049}, 400, None, None, "'$.input' is invalid"),
    ("embedding", {"dimensions": 2000}, 400, None, "dimensions", "less than or equal to 1536"),
    (
        "embedding",
        {"model": "text-embedding-ada-002", "dimensions": 256},
        400,
        None,
        None,
        "does not support specifying dimensions",
    ),
    ("embedding", {"input": "a b " * 4097}, 400, None, None, "maximum context length is 8192"),
    ("embedding", {"encoding_format": "hex"}, 400, "invalid_value", "encoding_format", "'hex'"),
]


@pytest.mark.parametrize(("to", "fields", "status", "code", "param", "words"), REFUSED)
async def test_a_bad_request_is_refused_in_openais_words(
    wire: httpx2.AsyncClient,
    to: str,
    fields: dict[str, Any],
    status: int,
    code: str | None,
    param: str | None,
    words: str,
) -> None:
    path, good = PATHS[to]
    asked = {name: value for name, value in (good | fields).items() if value is not None}
    answer = await wire.post(path, json=asked)
    error = answer.json()["error"]
    assert answer.status_code == status, error
    assert words in error["message"]
    assert error["param"] == param
    assert (error["code"], error["type"]) == (code, "invalid_request_error")


IMAGE = [{"type": "image_url", "image_url": {"url": "https://wwmaa.example/a.png"}}]
UNEMULATED: list[tuple[str, dict[str, Any], str]] = [
    ("chat", {"logprobs": True}, "the parameter 'logprobs'"),
    ("chat", {"functions": [{"name": "a"}]}, "the parameter 'functions'"),
    ("chat", {"messages": [{"role": "user", "content": IMAGE}]}, "of the type 'image_url'"),
    ("chat", {"tools": [{"type": "custom", "custom": {}}]}, "tools of the type 'custom'"),
    ("chat", shaped({"type": "string", "pattern": "^a$"}, strict=False), "the rule 'pattern'"),
    ("response", {"tools": [{"type": "web_search"}]}, "tools of the type 'web_search'"),
    ("response", {"background": True}, "the parameter 'background'"),
    ("response", {"conversation": "conv_1"}, "the parameter 'conversation'"),
    ("response", {"input": [{"type": "item_reference", "id": "x"}]}, "type 'item_reference'"),
]


@pytest.mark.parametrize(("to", "fields", "words"), UNEMULATED)
async def test_what_is_not_imitated_is_refused_aloud(
    wire: httpx2.AsyncClient, to: str, fields: dict[str, Any], words: str
) -> None:
    path, good = PATHS[to]
    answer = await wire.post(path, json=good | fields)
    assert answer.status_code == 501
    assert "openai sandbox does not emulate" in answer.json()["error"]["message"]
    assert words in answer.json()["error"]["message"]
    assert answer.headers["x-should-retry"] == "false"


@pytest.mark.parametrize("body", [b"", b"{", b"[NaN]", b"[" * 100_000])
async def test_what_is_no_json_is_refused(wire: httpx2.AsyncClient, body: bytes) -> None:
    answer = await wire.post("/openai/v1/chat/completions", content=body)
    assert answer.status_code == 400
    assert "could not parse the JSON body" in answer.json()["error"]["message"]
    answer = await wire.post("/openai/v1/chat/completions", json=[1])
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_type")


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        ("", 401, None),
        ("sk-" + "proj-" + "a1B2" * 10, 401, "invalid_api_key"),
        ("sandbox-quota-spent", 429, "insufficient_quota"),
    ],
)
async def test_without_a_key_with_a_live_one_or_without_credit_nobody_is_served(
    wire: httpx2.AsyncClient, key: str, status: int, code: str | None
) -> None:
    answer = await wire.get("/openai/v1/models", headers={"Authorization": f"Bearer {key}".strip()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert ("looks live" in answer.text) == key.startswith("sk-")


async def test_every_answer_has_openais_headers(wire: httpx2.AsyncClient) -> None:
    first = await wire.get("/openai/v1/models", headers={"OpenAI-Organization": "org-dojo"})
    second = await wire.get("/openai/v1/models/none")
    assert first.headers["openai-organization"] == "org-dojo"
    assert second.headers["openai-organization"] == "sandbox"
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    for answer in (first, second):
        assert answer.headers["x-request-id"].startswith("req_")
        assert int(answer.headers["openai-processing-ms"]) >= 1
        for what in ("requests", "tokens"):
            limit = int(answer.headers[f"x-ratelimit-limit-{what}"])
            assert 0 < int(answer.headers[f"x-ratelimit-remaining-{what}"]) <= limit
            assert answer.headers[f"x-ratelimit-reset-{what}"].endswith("ms")


async def test_the_clients_errors_are_those_of_openai(wire: httpx2.AsyncClient) -> None:
    url = f"{wire.base_url}/openai/v1"
    async with openai.AsyncOpenAI(api_key="sandbox", base_url=url, max_retries=0) as client:
        with pytest.raises(openai.NotFoundError) as refused:
            await client.models.retrieve("gpt-9")
        assert (refused.value.code, refused.value.param) == ("model_not_found", "model")
        fault = {"vendor": "openai", "kind": "status", "status": 429, "retry_after": 3, "times": 1}
        (await wire.post("/_sandbox/faults", json=fault)).raise_for_status()
        with pytest.raises(openai.RateLimitError) as limited:
            await client.models.list()
        assert limited.value.code == "rate_limit_exceeded"
        assert limited.value.response.headers["retry-after"] == "3"


async def test_a_stream_can_be_cut_in_its_middle(wire: httpx2.AsyncClient) -> None:
    fault = {"vendor": "openai", "operation": "createChatCompletion", "kind": "reset", "times": 1}
    (await wire.post("/_sandbox/faults", json=fault)).raise_for_status()
    path, heard = "/openai/v1/chat/completions", bytearray()

    async def listen() -> None:
        async with wire.stream("POST", path, json=CHAT | {"stream": True}) as answer:
            async for piece in answer.aiter_bytes():
                heard.extend(piece)

    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
        await listen()
    assert b'"content": "This"' in heard
    assert b"[DONE]" not in heard
