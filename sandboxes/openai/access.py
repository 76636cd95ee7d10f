"""Whom OpenAI lets in, and the headers that its every answer has."""

import re
from uuid import uuid4

from starlette.responses import Response

from sandboxes.kit.sandbox import Call
from sandboxes.openai.errors import OpenAIError

LIVE = re.compile(r"sk-(?:(?:proj|svcacct|admin|None)-)?[\w-]{20,}")
SPENT = "sandbox-quota-spent"
"""The key of somebody who has no credit left."""
REQUESTS_A_MINUTE, TOKENS_A_MINUTE = 10_000, 10_000_000


def admit(call: Call) -> None:
    """Any key will do that does not look like a real one; raises OpenAIError."""
    scheme, _, key = call.request.headers.get("authorization", "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        raise OpenAIError(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization"
            " header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        )
    if LIVE.fullmatch(key):
        raise OpenAIError(
            401,
            f"Incorrect API key provided: {key[:5]}***{key[-2:]}. This is the sandbox, and the"
            " key looks live: give it any other word.",
            "invalid_api_key",
        )
    if key == SPENT:
        raise OpenAIError(
            429,
            "You exceeded your current quota, please check your plan and billing details.",
            "insufficient_quota",
            kind="insufficient_quota",
        )


def stamp(call: Call, response: Response) -> None:
    """Add the headers that OpenAI documents; nothing is counted down, as every minute is full."""
    took = (call.vendor.clock.now() - call.now).total_seconds() * 1000
    asked = call.request.headers
    tokens = min(len(call.body) // 4, TOKENS_A_MINUTE)
    response.headers.update(
        {
            "x-request-id": f"req_{uuid4().hex}",
            "openai-version": "2020-10-01",
            "openai-organization": asked.get("openai-organization", "sandbox"),
            "openai-project": asked.get("openai-project", "proj_sandbox"),
            "openai-processing-ms": str(max(1, round(took))),
            "x-ratelimit-limit-requests": str(REQUESTS_A_MINUTE),
            "x-ratelimit-limit-tokens": str(TOKENS_A_MINUTE),
            "x-ratelimit-remaining-requests": str(REQUESTS_A_MINUTE - 1),
            "x-ratelimit-remaining-tokens": str(TOKENS_A_MINUTE - tokens),
            "x-ratelimit-reset-requests": "6ms",
            "x-ratelimit-reset-tokens": f"{tokens * 60_000 // TOKENS_A_MINUTE}ms",
        }
    )
