"""OpenAI's own clients, unchanged, embed and write at the sandbox on a real port."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import openai
import pytest
from pydantic import BaseModel

from sandboxes.openai import OPENAI
from tests.sandboxes.served import served

KEY = "sandbox"
SOURCES = "[kata] Kata\nA kata is practised alone.\n\n[gi] Gi\nCotton shrinks when it is washed."
ASKED = "Why does my cotton uniform shrink?"
WRITER = "gpt-4o-mini"


@pytest.fixture(scope="module")
def address(postgres_url: str) -> Iterator[str]:
    with served(postgres_url, OPENAI) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[openai.OpenAI]:
    httpx2.post(f"{address}/_sandbox/reset").raise_for_status()
    with openai.OpenAI(api_key=KEY, base_url=f"{address}/openai/v1", max_retries=0) as client:
        yield client


@pytest.fixture
async def waiting(address: str) -> AsyncIterator[openai.AsyncOpenAI]:
    url = f"{address}/openai/v1"
    async with openai.AsyncOpenAI(api_key=KEY, base_url=url, max_retries=0) as client:
        yield client


def conversation() -> list[Any]:
    return [{"role": "system", "content": SOURCES}, {"role": "user", "content": ASKED}]


def cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("model", "dimension"),
    [
        ("text-embedding-3-small", 1536),
        ("text-embedding-3-large", 3072),
        ("text-embedding-ada-002", 1536),
    ],
)
def test_what_is_alike_lies_near_in_the_models_own_dimension(
    client: openai.OpenAI, model: str, dimension: int
) -> None:
    texts = ["How do I tie my belt?", "Knotting a belt in judo", "The bank refused my loan"]
    answered = client.embeddings.create(model=model, input=texts)
    belt, knot, bank = (each.embedding for each in answered.data)
    assert len(belt) == dimension
    assert cosine(belt, belt) == pytest.approx(1, abs=1e-5)
    assert cosine(belt, knot) > cosine(belt, bank)
    assert answered.usage.total_tokens == answered.usage.prompt_tokens > 10


def test_vectors_come_in_both_formats_and_shorter_when_asked(client: openai.OpenAI) -> None:
    def embedded(**asked: Any) -> list[float]:
        create = client.embeddings.create
        return create(model="text-embedding-3-small", input="Hajime", **asked).data[0].embedding

    assert embedded() == pytest.approx(embedded(encoding_format="float"), abs=1e-6)
    assert len(embedded(dimensions=256)) == 256
    assert cosine(embedded(dimensions=64), embedded(dimensions=64)) == pytest.approx(1, abs=1e-5)


def test_token_numbers_are_embedded_and_counted(client: openai.OpenAI) -> None:
    answered = client.embeddings.create(
        model="text-embedding-3-small", input=[[9906, 1917], [9906, 1917], [40]]
    )
    assert answered.usage.prompt_tokens == 5
    assert answered.data[0].embedding == answered.data[1].embedding != answered.data[2].embedding
    flat = client.embeddings.create(model="text-embedding-3-small", input=[9906, 1917])
    assert flat.data[0].embedding == answered.data[0].embedding


def test_chat_answers_from_the_sources_and_cites_them(client: openai.OpenAI) -> None:
    answered = client.chat.completions.create(model=WRITER, messages=conversation(), n=2)
    first, second = answered.choices
    assert first.message.content == "Cotton shrinks when it is washed. [gi]"
    assert (first.finish_reason, first.message.content) == ("stop", second.message.content)
    assert answered.model == "gpt-4o-mini-2024-07-18"
    assert answered.usage is not None
    usage = answered.usage
    assert usage.prompt_tokens + usage.completion_tokens == usage.total_tokens
    assert usage.completion_tokens % 2 == 0


def test_an_answer_is_cut_by_length_and_by_stop_words(client: openai.OpenAI) -> None:
    create = client.chat.completions.create
    short = create(model=WRITER, messages=conversation(), max_tokens=3)
    assert short.choices[0].finish_reason == "length"
    assert short.usage is not None
    assert short.usage.completion_tokens == 3
    stopped = create(model=WRITER, messages=conversation(), stop=["when", "never"])
    assert stopped.choices[0].message.content == "Cotton shrinks "
    assert stopped.choices[0].finish_reason == "stop"


async def test_a_streamed_chat_comes_word_by_word(waiting: openai.AsyncOpenAI) -> None:
    stream = await waiting.chat.completions.create(
        model=WRITER,
        messages=conversation(),
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = [chunk async for chunk in stream]
    first, *middle, last, usage = chunks
    assert (first.choices[0].delta.role, first.choices[0].delta.content) == ("assistant", "")
    said = "".join(chunk.choices[0].delta.content or "" for chunk in middle)
    assert said == "Cotton shrinks when it is washed. [gi]"
    assert len(middle) == 7
    assert (last.choices[0].delta.content, last.choices[0].finish_reason) == (None, "stop")
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * len(chunks[:-1])
    assert usage.choices == []
    assert usage.usage is not None
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_ends_in_done_and_is_of_its_type(address: str) -> None:
    asked = {"model": WRITER, "messages": conversation(), "stream": True}
    headers = {"Authorization": f"Bearer {KEY}"}
    url = f"{address}/openai/v1/chat/completions"
    with httpx2.stream("POST", url, json=asked, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert "content-length" not in answer.headers
        events = answer.read().decode().split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    assert all(event.startswith("data: ") for event in events[:-1])
    assert "usage" not in json.loads(events[0].removeprefix("data: "))


class Advice(BaseModel):
    """An answer in a shape of ours."""

    answer: str
    sources: list[str]


def test_a_requested_schema_is_answered_with_an_instance(client: openai.OpenAI) -> None:
    parsed = client.chat.completions.parse(
        model=WRITER, messages=conversation(), response_format=Advice
    )
    advice = parsed.choices[0].message.parsed
    assert advice is not None
    assert advice.answer == "Cotton shrinks when it is washed. [gi]"
    told = client.responses.parse(model=WRITER, input=conversation(), text_format=Advice)
    assert told.output_parsed == advice
    in_json = client.chat.completions.create(
        model=WRITER,
        messages=[*conversation(), {"role": "system", "content": "Answer in JSON."}],
        response_format={"type": "json_object"},
    )
    assert json.loads(in_json.choices[0].message.content or "") == {"answer": advice.answer}


SEARCH: Any = {
    "name": "search",
    "parameters": {"type": "object", "properties": {"query": {"type": "string"}}},
}


def test_a_function_is_called_where_it_must_be_and_not_otherwise(client: openai.OpenAI) -> None:
    tools: Any = [{"type": "function", "function": SEARCH}]
    asked: dict[str, Any] = {"model": WRITER, "messages": conversation(), "tools": tools}
    assert not client.chat.completions.create(**asked).choices[0].message.tool_calls
    choice = client.chat.completions.create(**asked, tool_choice="required").choices[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.tool_calls
    (call,) = choice.message.tool_calls
    assert (call.type, choice.message.content) == ("function", None)
    assert (call.function.name, json.loads(call.function.arguments)) == ("search", {"query": ASKED})
    named: Any = {"type": "function", "function": {"name": "search"}}
    with client.chat.completions.stream(**asked, tool_choice=named) as stream:
        final = stream.get_final_completion().choices[0]
    assert final.finish_reason == "stop"
    assert final.message.tool_calls
    assert json.loads(final.message.tool_calls[0].function.arguments) == {"query": ASKED}


def test_a_response_is_answered_kept_continued_and_forgotten(client: openai.OpenAI) -> None:
    first = client.responses.create(model=WRITER, instructions=SOURCES, input=ASKED)
    assert first.output_text == "Cotton shrinks when it is washed. [gi]"
    assert (first.status, first.output[0].type) == ("completed", "message")
    assert client.responses.retrieve(first.id) == first
    second = client.responses.create(
        model=WRITER, input="[dojo] Dojo\nBow, then enter.", previous_response_id=first.id
    )
    assert second.usage is not None
    assert first.usage is not None
    assert second.usage.input_tokens > first.usage.output_tokens
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError, match="not found"):
        client.responses.retrieve(first.id)
    with pytest.raises(openai.BadRequestError, match="Previous response"):
        client.responses.create(model=WRITER, input="Go on", previous_response_id=first.id)
    unkept = client.responses.create(model=WRITER, input=ASKED, store=False)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(unkept.id)


async def test_a_streamed_response_has_every_event_in_its_order(
    waiting: openai.AsyncOpenAI,
) -> None:
    stream = await waiting.responses.create(
        model=WRITER, instructions=SOURCES, input=ASKED, stream=True
    )
    events = [event async for event in stream]
    assert [event.type for event in events] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        *["response.output_text.delta"] * 7,
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == "Cotton shrinks when it is washed. [gi]"


async def test_a_response_that_is_too_long_is_incomplete(waiting: openai.AsyncOpenAI) -> None:
    asked: dict[str, Any] = {"model": WRITER, "input": "Hello?", "max_output_tokens": 16}
    cut = await waiting.responses.create(**asked)
    assert (cut.status, cut.usage and cut.usage.output_tokens) == ("incomplete", 16)
    assert cut.incomplete_details
    assert cut.incomplete_details.reason == "max_output_tokens"
    async with waiting.responses.stream(**asked) as stream:
        assert [event.type async for event in stream][-1] == "response.incomplete"


def test_a_response_calls_a_function_and_hears_what_it_gave(client: openai.OpenAI) -> None:
    tool: Any = {"type": "function", "strict": False, **SEARCH}
    asked: dict[str, Any] = {"model": WRITER, "input": ASKED, "tools": [tool]}
    with client.responses.stream(**asked, tool_choice="required") as stream:
        names = [event.type for event in stream]
        called = stream.get_final_response()
    assert names[3] == "response.function_call_arguments.delta"
    (item,) = called.output
    assert item.type == "function_call"
    assert json.loads(item.arguments) == {"query": ASKED}
    found = json.dumps([{"id": "g7", "title": "Gi", "content": "Cotton shrinks in hot water."}])
    answered = client.responses.create(
        model=WRITER,
        previous_response_id=called.id,
        tools=[tool],
        input=[{"type": "function_call_output", "call_id": item.call_id, "output": found}],
    )
    assert answered.output_text == "Cotton shrinks in hot water. [g7]"


def test_the_page_and_its_json_show_what_was_asked(client: openai.OpenAI, address: str) -> None:
    client.chat.completions.create(model=WRITER, messages=conversation())
    client.embeddings.create(model="text-embedding-3-small", input=["<b>Hajime</b>"])
    embedded, answered = httpx2.get(f"{address}/_sandbox/openai.json").json()
    assert (answered["asked"], answered["cited"]) == (ASKED, ["gi"])
    assert (embedded["dimension"], embedded["texts"]) == (1536, 1)
    page = httpx2.get(f"{address}/_sandbox/openai").text
    assert "No language model answers here" in page
    assert "wordllama-256" in page
    assert "&lt;b&gt;Hajime&lt;/b&gt;" in page
    console = httpx2.get(f"{address}/_sandbox/console").text
    assert 'href="/_sandbox/openai"' in console
    assert f"/_sandbox/openai#{answered['id']}" in console
