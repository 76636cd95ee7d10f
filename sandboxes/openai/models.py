"""The models that may be asked for, with the limits that OpenAI's pages give for each."""

from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.openai.errors import OpenAIError


@dataclass(frozen=True)
class Writer:
    """A model that writes; its `window` and longest `answer` are in tokens.

    One that `reasons` refuses the parameters of sampling, and one that is not `structured` knows
    no JSON schema.
    """

    id: str
    created: int
    window: int
    answer: int
    snapshot: str = ""
    reasons: bool = False
    structured: bool = True

    @property
    def dated(self) -> str:
        """The snapshot that answers for the model."""
        return f"{self.id}-{self.snapshot}" if self.snapshot else self.id


@dataclass(frozen=True)
class Embedder:
    """A model that makes vectors; the newer ones make shorter ones too."""

    id: str
    created: int
    dimension: int
    shortens: bool
    window: int = 8192


_ALIASES = (
    Writer("gpt-3.5-turbo", 1677610602, 16_385, 4_096, "0125", structured=False),
    Writer("gpt-4", 1687882411, 8_192, 8_192, "0613", structured=False),
    Writer("gpt-4-turbo", 1712361441, 128_000, 4_096, "2024-04-09", structured=False),
    Writer("gpt-4o", 1715367049, 128_000, 16_384, "2024-08-06"),
    Writer("gpt-4o-mini", 1721172741, 128_000, 16_384, "2024-07-18"),
    Writer("gpt-4.1", 1744316542, 1_047_576, 32_768, "2025-04-14"),
    Writer("gpt-4.1-mini", 1744318173, 1_047_576, 32_768, "2025-04-14"),
    Writer("gpt-4.1-nano", 1744321707, 1_047_576, 32_768, "2025-04-14"),
    Writer("gpt-5", 1754425777, 400_000, 128_000, "2025-08-07", reasons=True),
    Writer("gpt-5-mini", 1754425928, 400_000, 128_000, "2025-08-07", reasons=True),
    Writer("gpt-5-nano", 1754426384, 400_000, 128_000, "2025-08-07", reasons=True),
)
WRITERS = {name: each for each in _ALIASES for name in (each.id, each.dated)}
EMBEDDERS = {
    each.id: each
    for each in (
        Embedder("text-embedding-3-small", 1705948997, 1536, shortens=True),
        Embedder("text-embedding-3-large", 1705953180, 3072, shortens=True),
        Embedder("text-embedding-ada-002", 1671217299, 1536, shortens=False),
    )
}


async def list_models(_call: Call) -> Response:
    """All of them."""
    return JSONResponse({"object": "list", "data": [*map(_described, (*WRITERS, *EMBEDDERS))]})


async def retrieve_model(call: Call) -> Response:
    """One of them; raises OpenAIError."""
    name = call.parameters["model"]
    if name not in WRITERS and name not in EMBEDDERS:
        words = f"The model '{name[:100]}' does not exist"
        raise OpenAIError(404, words, "model_not_found", param="model")
    return JSONResponse(_described(name))


def writer(name: str) -> Writer:
    """The model of this name; raises OpenAIError for one that is unknown, or does not write."""
    if name in EMBEDDERS:
        raise OpenAIError(
            404,
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
            " Did you mean to use v1/completions?",
            param="model",
        )
    if name not in WRITERS:
        raise unknown(name)
    return WRITERS[name]


def embedder(name: str) -> Embedder:
    """The model of this name; raises OpenAIError for one that is unknown, or makes no vectors."""
    if name in WRITERS:
        raise OpenAIError(403, "You are not allowed to generate embeddings from this model")
    if name not in EMBEDDERS:
        raise unknown(name)
    return EMBEDDERS[name]


def unknown(name: str) -> OpenAIError:
    """The refusal of a model that there is not."""
    words = f"The model `{name[:100]}` does not exist or you do not have access to it."
    return OpenAIError(404, words, "model_not_found")


def _described(name: str) -> Document:
    model = WRITERS.get(name) or EMBEDDERS[name]
    return {"id": name, "object": "model", "created": model.created, "owned_by": "system"}
