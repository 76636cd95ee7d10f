"""Answers and stream events against OpenAI's published contract, where it lies beside us."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import jsonschema_rs
import pytest

from sandboxes.app import create_app
from sandboxes.openai import OPENAI
from sandboxes.openai.chat_request import ChatRequest
from sandboxes.openai.response_request import ResponseRequest
from sandboxes.settings import Settings

CONTRACT = Path(__file__).parents[2].parent / "shared" / "contracts" / "openai-subset.json"
HEADERS = {"Authorization": "Bearer sandbox"}
WRITER = "gpt-4o-mini"
TOOL = {"name": "search", "parameters": {"type": "object", "properties": {"q": {"type": "string"}}}}
CHAT: dict[str, Any] = {"model": WRITER, "messages": [{"role": "user", "content": "Hello"}]}
RESPONSE: dict[str, Any] = {"model": WRITER, "input": "Hello"}
CALLS_CHAT = {"tools": [{"type": "function", "function": TOOL}], "tool_choice": "required"}
CALLS_RESPONSE = {
    "tools": [{"type": "function", "strict": True, **TOOL}],
    "tool_choice": "required",
}


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    if not CONTRACT.exists():
        pytest.skip("the shared contracts are not beside this repository")
    contract: dict[str, Any] = json.loads(CONTRACT.read_text())
    return contract


@pytest.fixture(scope="module")
async def wire(postgres_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(Settings(postgres_url), None, (OPENAI,))
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://a.test/openai/v1") as client,
    ):
        client.headers.update(HEADERS)
        yield client


def assert_is(contract: dict[str, Any], name: str, value: Any) -> None:
    """The value is of the named schema. OpenAPI 3.0's `nullable` is told in JSON schema's way."""
    schema = _with_null(
        {"$ref": f"#/components/schemas/{name}", "components": contract["components"]}
    )
    jsonschema_rs.Draft202012Validator(schema).validate(value)


def _with_null(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_with_null(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _with_null(each) for name, each in schema.items()}
    return {"anyOf": [told, {"type": "null"}]} if schema.get("nullable") is True else told


def events(answer: httpx2.Response) -> list[Any]:
    lines = [line for line in answer.text.splitlines() if line.startswith("data: ")]
    return [json.loads(line[6:]) for line in lines if line != "data: [DONE]"]


def test_every_operation_is_one_of_the_contract(contract: dict[str, Any]) -> None:
    beyond = {"getResponse", "deleteResponse"}
    for operation in OPENAI.operations:
        if operation.name not in beyond:
            path = contract["paths"][operation.path.removeprefix("/v1")]
            assert path[operation.method.lower()]["operationId"] == operation.name


def test_every_parameter_of_the_contract_is_known(contract: dict[str, Any]) -> None:
    schemas = contract["components"]["schemas"]

    def names(schema: dict[str, Any]) -> set[str]:
        schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        parts = (names(part) for part in schema.get("allOf", ()))
        return set(schema.get("properties", {})).union(*parts)

    assert names(schemas["CreateChatCompletionRequest"]) <= set(ChatRequest.model_fields)
    assert names(schemas["CreateResponse"]) <= set(ResponseRequest.model_fields)


@pytest.mark.parametrize("more", [{}, CALLS_CHAT, {"n": 2, "max_tokens": 1}])
async def test_chat_is_as_the_contract_says(
    contract: dict[str, Any], wire: httpx2.AsyncClient, more: dict[str, Any]
) -> None:
    answer = await wire.post("/chat/completions", json=CHAT | more)
    assert_is(contract, "CreateChatCompletionResponse", answer.json())
    streaming = {"stream": True, "stream_options": {"include_usage": True}}
    chunks = events(await wire.post("/chat/completions", json=CHAT | more | streaming))
    assert len(chunks) > 3
    for chunk in chunks:
        assert_is(contract, "CreateChatCompletionStreamResponse", chunk)


@pytest.mark.parametrize("more", [{}, CALLS_RESPONSE, {"max_output_tokens": 16}])
async def test_responses_are_as_the_contract_says(
    contract: dict[str, Any], wire: httpx2.AsyncClient, more: dict[str, Any]
) -> None:
    answer = await wire.post("/responses", json=RESPONSE | more)
    assert_is(contract, "Response", answer.json())
    told = events(await wire.post("/responses", json=RESPONSE | more | {"stream": True}))
    schemas = contract["components"]["schemas"]["ResponseStreamEvent"]["anyOf"]
    by_type = {}
    for each in schemas:
        name = each["$ref"].rpartition("/")[2]
        kind = contract["components"]["schemas"][name]["properties"]["type"]["enum"][0]
        by_type[kind] = name
    for event in told:
        if "response" in event and event["response"]["usage"] is None:
            # The contract has no null here; OpenAI's own examples of a stream have one.
            del event["response"]["usage"]
        assert_is(contract, by_type[event["type"]], event)


async def test_the_rest_is_as_the_contract_says(
    contract: dict[str, Any], wire: httpx2.AsyncClient
) -> None:
    asked = {"model": "text-embedding-3-small", "input": ["Hajime"]}
    assert_is(
        contract, "CreateEmbeddingResponse", (await wire.post("/embeddings", json=asked)).json()
    )
    assert_is(contract, "ListModelsResponse", (await wire.get("/models")).json())
    assert_is(contract, "Model", (await wire.get(f"/models/{WRITER}")).json())
    for refused in (await wire.get("/models/none"), await wire.post("/audio/speech")):
        assert_is(contract, "ErrorResponse", refused.json())
