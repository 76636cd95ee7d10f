"""A visit to a target: the open connection that checks ask with, and how they read answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from httpx2 import AsyncClient, Response
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from staging.verify.target import Target
from staging.waiting import Waits

S = TypeVar("S", bound=BaseModel)
PATIENCE_S, TIMES = 60.0, 3
"""How long a target may ask for a pause, and how often; where it asks for more, a check fails."""
LIMITED = "It limits how often it is asked; verify again when that time is over."
NOBODY_LOGS_IN = "The personas' password is not given (STAGING_PERSONA_PASSWORD); nobody logged in."


class Wrong(Exception):
    """A check saw something else than it expected; the message is what it saw."""

    def __init__(self, saw: str, advice: str = "") -> None:
        super().__init__(saw)
        self.advice = advice
        """What to do now, where the check's own advice does not fit this case."""


class Worry(Exception):
    """All is right today, and soon may not be; the message is what was seen."""

    def __init__(self, saw: str, advice: str) -> None:
        super().__init__(saw)
        self.advice = advice


class DoesNotApply(Exception):
    """A check can not be made on this target; the message says why."""


@dataclass(frozen=True)
class Visit:
    """One run's look at a target; `client` asks its API and is shared by the checks."""

    target: Target
    client: AsyncClient
    waits: Waits = lambda _seconds, _why: None
    limit: asyncio.Timeout | None = None
    """Ends the check that asks; a pause that the target asks for puts it off."""

    async def get(
        self, path: str, *, origin: str | None = None, token: str | None = None, **params: object
    ) -> Response:
        """GET a path of the API or a whole address, as a page of `origin`, with a bearer token."""
        query = {name: str(value) for name, value in params.items()}
        headers = _headers(origin, token)
        return await self._patient(
            lambda: self.client.get(path, params=query or None, headers=headers)
        )

    async def post(
        self,
        path: str,
        json: object = None,
        *,
        origin: str | None = None,
        token: str | None = None,
    ) -> Response:
        """POST a JSON document to a path of the API."""
        headers = _headers(origin, token)
        return await self._patient(lambda: self.client.post(path, json=json, headers=headers))

    async def ask(
        self, method: str, path: str, *, json: object, token: str | None, key: str
    ) -> Response:
        """Ask as somebody who acts: with a bearer token, and an idempotency key."""
        headers = {**_headers(None, token), "idempotency-key": key}
        return await self._patient(
            lambda: self.client.request(method, path, json=json, headers=headers)
        )

    async def _patient(self, ask: Callable[[], Awaitable[Response]]) -> Response:
        """The answer, asked for again after each short pause that the target asks for."""
        for _ in range(TIMES):
            answer = await ask()
            pause = _pause(answer)
            if pause is None:
                return answer
            self.waits(pause, told(answer))
            if self.limit and (end := self.limit.when()) is not None:
                self.limit.reschedule(end + pause)
            await asyncio.sleep(pause)
        return await ask()

    def password(self) -> str:
        """The personas' password. Raises `DoesNotApply` when it is not known."""
        if self.target.password is None:
            raise DoesNotApply(NOBODY_LOGS_IN)
        return self.target.password

    async def preflight(self, path: str, origin: str) -> Response:
        """Ask as a browser does before a page of `origin` may POST JSON with a token."""
        asked = {
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        }
        return await self.client.options(path, headers=asked)


def _pause(answer: Response) -> float | None:
    """The seconds after which it may be asked again; None where that is at once, or too late."""
    after = answer.headers.get("retry-after", "")
    if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS or not after.isdecimal():
        return None
    return float(after) if float(after) <= PATIENCE_S else None


def _headers(origin: str | None, token: str | None) -> Mapping[str, str]:
    headers = {"origin": origin} if origin else {}
    return headers | ({"authorization": f"Bearer {token}"} if token else {})


def asked(answer: Response) -> str:
    """What was asked, such as `GET /api/health`; without the query, which may be anybody's."""
    return f"{answer.request.method} {answer.request.url.path}"


def told(answer: Response) -> str:
    """What was asked and what came, in one line with the status and the problem's own words."""
    words = ""
    if "json" in answer.headers.get("content-type", ""):
        body = _json(answer)
        words = str(body.get("detail") or body.get("status") or "")
    after = f" ({words})" if words else ""
    return f"{asked(answer)} answered {answer.status_code}{after}"


def _json(answer: Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def expect(answer: Response, *statuses: int) -> Response:
    """The answer, when its status is one of these. Raises `Wrong`."""
    if answer.status_code not in statuses:
        limited = answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
        right = " or ".join(map(str, statuses))
        raise Wrong(f"{told(answer)}; {right} is right", LIMITED if limited else "")
    return answer


def read(shape: type[S], answer: Response, *statuses: int) -> S:
    """The body in the promised shape, of an answer with this status (200). Raises `Wrong`."""
    expect(answer, *(statuses or (200,)))
    try:
        return shape.model_validate_json(answer.content)
    except ValidationError as error:
        found = "; ".join(_fault(fault) for fault in error.errors()[:3])
        raise Wrong(f"{asked(answer)} answered {answer.status_code}, but {found}") from error


def _fault(fault: ErrorDetails) -> str:
    """Where a body differs and how. Only plain short values are shown: none of them is a token."""
    where = ".".join(map(str, fault["loc"])) or "its body"
    seen = fault["input"]
    shown = f", not {seen!r}" if isinstance(seen, str | int) and len(str(seen)) <= 30 else ""
    return f"{where}: {fault['msg'][0].lower()}{fault['msg'][1:]}{shown}"
