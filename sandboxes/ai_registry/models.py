"""The models on offer: those that the recorded catalogue has, and some that the pages name."""

from starlette.responses import JSONResponse, Response

from sandboxes.ai_registry.errors import RegistryError
from sandboxes.kit.sandbox import Call

# With the moment of creation; that of the open models is not published, and assumed.
OFFERED = {
    "gpt-4": 1687882411,
    "gpt-3.5-turbo": 1677610602,
    "claude-3-5-sonnet-20241022": 1729641600,
    "llama-3.3-70b-instruct": 1733443200,
    "llama-3.3-8b-instruct": 1733443200,
    "qwen-7b": 1733443200,
    "gemma-2b": 1733443200,
}


async def list_models(_call: Call) -> Response:
    """All of them, for everybody, as the catalogue was seen to answer."""
    data = [
        {"id": id_, "object": "model", "created": at, "owned_by": "ainative", "available": True}
        for id_, at in OFFERED.items()
    ]
    return JSONResponse({"object": "list", "data": data})


def check_offered(model: str) -> None:
    """Refuse a model that is not offered; raises RegistryError."""
    if model not in OFFERED:
        raise RegistryError(404, f"Model '{model[:100]}' is not offered; GET /v1/models lists them")
