"""Whom to tell of a weakness (RFC 9116)."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from backend.clock import now
from backend.dependencies import MayCall, WithParts, may_call

router = APIRouter(tags=["security"])

VALID_FOR = timedelta(days=180)


@router.get(
    "/.well-known/security.txt",
    openapi_extra=may_call(MayCall.anybody),
    response_class=PlainTextResponse,
)
async def security_txt(parts: WithParts) -> PlainTextResponse:
    """Where to report a weakness."""
    core = parts.settings.core
    expires = (now() + VALID_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = (
        f"Contact: mailto:{core.from_email}",
        f"Expires: {expires}",
        "Preferred-Languages: en",
        f"Canonical: {core.backend_url}/.well-known/security.txt",
    )
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": "max-age=86400"})
