"""Whom the AI Registry lets in: who brings a key, as X-API-Key or as a bearer."""

import re

from sandboxes.ai_registry.errors import RegistryError
from sandboxes.kit.sandbox import Call

ELSEWHERE = "sk-ant-"
"""How keys of Anthropic's begin, which AINative documents as refused."""
LIVE = re.compile(r"(?:sk|ak)[_-][\w-]{20,}")
SPELLINGS = re.compile(r"^(?:/api)?/v1(?:/public)?(?=/(?:chat/completions|models)$)")


def spelled(path: str) -> str:
    """The path without the prefixes by which AINative's documents name one and the same."""
    return SPELLINGS.sub("/v1", path)


def admit(call: Call) -> None:
    """Any key will do that does not look like a real one; raises RegistryError."""
    asked = call.request.headers
    scheme, _, bearer = asked.get("authorization", "").partition(" ")
    key = asked.get("x-api-key", "").strip() or (bearer.strip() if scheme == "Bearer" else "")
    if not key:
        raise RegistryError(401, "Not authenticated: send X-API-Key or Authorization: Bearer")
    if key.startswith(ELSEWHERE):
        raise RegistryError(401, "Invalid API key: keys of other providers are not accepted")
    if LIVE.fullmatch(key):
        words = "Invalid API key: this is the sandbox, and the key looks live; give any other word"
        raise RegistryError(401, words)
