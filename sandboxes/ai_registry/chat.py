"""Chat completions in OpenAI's format, as far as AINative documents their parameters."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response

from sandboxes.ai_registry.errors import RegistryError, invalid, not_emulated
from sandboxes.ai_registry.models import check_offered
from sandboxes.kit.language.answering import Turn
from sandboxes.kit.language.completions import Completion
from sandboxes.kit.language.exchanges import keep_answer
from sandboxes.kit.language.instances import CannotMake
from sandboxes.kit.language.writing import Order, Tool, write
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.kit.streaming import EventStream


class Message(BaseModel):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | None = None


class Function(BaseModel):
    """A function that may be called."""

    name: str
    parameters: Document = {"type": "object", "properties": {}}


class FunctionTool(BaseModel):
    """A tool, which is a function."""

    type: Literal["function"]
    function: Function


class ChatRequest(BaseModel):
    """The documented parameters; `provider` and `max_iterations` are read and change nothing."""

    model_config = ConfigDict(extra="allow")

    model: str
    messages: Annotated[list[Message], Field(min_length=1)]
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    max_tokens: Annotated[int, Field(ge=1)] = 4096
    stream: bool = False
    tools: list[FunctionTool] = []
    tool_choice: Literal["auto", "required", "none"] = "auto"
    provider: str | None = None
    max_iterations: int | None = None


async def create_chat_completion(call: Call) -> Response:
    """Write an answer, whole or as a stream; raises Refused."""
    asked = _read(call)
    check_offered(asked.model)
    order = _order(asked)
    try:
        written = await write(order, "AI Registry")
    except CannotMake as reason:
        raise not_emulated(f"a JSON schema in which {reason}") from reason
    completion = Completion(order, written, int(call.now.timestamp()))
    told = {"model": order.model, "tokens": written.tokens}
    await keep_answer(call, completion.id, written.answer, written.text, told)
    return EventStream(completion.events()) if asked.stream else JSONResponse(completion.whole())


def _read(call: Call) -> ChatRequest:
    try:
        body: Any = call.json()
    except ValueError as error:
        raise RegistryError(400, "The body is no JSON") from error
    try:
        asked = ChatRequest.model_validate(body)
    except ValidationError as error:
        raise invalid(error) from error
    if unknown := set(asked.model_extra or ()):
        raise not_emulated(f"the parameter '{min(unknown)[:40]}', which is not documented")
    return asked


def _order(asked: ChatRequest) -> Order:
    tools = [Tool(tool.function.name, tool.function.parameters) for tool in asked.tools]
    must_call = asked.tool_choice == "required" and tools
    return Order(
        asked.model,
        [Turn(message.role, message.content or "") for message in asked.messages],
        asked.max_tokens,
        function=tools[0] if must_call else None,
        tools=tools,
    )
