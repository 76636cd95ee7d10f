"""What can go wrong, its status and its sentence; every error is answered as problem details.

RFC 9457 on the wire: `application/problem+json` with type, title, status, detail, instance and
the request's id.
"""

import math
import re
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_log = structlog.get_logger(name="backend.errors")


COME_BACK_SECONDS: Final = 5
"""When to try again, where nobody knows better."""


class Problem(Exception):
    """Something that the caller is told of. Subclasses are facts, and fix status and title."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong here"

    def __init__(self, detail: str, *, retry_after: int | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        self.extra = extra

    @classmethod
    def kind(cls) -> str:
        """The problem's type as a URI, such as `urn:wwmaa:problem:not-found`."""
        return "urn:wwmaa:problem:" + re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class NotFound(Problem):
    """There is no such thing, or none that this caller may know of."""

    status = 404
    title = "There is no such thing"


class NotAuthenticated(Problem):
    """Who is calling is not known, or no longer believed."""

    status = 401
    title = "You are not logged in"


class LoginIsRefused(Problem):
    """Address and password do not open an account; which of them is wrong is not told."""

    status = 401
    title = "The login was refused"


class NotAllowed(Problem):
    """The caller is known, and may not do this."""

    status = 403
    title = "You may not do this"


class RequestIsInvalid(Problem):
    """The request does not have the form that its documentation gives."""

    status = 422
    title = "The request is not valid"


class LinkIsSpent(Problem):
    """A one-time link was used already, or its time is over."""

    status = 410
    title = "This link is no longer valid"


class TooManyAttempts(Problem):
    """Somebody tried too often; the answer says when to try again."""

    status = 429
    title = "Too many attempts"


class EventTakesNobody(Problem):
    """An event that is over, called off, or full with no waitlist takes no more people."""

    status = 409
    title = "This event takes nobody more"


class TicketIsRefused(Problem):
    """A ticket that opens no door: forged, of another event, used already, or given back."""

    status = 409
    title = "This ticket is not valid here"


class EventIsSettled(Problem):
    """What was asked for can not be done with an event that stands as this one does."""

    status = 409
    title = "This event can not be changed so"


class MembershipIsOtherwise(Problem):
    """What was asked for does not go with how the membership stands."""

    status = 409
    title = "Your membership does not stand so"


class PaymentIsRefused(Problem):
    """Money was not moved, and why."""

    status = 402
    title = "The payment was refused"


class ApplicationIsSettled(Problem):
    """What was asked for can not be done with an application that stands as this one does."""

    status = 409
    title = "The application does not stand so"


class MayNotApply(Problem):
    """Somebody who is a member, has applied already, or was rejected not long ago."""

    status = 409
    title = "You can not apply now"


class FileIsRefused(Problem):
    """A file that is not of a kind which is taken here, or too large."""

    status = 415
    title = "This file is not taken"


class WebhookIsRefused(Problem):
    """What came to a webhook's address does not bear its vendor's signature of this moment."""

    status = 400
    title = "This is no webhook that we believe"


class KeyIsMissing(Problem):
    """The request may not have its effect twice, and bears no key by which a repeat is known."""

    status = 400
    title = "An idempotency key is needed"


class KeyIsUsedOtherwise(Problem):
    """An idempotency key came with another request before."""

    status = 422
    title = "This key was used for something else"


class RequestIsInProgress(Problem):
    """The same request, by its key, is being worked on; its answer can be had in a moment."""

    status = 409
    title = "This is being worked on"


class HostIsUnknown(Problem):
    """The request names a host that this API does not answer to."""

    status = 400
    title = "This host is not served here"


class IsUnavailable(Problem):
    """Something that the answer depends on does not answer; trying again later may help."""

    status = 503
    title = "This is not available right now"


class IsRefusedElsewhere(Problem):
    """Somebody whom the answer depends on will not do what we asked; trying again will not help."""

    status = 502
    title = "This was refused to us"


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
    return headers | ({"WWW-Authenticate": "Bearer"} if problem.status == 401 else {})


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
