"""AINative's AI Registry offers language models of many makers behind one address.

Its interface is OpenAI's chat completions, at /v1.
"""

from typing import Final

import httpx2
from pydantic import AliasPath, BaseModel, Field

from backend.providers.calls import Call
from backend.providers.http import VendorClient
from backend.settings import Intelligence

LONGEST_ANSWER: Final = 1000
"""In tokens."""
ANSWER_SECONDS: Final = 30.0


class NoModelIsOffered(Exception):
    """The registry has no language model for us."""


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: list[_Model]


class _Completion(BaseModel):
    text: str = Field(validation_alias=AliasPath("choices", 0, "message", "content"))


class AIRegistry:
    """The provider `ai_registry`."""

    def __init__(
        self, settings: Intelligence, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        key = settings.ai_registry_api_key
        secret = key.get_secret_value() if key else ""
        self._http = VendorClient(
            "ai_registry",
            settings.ai_registry_base_url,
            {"AI_REGISTRY_API_KEY": key},
            # Its documents name the one way to show a key, its older services the other.
            {"X-API-Key": secret, "Authorization": f"Bearer {secret}"},
            transport,
        )

    async def ping(self) -> None:
        """Ask which models there are."""
        await self._http.require("data", Call("ping", "GET", "/v1/models", attempts=1))

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    async def choose_model(self, *preferred: str) -> str:
        """The first of these models that is offered, or the first that is offered at all.

        Raises `NoModelIsOffered`.
        """
        found = await self._http.read(_Models, Call("choose_model", "GET", "/v1/models"))
        offered = [model.id for model in found.data]
        for name in (*preferred, *offered):
            if name in offered:
                return name
        raise NoModelIsOffered

    async def answer(self, model: str, instructions: str, question: str) -> str:
        """An answer of this model to a question, by these instructions."""
        messages = [
            {"role": "system", "content": instructions},
            {"role": "user", "content": question},
        ]
        body = {"model": model, "messages": messages, "max_tokens": LONGEST_ANSWER}
        path = "/v1/chat/completions"
        call = Call("answer", "POST", path, json=body, repeatable=True, seconds=ANSWER_SECONDS)
        return (await self._http.read(_Completion, call)).text
