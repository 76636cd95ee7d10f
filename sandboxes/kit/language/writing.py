"""What a model would have written, in the shape and length that were ordered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sandboxes.kit.language.answering import Answer, Turn, answer
from sandboxes.kit.language.instances import instance
from sandboxes.kit.language.tokens import tokens
from sandboxes.kit.records import Document

A_MESSAGE, AN_ANSWER = 3, 3
"""Tokens that a message costs besides its text, and those that open the answer."""


@dataclass(frozen=True)
class Tool:
    """A function that may be called, and the schema of its arguments."""

    name: str
    parameters: Document
    is_named: bool = False
    """Whether it was named as the one to be called."""


@dataclass(frozen=True)
class Order:
    """What shall be written: the conversation so far, and the shape and length of what follows.

    `schema` is that of the answer, in JSON; None leaves it plain text. `function` must be called.
    """

    model: str
    turns: Sequence[Turn]
    most_tokens: int | None = None
    stop: Sequence[str] = ()
    schema: Document | None = None
    function: Tool | None = None
    tools: Sequence[Tool] = ()

    @property
    def prompt_tokens(self) -> int:
        """What the conversation and the tools cost."""
        texts = [*(turn.text for turn in self.turns), *(str(tool) for tool in self.tools)]
        return AN_ANSWER + sum(A_MESSAGE + len(tokens(text)) for text in texts)


@dataclass(frozen=True)
class Written:
    """What was written, or the arguments with which the function is called."""

    text: str
    answer: Answer
    is_cut: bool
    prompt_tokens: int

    @property
    def completion_tokens(self) -> int:
        """How long it is."""
        return len(tokens(self.text))

    @property
    def tokens(self) -> int:
        """What it cost in all."""
        return self.prompt_tokens + self.completion_tokens


async def write(order: Order, speaker: str) -> Written:
    """Write what was ordered; `speaker` says whose sandbox this is.

    Raises CannotMake for a schema that no instance is made of.
    """
    said = await answer(order.turns, speaker)
    text, is_cut = _text(order, said), False
    for stop in filter(None, order.stop):
        text = text.partition(stop)[0]
    pieces = tokens(text)
    if order.most_tokens is not None and len(pieces) > order.most_tokens:
        text, is_cut = "".join(pieces[: order.most_tokens]), True
    return Written(text, said, is_cut, order.prompt_tokens)


def _text(order: Order, said: Answer) -> str:
    if order.function:
        return json.dumps(instance(order.function.parameters, said.question))
    if order.schema is not None:
        return json.dumps(instance(order.schema, said.text), ensure_ascii=False)
    return said.text
