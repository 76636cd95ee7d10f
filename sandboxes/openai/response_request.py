"""What may be asked of responses, and what is refused before anything is written."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field

from sandboxes.kit.language.answering import Turn
from sandboxes.kit.language.writing import Order, Tool
from sandboxes.kit.records import Document
from sandboxes.openai.errors import OpenAIError, not_emulated
from sandboxes.openai.messages import Piece, text_of
from sandboxes.openai.models import Writer, writer
from sandboxes.openai.reading import Form, Part, refuse_unemulated
from sandboxes.openai.shapes import Shape, called, function_tool, schema_of


class Item(Part):
    """A part of the input: a message, the call of a function, or what the function gave."""

    type: str = "message"
    role: Literal["system", "developer", "user", "assistant"] = "user"
    content: str | list[Piece] | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | list[Piece] | None = None

    def turns(self) -> Iterable[Turn]:
        """The item as a message of the conversation; raises OpenAIError for other kinds."""
        match self.type:
            case "message":
                yield Turn(self.role, text_of(self.content))
            case "function_call":
                yield Turn("assistant", f"{self.name}({self.arguments})")
            case "function_call_output":
                yield Turn("tool", text_of(self.output))
            case "reasoning":
                return
            case _:
                raise not_emulated(f"input of the type '{self.type}'")


class Format(Part):
    """The shape that the answer shall have."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    name: str = ""
    rules: Document = Field(default={}, alias="schema")
    strict: bool | None = None


class TextOptions(Part):
    """How the text shall be."""

    format: Format | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class FunctionTool(Part):
    """A tool; functions are the only ones that are understood here."""

    type: str
    name: str = ""
    parameters: Document | None = None


class ResponseRequest(Form):
    """The parameters of `POST /responses`; what is not read below changes nothing."""

    model: str
    input: str | list[Item]
    instructions: str | None = None
    previous_response_id: str | None = None
    stream: bool | None = None
    stream_options: Document | None = None
    store: bool | None = None
    max_output_tokens: Annotated[int, Field(ge=16)] | None = None
    text: TextOptions | None = None
    tools: list[FunctionTool] | None = None
    tool_choice: str | Document | None = None
    parallel_tool_calls: bool | None = None
    max_tool_calls: int | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    reasoning: Document | None = None
    truncation: Literal["auto", "disabled"] | None = None
    include: list[str] | None = None
    metadata: dict[str, str] | None = None
    service_tier: str | None = None
    background: bool | None = None
    conversation: Any = None
    prompt: Document | None = None
    context_management: list[Any] | None = None
    moderation: Document | None = None
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    prompt_cache_options: Document | None = None

    def turns(self) -> list[Turn]:
        """The input as messages; raises OpenAIError."""
        if isinstance(self.input, str):
            return [Turn("user", self.input)]
        return [turn for item in self.input for turn in item.turns()]


PLAIN = {
    "top_logprobs": lambda value: not value,
    "background": lambda value: not value,
    "include": lambda value: set(value) <= {"reasoning.encrypted_content"},
    "truncation": lambda value: value == "disabled",
} | dict.fromkeys(
    ("conversation", "prompt", "context_management", "moderation"), lambda _value: False
)
"""Parameters that would change an answer in a way that is not imitated, and their plain values."""


def order_of(asked: ResponseRequest, before: list[Turn]) -> Order:
    """What shall be written after what was said before; raises OpenAIError."""
    refuse_unemulated(asked, PLAIN)
    model = writer(asked.model)
    _check_sampling(asked, model)
    tools = [function_tool(tool.type, tool.name, tool.parameters) for tool in asked.tools or ()]
    said = asked.turns()
    instructions = [Turn("system", asked.instructions)] if asked.instructions else []
    order = Order(
        model.dated,
        [*instructions, *before, *said],
        asked.max_output_tokens,
        (),
        schema_of(_shape(asked), model, said, ("input", "text.format")),
        _called(asked.tool_choice, tools),
        tools,
    )
    if order.prompt_tokens > model.window:
        words = "Your input exceeds the context window of this model. Please adjust your input and"
        raise OpenAIError(400, f"{words} try again.", "context_length_exceeded", param="input")
    return order


def _check_sampling(asked: ResponseRequest, model: Writer) -> None:
    for name in ("temperature", "top_p") if model.reasons else ():
        if getattr(asked, name) is not None:
            words = f"Unsupported parameter: '{name}' is not supported with this model."
            raise OpenAIError(400, words, param=name)


def _shape(asked: ResponseRequest) -> Shape:
    form = (asked.text and asked.text.format) or Format()
    return Shape(form.type, form.name, form.rules, bool(form.strict))


def _called(choice: str | Document | None, tools: list[Tool]) -> Tool | None:
    if isinstance(choice, dict) and choice.get("type") == "function":
        return called(str(choice.get("name")), tools, is_name=True)
    return called(choice, tools)
