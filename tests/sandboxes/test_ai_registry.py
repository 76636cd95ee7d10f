"""The AI Registry, asked by OpenAI's client, which AINative's own is, and by hand."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import openai
import pytest

from sandboxes.ai_registry import AI_REGISTRY
from tests.sandboxes.served import served

SOURCES = "[kata] Kata\nA kata is practised alone.\n\n[gi] Gi\nCotton shrinks when it is washed."
ASKED = "Why does my cotton uniform shrink?"
MESSAGES: Any = [{"role": "system", "content": SOURCES}, {"role": "user", "content": ASKED}]
CHAT: dict[str, Any] = {"model": "gpt-4", "messages": MESSAGES}
KEY = {"X-API-Key": "sandbox"}
PREFIXES = ("/v1", "/api/v1", "/v1/public", "/api/v1/public")


@pytest.fixture(scope="module")
def address(postgres_url: str) -> Iterator[str]:
    with served(postgres_url, AI_REGISTRY) as address:
        httpx2.post(f"{address}/_sandbox/reset").raise_for_status()
        yield address


@pytest.fixture
async def wire(address: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=f"{address}/ai_registry") as client:
        yield client


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_the_catalogue_is_public_and_every_prefix_is_known(
    wire: httpx2.AsyncClient, prefix: str
) -> None:
    found = (await wire.get(f"{prefix}/models")).json()
    assert found["object"] == "list"
    assert [each["id"] for each in found["data"]][:2] == ["gpt-4", "gpt-3.5-turbo"]
    assert set(found["data"][0]) == {"id", "object", "created", "owned_by", "available"}
    answer = await wire.post(f"{prefix}/chat/completions", json=CHAT, headers=KEY)
    assert answer.json()["choices"][0]["message"]["content"].endswith("[gi]")


async def test_openais_client_is_answered_whole_and_as_a_stream(address: str) -> None:
    url = f"{address}/ai_registry/api/v1"
    async with openai.AsyncOpenAI(api_key="sandbox", base_url=url, max_retries=0) as client:
        assert "gpt-4" in [model.id async for model in client.models.list()]
        whole = await client.chat.completions.create(model="gpt-4", messages=MESSAGES)
        assert whole.choices[0].message.content == "Cotton shrinks when it is washed. [gi]"
        assert whole.usage is not None
        assert whole.usage.total_tokens > whole.usage.completion_tokens
        stream = await client.chat.completions.create(
            model="qwen-7b", messages=MESSAGES, stream=True, max_tokens=3
        )
        chunks = [chunk async for chunk in stream]
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert said == "Cotton shrinks"
    assert chunks[-1].choices[0].finish_reason == "length"


async def test_a_tool_is_called_where_one_must_be(wire: httpx2.AsyncClient) -> None:
    parameters = {"type": "object", "properties": {"query": {"type": "string"}}}
    tools = [{"type": "function", "function": {"name": "search", "parameters": parameters}}]
    asked = CHAT | {"tools": tools, "max_iterations": 5, "provider": "meta_llama"}
    path = "/v1/chat/completions"
    free = await wire.post(path, json=asked, headers=KEY)
    assert "tool_calls" not in free.json()["choices"][0]["message"]
    bound = await wire.post(path, json=asked | {"tool_choice": "required"}, headers=KEY)
    choice = bound.json()["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    called = choice["message"]["tool_calls"][0]["function"]
    assert json.loads(called["arguments"]) == {"query": ASKED}


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "Not authenticated"),
        ({"Authorization": "Basic c2FuZGJveDo="}, "Not authenticated"),
        ({"X-API-Key": "sk-ant-" + "anything"}, "keys of other providers"),
        ({"Authorization": "Bearer sk" + "_" + "a1B2" * 8}, "looks live"),
    ],
)
async def test_without_a_key_or_with_a_strange_one_nobody_is_answered(
    wire: httpx2.AsyncClient, headers: dict[str, str], words: str
) -> None:
    answer = await wire.post("/v1/chat/completions", json=CHAT, headers=headers)
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert (error["type"], error["code"]) == ("authentication_error", "invalid_api_key")
    assert words in error["message"]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"model": "gpt-9"}, 404, "Model 'gpt-9' is not offered"),
        ({"messages": []}, 422, "at least 1 item"),
        ({"messages": [{"role": "oracle", "content": ""}]}, 422, "'system', 'user'"),
        ({"temperature": 3}, 422, "less than or equal to 2"),
        ({"response_format": {}}, 501, "does not emulate the parameter 'response_format'"),
        ({"n": 2}, 501, "does not emulate the parameter 'n', which is not documented"),
    ],
)
async def test_a_bad_request_is_refused_and_an_undocumented_one_aloud(
    wire: httpx2.AsyncClient, fields: dict[str, Any], status: int, words: str
) -> None:
    answer = await wire.post("/v1/chat/completions", json=CHAT | fields, headers=KEY)
    assert answer.status_code == status
    assert words in answer.text
    told = answer.json()
    assert set(told) == ({"detail"} if status == 422 else {"error"})
    assert (answer.headers.get("x-should-retry") == "false") == (status == 501)


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/models/gpt-4", "/v1/embeddings"])
async def test_what_is_not_imitated_is_refused_aloud(wire: httpx2.AsyncClient, path: str) -> None:
    answer = await wire.post(path, json={}, headers=KEY)
    assert answer.status_code == 501
    assert f"ai_registry sandbox does not emulate POST /ai_registry{path}" in answer.text


async def test_what_is_no_json_is_refused(wire: httpx2.AsyncClient) -> None:
    answer = await wire.post("/v1/chat/completions", content=b"{", headers=KEY)
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, "The body is no JSON")


async def test_the_page_shows_what_was_asked(address: str, wire: httpx2.AsyncClient) -> None:
    await wire.post("/v1/chat/completions", json=CHAT, headers=KEY)
    page = httpx2.get(f"{address}/_sandbox/ai_registry").text
    assert "<span>AI Registry</span>" in page
    assert ASKED in page
    exchange = httpx2.get(f"{address}/_sandbox/ai_registry.json?limit=1").json()[0]
    assert (exchange["model"], exchange["cited"]) == ("gpt-4", ["gi"])
