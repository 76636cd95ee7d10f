"""Responses: the newer of the two APIs that write, which remembers what it answered."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from sandboxes.kit.language.answering import Turn
from sandboxes.kit.language.exchanges import keep_answer
from sandboxes.kit.language.tokens import words
from sandboxes.kit.language.writing import Order, Written
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.kit.streaming import EventStream, event
from sandboxes.openai.errors import OpenAIError
from sandboxes.openai.reading import read
from sandboxes.openai.response_request import ResponseRequest, order_of
from sandboxes.openai.shapes import write

STORED, KEPT = "response", 1000


async def create_response(call: Call) -> Response:
    """Write an answer, whole or as a stream, and keep it unless told not to; raises OpenAIError."""
    asked = read(call, ResponseRequest)
    before = await _before(call, asked.previous_response_id)
    order = order_of(asked, before)
    written = await write(order)
    answered = Answered(call, asked, order, written)
    told = {"model": order.model, "tokens": written.tokens}
    await keep_answer(call, answered.id, written.answer, written.text, told)
    if asked.store is not False:
        said = [*before, *asked.turns(), Turn("assistant", written.text)]
        stored = {"response": answered.whole(), "turns": [asdict(turn) for turn in said]}
        await call.records.put(STORED, answered.id, stored)
        await call.records.keep_newest(STORED, KEPT)
    if asked.stream:
        return EventStream(answered.events())
    return JSONResponse(answered.whole())


async def get_response(call: Call) -> Response:
    """An answer that was kept; raises OpenAIError."""
    return JSONResponse((await _stored(call, call.parameters["response_id"]))["response"])


async def delete_response(call: Call) -> Response:
    """Forget an answer that was kept; raises OpenAIError."""
    id_ = call.parameters["response_id"]
    if not await call.records.remove(STORED, id_):
        raise _not_found(id_)
    return JSONResponse({"id": id_, "object": "response", "deleted": True})


async def _before(call: Call, id_: str | None) -> list[Turn]:
    if id_ is None:
        return []
    stored = await call.records.get(STORED, id_)
    if stored is None:
        words = f"Previous response with id '{id_[:100]}' not found."
        code = "previous_response_not_found"
        raise OpenAIError(400, words, code, param="previous_response_id")
    return [Turn(**turn) for turn in stored["turns"]]


async def _stored(call: Call, id_: str) -> Document:
    stored = await call.records.get(STORED, id_)
    if stored is None:
        raise _not_found(id_)
    return stored


def _not_found(id_: str) -> OpenAIError:
    return OpenAIError(404, f"Response with id '{id_[:100]}' not found.")


class Answered:
    """One answer on the wire, with one item in its output: a message or the call of a function."""

    def __init__(self, call: Call, asked: ResponseRequest, order: Order, written: Written) -> None:
        self.id = f"resp_{uuid4().hex}{uuid4().hex[:16]}"
        self.item_id = f"{'fc' if order.function else 'msg'}_{uuid4().hex}{uuid4().hex[:16]}"
        self.call_id = f"call_{uuid4().hex[:24]}"
        self.at = int(call.now.timestamp())
        self.function = order.function.name if order.function else None
        self.model = order.model
        self.asked = asked
        self.written = written

    def whole(self) -> Document:
        """The answer in one piece."""
        ending = "incomplete" if self.written.is_cut else "completed"
        cut = {"reason": "max_output_tokens"} if self.written.is_cut else None
        return self._frame() | {
            "status": ending,
            "completed_at": None if self.written.is_cut else self.at,
            "incomplete_details": cut,
            "output": [self._item(ending, self.written.text)],
            "usage": self._usage(),
        }

    def events(self) -> Iterator[bytes]:
        """The answer word by word, each event numbered."""
        for number, (name, data) in enumerate(self._told()):
            yield event({"type": name} | data | {"sequence_number": number}, name)

    def _told(self) -> Iterator[tuple[str, Document]]:
        begun = self._frame() | {"status": "in_progress", "output": [], "usage": None}
        yield "response.created", {"response": begun}
        yield "response.in_progress", {"response": begun}
        empty = self._item("in_progress", "")
        empty |= {"content": []} if self.function is None else {}
        yield "response.output_item.added", {"output_index": 0, "item": empty}
        yield from self._message() if self.function is None else self._arguments()
        whole = self.whole()
        yield "response.output_item.done", {"output_index": 0, "item": whole["output"][0]}
        yield f"response.{whole['status']}", {"response": whole}

    def _message(self) -> Iterator[tuple[str, Document]]:
        here = {"item_id": self.item_id, "output_index": 0, "content_index": 0}
        yield "response.content_part.added", here | {"part": _part("")}
        for piece in words(self.written.text):
            yield "response.output_text.delta", here | {"delta": piece, "logprobs": []}
        text = {"text": self.written.text, "logprobs": []}
        yield "response.output_text.done", here | text
        yield "response.content_part.done", here | {"part": _part(self.written.text)}

    def _arguments(self) -> Iterator[tuple[str, Document]]:
        here = {"item_id": self.item_id, "output_index": 0}
        for piece in words(self.written.text):
            yield "response.function_call_arguments.delta", here | {"delta": piece}
        done = {"name": self.function, "arguments": self.written.text}
        yield "response.function_call_arguments.done", here | done

    def _item(self, status: str, text: str) -> Document:
        item: Document = {"id": self.item_id, "status": status}
        if self.function is None:
            return item | {"type": "message", "role": "assistant", "content": [_part(text)]}
        named = {"call_id": self.call_id, "name": self.function, "arguments": text}
        return item | {"type": "function_call"} | named

    def _frame(self) -> Document:
        """All that stands beforehand: what was asked, with what is taken where nothing was said."""
        asked = self.asked
        told = asked.model_dump(by_alias=True, exclude_none=True)
        text = {"format": {"type": "text"}, "verbosity": "medium"} | told.get("text", {})
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.at,
            "completed_at": None,
            "background": False,
            "error": None,
            "incomplete_details": None,
            "instructions": asked.instructions,
            "max_output_tokens": asked.max_output_tokens,
            "max_tool_calls": asked.max_tool_calls,
            "model": self.model,
            "parallel_tool_calls": asked.parallel_tool_calls is not False,
            "previous_response_id": asked.previous_response_id,
            "prompt_cache_key": asked.prompt_cache_key,
            "reasoning": {"effort": None, "summary": None} | (asked.reasoning or {}),
            "safety_identifier": asked.safety_identifier,
            "service_tier": "default",
            "store": asked.store is not False,
            "temperature": 1.0 if asked.temperature is None else asked.temperature,
            "text": text,
            "tool_choice": asked.tool_choice or "auto",
            "tools": told.get("tools", []),
            "top_logprobs": 0,
            "top_p": 1.0 if asked.top_p is None else asked.top_p,
            "truncation": "disabled",
            "metadata": asked.metadata or {},
        }

    def _usage(self) -> dict[str, Any]:
        used, written = self.written.prompt_tokens, self.written.completion_tokens
        return {
            "input_tokens": used,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": written,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": used + written,
        }


def _part(text: str) -> Document:
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}
