"""OpenAI turns texts into vectors and answers questions (https://platform.openai.com/docs)."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, Literal

import httpx2
from pydantic import BaseModel

from backend.providers import VendorIsUnavailable
from backend.providers.calls import Call
from backend.providers.http import VendorClient
from backend.settings import Intelligence

ANSWERS: Final = "gpt-4o-mini"
EMBEDS: Final = "text-embedding-3-small"
LONGEST_ANSWER: Final = 1000
"""In tokens."""
MOST_TEXTS: Final = 2048
"""How many texts one call turns into vectors."""
ANSWER_SECONDS: Final = 30.0


class _Embedding(BaseModel):
    index: int
    embedding: list[float]


class _Embeddings(BaseModel):
    data: list[_Embedding]


class _Content(BaseModel):
    type: str
    text: str = ""


class _Item(BaseModel):
    type: str
    content: list[_Content] = []


class _Response(BaseModel):
    status: Literal["completed", "incomplete"]
    output: list[_Item]

    @property
    def text(self) -> str:
        """All that was written."""
        parts = (content for item in self.output for content in item.content)
        return "".join(part.text for part in parts if part.type == "output_text")


class OpenAI:
    """The provider `openai`. Nothing of what is asked is kept there (`store` is off)."""

    def __init__(
        self, settings: Intelligence, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        key = settings.openai_api_key
        self._http = VendorClient(
            "openai",
            settings.openai_base_url,
            {"OPENAI_API_KEY": key},
            {"Authorization": f"Bearer {key.get_secret_value()}" if key else ""},
            transport,
        )

    async def ping(self) -> None:
        """Ask which models there are."""
        await self._http.require("data", Call("ping", "GET", "/models", attempts=1))

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    async def embed(self, texts: Sequence[str], dimensions: int) -> list[list[float]]:
        """A vector of this many dimensions for each text, in their order."""
        vectors: list[list[float]] = []
        for start in range(0, len(texts), MOST_TEXTS):
            some = list(texts[start : start + MOST_TEXTS])
            body = {"model": EMBEDS, "input": some, "dimensions": dimensions}
            call = Call("embed", "POST", "/embeddings", json=body, repeatable=True, seconds=10)
            found = sorted((await self._http.read(_Embeddings, call)).data, key=lambda e: e.index)
            if len(found) != len(some):
                raise VendorIsUnavailable("openai", "some vectors are missing", kind="schema")
            vectors += [each.embedding for each in found]
        return vectors

    async def answer(self, instructions: str, question: str) -> str:
        """An answer to a question, by these instructions."""
        return (await self._http.read(_Response, _asking(instructions, question))).text

    async def stream_answer(self, instructions: str, question: str) -> AsyncIterator[str]:
        """The same, piece by piece as it is written. Raises when it breaks off."""
        async for line in self._http.lines(_asking(instructions, question, stream=True)):
            event = _event(line)
            match event.get("type"):
                case "response.output_text.delta":
                    yield str(event.get("delta", ""))
                case "response.completed" | "response.incomplete":
                    return
                case "response.failed" | "error":
                    break
        raise VendorIsUnavailable("openai", "its answer broke off", kind="connection")


def _asking(instructions: str, question: str, *, stream: bool = False) -> Call:
    body = {
        "model": ANSWERS,
        "instructions": instructions,
        "input": question,
        "max_output_tokens": LONGEST_ANSWER,
        "store": False,
        "stream": stream,
    }
    operation = "stream_answer" if stream else "answer"
    return Call(operation, "POST", "/responses", json=body, repeatable=True, seconds=ANSWER_SECONDS)


def _event(line: str) -> dict[str, Any]:
    """The event that a line of a stream (text/event-stream) tells; empty for any other line."""
    name, _, data = line.partition(":")
    if name != "data":
        return {}
    try:
        event = json.loads(data)
    except ValueError as error:
        raise VendorIsUnavailable("openai", "its answer makes no sense", kind="garbage") from error
    return event if isinstance(event, dict) else {}
