"""The lines to language models, held against OpenAI's own library where that can judge them."""

import json
from asyncio import StreamWriter
from collections.abc import AsyncIterator

import pytest
from openai import AsyncOpenAI

from backend.providers import VendorIsUnavailable, VendorRefused
from backend.providers.ai_registry import AIRegistry, NoModelIsOffered
from backend.providers.openai import ANSWERS, EMBEDS, OpenAI
from backend.settings import Intelligence
from tests.backend.standin import Answer, Standin, breaks_off, says, slams, standing

RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "status": "completed",
    "output": [
        {"type": "reasoning", "summary": []},
        {
            "type": "message",
            "role": "assistant",
            "content": [
                {"type": "output_text", "text": "Bow ", "annotations": []},
                {"type": "refusal", "refusal": "no"},
                {"type": "output_text", "text": "first.", "annotations": []},
            ],
        },
    ],
}


def streams(*events: dict[str, object], ends: bool = True) -> Answer:
    """An answer of `text/event-stream`, in chunks."""

    async def answer(writer: StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
        writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
        for event in events:
            text = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
            writer.write(f"{len(text):x}\r\n".encode() + text + b"\r\n")
            await writer.drain()
        if ends:
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        else:
            writer.transport.abort()

    return answer


def delta(text: str) -> dict[str, object]:
    return {"type": "response.output_text.delta", "delta": text}


@pytest.fixture
async def vendor() -> AsyncIterator[Standin]:
    async with standing() as stands:
        yield stands


@pytest.fixture
async def openai(vendor: Standin) -> AsyncIterator[OpenAI]:
    given = {"openai_api_key": "key-of-this-test", "openai_base_url": f"{vendor.url}/v1"}
    made = OpenAI(Intelligence.model_validate(given))
    yield made
    await made.close()


@pytest.fixture
async def registry(vendor: Standin) -> AsyncIterator[AIRegistry]:
    given = {"ai_registry_api_key": "key-of-this-test", "ai_registry_base_url": vendor.url}
    made = AIRegistry(Intelligence.model_validate(given))
    yield made
    await made.close()


async def test_openai_is_asked_as_its_own_library_asks_it(openai: OpenAI, vendor: Standin) -> None:
    theirs = AsyncOpenAI(api_key="key-of-this-test", base_url=f"{vendor.url}/v1")
    vendor.will(says({"data": []}))
    await openai.ping()
    await theirs.models.list()
    vendor.will(says({"data": [{"index": 0, "embedding": [1.0]}], "model": EMBEDS}))
    await openai.embed(["judo"], 256)
    await theirs.embeddings.create(
        model=EMBEDS, input=["judo"], dimensions=256, encoding_format="float"
    )
    vendor.will(says(RESPONSE))
    await openai.answer("Be kind.", "How to greet?")
    await theirs.responses.create(
        model=ANSWERS,
        instructions="Be kind.",
        input="How to greet?",
        max_output_tokens=1000,
        store=False,
        stream=False,
    )
    await theirs.close()
    for mine, other in zip(vendor.seen[::2], vendor.seen[1::2], strict=True):
        assert (mine.method, mine.path) == (other.method, other.path)
        assert mine.headers["authorization"] == other.headers["authorization"]
        assert mine.body == other.body or mine.json.items() <= other.json.items()


async def test_vectors_come_in_the_order_of_their_texts(openai: OpenAI, vendor: Standin) -> None:
    two = [{"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]}]
    vendor.will(slams, says({"data": two}))
    assert await openai.embed(["a", "b"], 2) == [[1, 0], [0, 1]]
    with pytest.raises(VendorIsUnavailable, match="missing"):
        await openai.embed(["a", "b", "c"], 2)


async def test_an_answer_is_the_text_of_all_its_parts(openai: OpenAI, vendor: Standin) -> None:
    vendor.will(says(RESPONSE))
    assert await openai.answer("Be kind.", "How to greet?") == "Bow first."
    vendor.will(says({**RESPONSE, "status": "failed"}))
    with pytest.raises(VendorIsUnavailable):
        await openai.answer("Be kind.", "How to greet?")


async def test_an_answer_comes_piece_by_piece(openai: OpenAI, vendor: Standin) -> None:
    done: dict[str, object] = {"type": "response.completed", "response": RESPONSE}
    start: dict[str, object] = {"type": "response.created", "response": {}}
    vendor.will(slams, streams(start, delta("Bow "), delta("first."), done))
    told = [piece async for piece in openai.stream_answer("Be kind.", "How to greet?")]
    assert told == ["Bow ", "first."]
    assert vendor.asked.json["stream"] is True


@pytest.mark.parametrize(
    "answer",
    [
        breaks_off,
        streams(delta("Bow ")),
        streams(delta("Bow "), ends=False),
        streams(delta("Bow "), {"type": "response.failed", "response": {}}),
        streams(delta("Bow "), {"type": "error", "message": "overloaded"}),
        says(b"data: {", kind="octet-stream"),
        says({"error": {"message": "overloaded"}}, 503),
    ],
)
async def test_an_answer_that_breaks_off_says_so(
    answer: Answer, openai: OpenAI, vendor: Standin
) -> None:
    vendor.will(answer)
    with pytest.raises(VendorIsUnavailable):
        assert [piece async for piece in openai.stream_answer("", "")] == ["Bow "]


async def test_a_wrong_key_is_a_refusal_and_not_an_answer(openai: OpenAI, vendor: Standin) -> None:
    error = {"message": "Incorrect API key", "type": "invalid_request_error", "code": "invalid"}
    vendor.will(says({"error": error}, 401))
    with pytest.raises(VendorRefused):
        await openai.ping()
    with pytest.raises(VendorRefused) as caught:
        async for _ in openai.stream_answer("", ""):
            pass
    assert caught.value.told["error"]["code"] == "invalid"


async def test_the_registry_chooses_a_model_and_the_model_answers(
    registry: AIRegistry, vendor: Standin
) -> None:
    vendor.will(says({"data": [{"id": "small"}, {"id": "large"}]}))
    await registry.ping()
    assert vendor.asked.headers["x-api-key"] == "key-of-this-test"
    assert await registry.choose_model("largest", "large") == "large"
    assert await registry.choose_model() == "small"
    vendor.will(says({"data": []}))
    with pytest.raises(NoModelIsOffered):
        await registry.choose_model("large")

    message = {"role": "assistant", "content": "Bow first."}
    vendor.will(says({"choices": [{"index": 0, "message": message}]}))
    assert await registry.answer("large", "Be kind.", "How to greet?") == "Bow first."
    assert vendor.asked.path == "/v1/chat/completions"
    assert vendor.asked.json["messages"][1] == {"role": "user", "content": "How to greet?"}
    vendor.will(says({"choices": []}))
    with pytest.raises(VendorIsUnavailable):
        await registry.answer("large", "", "")
