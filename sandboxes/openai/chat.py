"""Chat completions: the older of the two APIs that write, and the one that others imitate."""

from starlette.responses import JSONResponse, Response

from sandboxes.kit.language.completions import Completion
from sandboxes.kit.language.exchanges import keep_answer
from sandboxes.kit.sandbox import Call
from sandboxes.kit.streaming import EventStream
from sandboxes.openai.chat_request import ChatRequest, order_of
from sandboxes.openai.reading import read
from sandboxes.openai.shapes import write


async def create_chat_completion(call: Call) -> Response:
    """Write an answer, whole or as a stream; raises OpenAIError."""
    asked = read(call, ChatRequest)
    order = order_of(asked)
    written = await write(order)
    completion = Completion(order, written, int(call.now.timestamp()), choices=asked.n or 1)
    told = {"model": order.model, "tokens": written.tokens}
    await keep_answer(call, completion.id, written.answer, written.text, told)
    if asked.stream:
        options = asked.stream_options
        return EventStream(completion.events(with_usage=bool(options and options.include_usage)))
    return JSONResponse(completion.whole())
