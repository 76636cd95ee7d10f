"""Chat completions as OpenAI gives them, and as those do who imitate it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from sandboxes.kit.language.tokens import words
from sandboxes.kit.language.writing import Order, Written
from sandboxes.kit.records import Document
from sandboxes.kit.streaming import event


class Completion:
    """One answer on the wire, in as many choices as were asked for; they all say the same."""

    def __init__(self, order: Order, written: Written, created: int, *, choices: int = 1) -> None:
        self.id = f"chatcmpl-{uuid4().hex[:29]}"
        self.written = written
        self.function = order.function
        self.model = order.model
        self.created = created
        self.choices = range(choices)
        self.call_ids = [f"call_{uuid4().hex[:24]}" for _ in self.choices]

    def whole(self) -> Document:
        """The answer in one piece."""
        choices = [
            {
                "index": index,
                "message": self._message(index),
                "logprobs": None,
                "finish_reason": self._finish,
            }
            for index in self.choices
        ]
        return self._frame("chat.completion") | {"choices": choices, "usage": self._usage}

    def events(self, *, with_usage: bool = False) -> Iterator[bytes]:
        """The answer word by word, ended by [DONE]."""
        frame = self._frame("chat.completion.chunk") | ({"usage": None} if with_usage else {})
        for index in self.choices:
            for delta, finish in self._deltas(index):
                choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
                yield event(frame | {"choices": [choice]})
        if with_usage:
            yield event(frame | {"choices": [], "usage": self._usage})
        yield event("[DONE]")

    def _deltas(self, index: int) -> Iterator[tuple[Document, str | None]]:
        first = self._message(index) | {"content": ""}
        first.pop("annotations")
        if self.function is None:
            yield first, None
            for piece in words(self.written.text):
                yield {"content": piece}, None
        else:
            call = {"index": 0} | self._call(index) | {"function": self._called("")}
            yield first | {"content": None, "tool_calls": [call]}, None
            for piece in words(self.written.text):
                yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}, None
        yield {}, self._finish

    def _frame(self, kind: str) -> Document:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "service_tier": "default",
            "system_fingerprint": "fp_sandbox",
        }

    def _message(self, index: int) -> Document:
        message: Document = {"role": "assistant", "content": self.written.text, "refusal": None}
        message["annotations"] = []
        if self.function is not None:
            message |= {"content": None, "tool_calls": [self._call(index)]}
        return message

    def _call(self, index: int) -> Document:
        called = self._called(self.written.text)
        return {"id": self.call_ids[index], "type": "function", "function": called}

    def _called(self, arguments: str) -> Document:
        return {"name": self.function.name if self.function else "", "arguments": arguments}

    @property
    def _finish(self) -> str:
        """Why it ends. A function that was named beforehand ends it by `stop`, as is documented."""
        if self.written.is_cut:
            return "length"
        return "tool_calls" if self.function and not self.function.is_named else "stop"

    @property
    def _usage(self) -> dict[str, Any]:
        asked = self.written.prompt_tokens
        written = self.written.completion_tokens * len(self.choices)
        ways = ("reasoning_tokens", "audio_tokens", "accepted_prediction_tokens")
        return {
            "prompt_tokens": asked,
            "completion_tokens": written,
            "total_tokens": asked + written,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": dict.fromkeys((*ways, "rejected_prediction_tokens"), 0),
        }
