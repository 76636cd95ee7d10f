"""How what went wrong is answered: as problem details (RFC 9457), with the request's id."""

import math
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.errors import (
    ChangedMeanwhile,
    IsRefusedElsewhere,
    IsUnavailable,
    Problem,
    RequestIsInvalid,
)

_log = structlog.get_logger(name="backend.answers")

COME_BACK_SECONDS: Final = 5
"""When to try again, where nobody knows better."""


def problem_response(
    request_id: str,
    instance: str,
    *,
    status: int,
    title: str,
    detail: str,
    kind: str = "about:blank",
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    """Problem details as a response; for those who stand outside the application too."""
    body = {"type": kind, "title": title, "status": status, "detail": detail}
    body |= {"instance": instance, "request_id": request_id, **extra}
    return JSONResponse(
        body, status, headers=dict(headers or {}), media_type="application/problem+json"
    )


def _respond(request: Request, **fields: Any) -> Response:
    request_id = request.scope.get("request_id", "")
    return problem_response(request_id, request.url.path, **fields)


def headers_of(problem: Problem) -> dict[str, str]:
    """The header fields that go with a problem."""
    headers = {"Retry-After": str(problem.retry_after)} if problem.retry_after else {}
    more = {401: {"WWW-Authenticate": "Bearer"}, 426: {"Upgrade": "websocket"}}
    return headers | more.get(problem.status, {})


async def answer_problem(request: Request, problem: Problem) -> Response:
    """One of ours, as it stands."""
    return _respond(
        request,
        status=problem.status,
        title=problem.title,
        detail=problem.detail,
        kind=problem.kind(),
        headers=headers_of(problem),
        **problem.extra,
    )


async def answer_invalid_request(request: Request, error: RequestValidationError) -> Response:
    """What the framework found wrong with a request: where, and what; never the value itself."""
    found = [
        {"where": ".".join(str(part) for part in e["loc"]), "what": e["msg"]}
        for e in error.errors()
    ]
    detail = "; ".join(f"{e['where']}: {e['what']}" for e in found[:5])
    return _respond(
        request,
        status=RequestIsInvalid.status,
        title=RequestIsInvalid.title,
        detail=detail,
        kind=RequestIsInvalid.kind(),
        errors=found[:50],
    )


async def answer_http_error(request: Request, error: HTTPException) -> Response:
    """What the framework refuses by itself, such as an unknown path or a wrong method."""
    phrase = HTTPStatus(error.status_code).phrase
    details = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.url.path} does not take {request.method}.",
    }
    return _respond(
        request,
        status=error.status_code,
        title=phrase,
        detail=details.get(error.status_code, str(error.detail)),
        headers=error.headers,
    )


async def answer_away(request: Request, error: Exception) -> Response:
    """Something that the answer depends on is away: a vendor, which is named, or a part of ours.

    Who caused it may have said in how many seconds to come back (`retry_after`).
    """
    _log.warning("not available", path=request.url.path, why=f"{type(error).__name__}: {error}")
    vendor, wanted = getattr(error, "vendor", None), getattr(error, "retry_after", None)
    return _respond(
        request,
        status=IsUnavailable.status,
        title=IsUnavailable.title,
        detail="Something that this needs does not answer. Please try again in a moment.",
        kind=IsUnavailable.kind(),
        headers={"Retry-After": str(max(COME_BACK_SECONDS, math.ceil(wanted or 0)))},
        **({"unavailable": vendor} if vendor else {}),
    )


async def answer_changed(request: Request, _error: Exception) -> Response:
    """Somebody else was quicker, and nothing was changed."""
    return await answer_problem(
        request, ChangedMeanwhile("Read it again, and decide anew; nothing was changed now.")
    )


async def answer_cursor(request: Request, _error: Exception) -> Response:
    """Somebody asked for the rest of one listing with the cursor of another."""
    return await answer_problem(
        request, RequestIsInvalid("after: this cursor belongs to another listing")
    )


async def answer_refusal(request: Request, error: Exception) -> Response:
    """Somebody refused what we asked, as with a wrong key; the fault is ours, and in the log."""
    _log.error("refused", path=request.url.path, why=f"{type(error).__name__}: {error}")
    return _respond(
        request,
        status=IsRefusedElsewhere.status,
        title=IsRefusedElsewhere.title,
        detail="Something that this needs was refused to us. Give the request id to report it.",
        kind=IsRefusedElsewhere.kind(),
    )


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    Problem: answer_problem,
    RequestValidationError: answer_invalid_request,
    HTTPException: answer_http_error,
}
"""Who answers which error; what none of them answers is a fault of ours (`Failures`)."""
