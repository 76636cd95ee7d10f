"""Embeddings: real ones, of the model that lies in this house, in the dimension asked for."""

import base64
import struct
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import Field
from starlette.responses import JSONResponse, Response

from sandboxes.kit.embedding import embed
from sandboxes.kit.language.exchanges import QUOTED, keep_exchange
from sandboxes.kit.language.tokens import tokens
from sandboxes.kit.sandbox import Call
from sandboxes.openai.errors import OpenAIError
from sandboxes.openai.models import Embedder, embedder
from sandboxes.openai.reading import Form, read

MOST_INPUTS = 2048
MOST_TOKENS = 300_000


class EmbeddingRequest(Form):
    """The parameters of `POST /embeddings`."""

    model: str
    input: Any
    dimensions: Annotated[int, Field(ge=1)] | None = None
    encoding_format: Literal["float", "base64"] = "float"
    user: str | None = None


async def create_embedding(call: Call) -> Response:
    """A vector for each text; raises OpenAIError."""
    asked = read(call, EmbeddingRequest)
    model = embedder(asked.model)
    dimension = _dimension(asked, model)
    inputs = _inputs(asked.input)
    used = sum(_length(each, model) for each in inputs)
    if used > MOST_TOKENS:
        words = f"Invalid 'input': maximum request size is {MOST_TOKENS} tokens per request."
        raise OpenAIError(400, words, "max_tokens_per_request", kind="max_tokens_per_request")
    texts = [each if isinstance(each, str) else " ".join(map(str, each)) for each in inputs]
    vectors = await embed(texts, dimension)
    told = {"model": model.id, "dimension": dimension, "tokens": used, "texts": len(texts)}
    await keep_exchange(call, f"emb_{uuid4().hex}", told | {"asked": texts[0][:QUOTED]})
    write = _base64 if asked.encoding_format == "base64" else list
    data = [
        {"object": "embedding", "index": index, "embedding": write(vector)}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": used, "total_tokens": used}
    return JSONResponse({"object": "list", "data": data, "model": model.id, "usage": usage})


def _dimension(asked: EmbeddingRequest, model: Embedder) -> int:
    if asked.dimensions is None:
        return model.dimension
    if not model.shortens:
        raise OpenAIError(400, "This model does not support specifying dimensions.")
    if asked.dimensions > model.dimension:
        words = f"Invalid value for 'dimensions' = {asked.dimensions}. Must be less than or equal"
        raise OpenAIError(400, f"{words} to {model.dimension}.", param="dimensions")
    return asked.dimensions


def _inputs(given: Any) -> list[str | list[int]]:
    """The texts, or lists of token numbers, that were given; raises OpenAIError."""
    if isinstance(given, str) or _is_tokens(given):
        given = [given]
    if (
        not isinstance(given, list)
        or not 0 < len(given) <= MOST_INPUTS
        or not (all(map(_is_text, given)) or all(map(_is_tokens, given)))
    ):
        words = "'$.input' is invalid. Please check the API reference:"
        raise OpenAIError(400, f"{words} https://platform.openai.com/docs/api-reference.")
    return given


def _is_text(given: Any) -> bool:
    return isinstance(given, str) and bool(given)


def _is_tokens(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and all(type(each) is int for each in given)


def _length(given: str | list[int], model: Embedder) -> int:
    length = len(tokens(given)) if isinstance(given, str) else len(given)
    if length > model.window:
        raise OpenAIError(
            400,
            f"This model's maximum context length is {model.window} tokens, however you requested"
            f" {length} tokens ({length} in your prompt; 0 for the completion). Please reduce your"
            " prompt; or completion length.",
        )
    return length


def _base64(vector: Sequence[float]) -> str:
    """Little-endian floats of four bytes each, which is what the official clients ask for."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
