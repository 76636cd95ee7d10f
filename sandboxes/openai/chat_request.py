"""What may be asked of chat completions, and what is refused before anything is written."""

from typing import Annotated, Any, Literal

from pydantic import Field

from sandboxes.kit.language.writing import Order, Tool
from sandboxes.kit.records import Document
from sandboxes.openai.errors import OpenAIError
from sandboxes.openai.messages import Message
from sandboxes.openai.models import Writer, writer
from sandboxes.openai.reading import Form, Part, refuse_unemulated
from sandboxes.openai.shapes import Shape, called, function_tool, schema_of

Penalty = Annotated[float, Field(ge=-2, le=2)]


class Function(Part):
    """A function that may be called."""

    name: str
    parameters: Document = {"type": "object", "properties": {}}


class FunctionTool(Part):
    """A tool; functions are the only ones that are understood here."""

    type: str
    function: Function | None = None


class NamedSchema(Part):
    """A JSON schema under a name."""

    name: str
    rules: Document = Field(default={}, alias="schema")
    strict: bool | None = None


class AnswerFormat(Part):
    """The shape that the answer shall have."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: NamedSchema | None = None

    def shape(self) -> Shape:
        """The same as both APIs have it; raises OpenAIError for a schema that is missing."""
        if self.type != "json_schema":
            return Shape(self.type)
        if self.json_schema is None:
            name = "response_format.json_schema"
            words = f"Missing required parameter: '{name}'."
            raise OpenAIError(400, words, "missing_required_parameter", param=name)
        named = self.json_schema
        return Shape(self.type, named.name, named.rules, bool(named.strict))


class StreamOptions(Part):
    """What a stream tells besides."""

    include_usage: bool = False


class ChatRequest(Form):
    """The parameters of `POST /chat/completions`; what is not read below changes nothing."""

    model: str
    messages: Annotated[list[Message], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    stop: str | Annotated[list[str], Field(max_length=4)] | None = None
    response_format: AnswerFormat | None = None
    tools: Annotated[list[FunctionTool], Field(max_length=128)] | None = None
    tool_choice: str | Document | None = None
    parallel_tool_calls: bool | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    frequency_penalty: Penalty | None = None
    presence_penalty: Penalty | None = None
    seed: int | None = None
    logit_bias: dict[str, float] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    user: str | None = None
    metadata: dict[str, str] | None = None
    store: bool | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | None = None
    reasoning_effort: str | None = None
    verbosity: Literal["low", "medium", "high"] | None = None
    modalities: list[str] | None = None
    audio: Document | None = None
    prediction: Document | None = None
    web_search_options: Document | None = None
    functions: list[Any] | None = None
    function_call: Any = None
    moderation: Document | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    prompt_cache_options: Document | None = None


PLAIN = {
    "logprobs": lambda value: not value,
    "top_logprobs": lambda value: not value,
    "modalities": lambda value: value == ["text"],
    "store": lambda value: not value,
} | dict.fromkeys(
    ("audio", "web_search_options", "functions", "function_call", "moderation"),
    lambda _value: False,
)
"""Parameters that would change an answer in a way that is not imitated, and their plain values."""
OF_SAMPLING = {"temperature": 1, "top_p": 1, "frequency_penalty": 0, "presence_penalty": 0}


def order_of(asked: ChatRequest) -> Order:
    """What shall be written; raises OpenAIError for what OpenAI or this sandbox refuses."""
    refuse_unemulated(asked, PLAIN)
    model = writer(asked.model)
    _check_parameters(asked, model)
    tools = [_tool(tool) for tool in asked.tools or ()]
    turns = [message.turn() for message in asked.messages]
    shape = asked.response_format.shape() if asked.response_format else Shape("text")
    order = Order(
        model.dated,
        turns,
        asked.max_completion_tokens or asked.max_tokens,
        [asked.stop] if isinstance(asked.stop, str) else asked.stop or (),
        schema_of(shape, model, turns, ("messages", "response_format")),
        _called(asked.tool_choice, tools),
        tools,
    )
    if order.prompt_tokens > model.window:
        raise OpenAIError(
            400,
            f"This model's maximum context length is {model.window} tokens. However, your messages"
            f" resulted in {order.prompt_tokens} tokens. Please reduce the length of the messages.",
            "context_length_exceeded",
            param="messages",
        )
    return order


def _check_parameters(asked: ChatRequest, model: Writer) -> None:
    if asked.stream_options and not asked.stream:
        words = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise OpenAIError(400, words, param="stream_options")
    most = asked.max_completion_tokens or asked.max_tokens or 0
    if most > model.answer:
        raise OpenAIError(
            400,
            f"max_tokens is too large: {most}. This model supports at most {model.answer}"
            f" completion tokens, whereas you provided {most}.",
            "invalid_value",
            param="max_tokens",
        )
    if model.reasons:
        _check_reasoning(asked)


def _check_reasoning(asked: ChatRequest) -> None:
    """Refuse what the models that reason do not take, though all others do."""
    for name, instead in (("max_tokens", " Use 'max_completion_tokens' instead."), ("stop", "")):
        if getattr(asked, name) is not None:
            words = f"Unsupported parameter: '{name}' is not supported with this model.{instead}"
            raise OpenAIError(400, words, "unsupported_parameter", param=name)
    for name, usual in OF_SAMPLING.items():
        if (value := getattr(asked, name)) not in (None, usual):
            words = (
                f"Unsupported value: '{name}' does not support {value} with this model. Only the"
                f" default ({usual}) value is supported."
            )
            raise OpenAIError(400, words, "unsupported_value", param=name)


def _tool(tool: FunctionTool) -> Tool:
    function = tool.function or Function(name="")
    return function_tool(tool.type, function.name, function.parameters)


def _called(choice: str | Document | None, tools: list[Tool]) -> Tool | None:
    if isinstance(choice, dict) and choice.get("type") == "function":
        return called(str((choice.get("function") or {}).get("name")), tools, is_name=True)
    return called(choice, tools)
