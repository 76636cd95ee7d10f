"""Railway's API: one question at a time, repeated where that is safe, its errors made facts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final, Self, TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from staging.obstacles import Failed
from staging.railway.archive import Archive
from staging.railway.documents import TOKEN_SCOPE, WORKSPACES, Document
from staging.railway.errors import (
    AnswerMakesNoSense,
    AnswerWasLost,
    NotAuthorised,
    RailwayIsUnreachable,
    RailwayRefused,
    RateLimited,
    TokenIsInTheWrongVariable,
    TokenIsUnknown,
    TwoFactorIsRequired,
    UploadIsTooLarge,
    must_be_askable,
)
from staging.railway.tokens import RAILWAY, Token, is_here
from staging.waiting import Waits

ATTEMPTS: Final = 4
PAUSE: Final = 0.5
"""Seconds before the first repeat; each further one doubles it."""
LONGEST_WAIT: Final = 60.0
"""Seconds that are waited when Railway names them; where it names more, people are told when."""
TIMEOUT: Final = httpx2.Timeout(90.0, connect=10.0)
CHUNK: Final = 256 * 1024
QUESTIONS: Final = "/graphql/v2"
"""Where questions go; uploads go beside it."""
HIDDEN: Final = "…"
SHORTEST: Final = 6
"""Letters from which on a value may be a secret."""

_NOTHING_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_UNKNOWN = ("project token not found", "invalid token", "unauthorized")
_NOT_ALLOWED = ("not authorized", "forbidden")
_TWO_FACTOR = "two factor authentication required"

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class Upload(BaseModel):
    """What Railway says of source code that it took."""

    deploymentId: str  # noqa: N815 -- Railway's own names.
    url: str | None = None
    logsUrl: str | None = None  # noqa: N815
    deploymentDomain: str | None = None  # noqa: N815


def _silent(_seconds: float, _why: str) -> None:
    """Tell nobody."""


class Railway:
    """Railway's API as one token sees it. Enter it with `async with`.

    Every question raises what stands in `errors`: `Refused` where nothing was done, `Failed` where
    it could not be done or nobody knows whether it was.
    """

    def __init__(
        self,
        token: Token,
        url: str = RAILWAY,
        transport: httpx2.AsyncBaseTransport | None = None,
        waits: Waits = _silent,
        pause: float = PAUSE,
    ) -> None:
        self.token, self.url, self.waits, self._pause = token, url, waits, pause
        # A proxy stands between us and Railway at most, never between us and this machine.
        self._client = httpx2.AsyncClient(
            timeout=TIMEOUT, transport=transport, trust_env=not is_here(url)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def ask(self, document: Document, **variables: Any) -> dict[str, Any]:
        """The `data` of Railway's answer."""
        must_be_askable(document, self.token)
        request = {"query": document.text, "variables": variables}
        try:
            asked = partial(self._asked, document.name, request)
            return await self._in_turn(asked, repeatable=document.repeatable)
        except NotAuthorised:
            await self._recognise()
            raise

    async def read(self, kind: type[M], document: Document, **variables: Any) -> M:
        """The same, as far as `kind` asks for it."""
        data = await self.ask(document, **variables)
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise AnswerMakesNoSense(document.name, f"{where}: {first['msg']}") from error

    async def upload(
        self, project: str, environment: str, service: str, archive: Archive, message: str
    ) -> Upload:
        """Hand over source code, of which Railway makes a deployment.

        It is sent again when the connection drops: what came in twice is built twice, and the
        later one takes the place of the other.
        """
        url = f"{self.url.removesuffix(QUESTIONS)}/project/{project}/environment/{environment}/up"
        params = {"serviceId": service, "message": message}
        return await self._in_turn(partial(self._uploaded, url, params, archive), repeatable=True)

    async def _in_turn(self, attempt: Callable[[], Awaitable[T]], *, repeatable: bool) -> T:
        for number in range(ATTEMPTS):
            try:
                return await attempt()
            except (RateLimited, RailwayIsUnreachable, AnswerWasLost) as error:
                is_open = repeatable or not isinstance(error, AnswerWasLost)
                wait = self._wait(error, number) if is_open else None
                if wait is None or number == ATTEMPTS - 1:
                    raise
                self.waits(wait, error.fact)
            await asyncio.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, error: Failed, number: int) -> float | None:
        """Seconds until it is asked again; None where it is not, for Railway wants a long pause."""
        if not isinstance(error, RateLimited):
            return self._pause * float(2**number)
        is_short = error.seconds is not None and error.seconds <= LONGEST_WAIT
        return error.seconds if is_short else None

    async def _asked(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        answer = await self._sent(operation, self.url, json=request, headers=self.token.headers)
        body = _object(answer)
        if errors := body.get("errors"):
            raise self._refusal(operation, _told(errors, request["variables"]))
        if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise NotAuthorised(operation, self.token)
        if not isinstance(body.get("data"), dict):
            if answer.is_server_error:
                raise AnswerWasLost(operation, f"it answered {answer.status_code}")
            why = f"it has neither data nor errors (status {answer.status_code})"
            raise AnswerMakesNoSense(operation, why)
        data: dict[str, Any] = body["data"]
        return data

    async def _uploaded(self, url: str, params: Mapping[str, str], archive: Archive) -> Upload:
        headers = {
            **self.token.headers,
            "Content-Type": "application/gzip",
            "Content-Length": str(archive.size),
        }
        content = _chunks(archive)
        answer = await self._sent("upload", url, content=content, params=params, headers=headers)
        if answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise UploadIsTooLarge(archive.size)
        if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise NotAuthorised("upload", self.token)
        if answer.is_server_error:
            raise AnswerWasLost("upload", f"it answered {answer.status_code}")
        body = _object(answer)
        if not answer.is_success:
            raise self._refusal("upload", str(body.get("message", answer.status_code)))
        try:
            return Upload.model_validate(body)
        except ValidationError as error:
            raise AnswerMakesNoSense("upload", "it names no deployment") from error

    async def _sent(self, operation: str, url: str, **request: Any) -> httpx2.Response:
        try:
            answer = await self._client.post(url, **request)
        except _NOTHING_SENT as error:
            raise RailwayIsUnreachable(url, _why(error)) from error
        except httpx2.HTTPError as error:
            raise AnswerWasLost(operation, _why(error)) from error
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            after = answer.headers.get("retry-after", "")
            raise RateLimited(float(after) if after.isascii() and after.isdigit() else None)
        return answer

    def _refusal(self, operation: str, told: str) -> Exception:
        words = told.lower()
        if words == _TWO_FACTOR:
            return TwoFactorIsRequired(operation)
        if any(each in words for each in _UNKNOWN + _NOT_ALLOWED):
            return NotAuthorised(operation, self.token)
        return RailwayRefused(operation, told)

    async def _recognise(self) -> None:
        """Why a token is not let do something: raises where it is unknown, or of another kind."""
        for token in (self.token, self.token.as_other()):
            document = WORKSPACES if token.kind == "account" else TOKEN_SCOPE
            request = {"query": document.text, "variables": {}}
            answer = await self._sent(document.name, self.url, json=request, headers=token.headers)
            body = _object(answer)
            if not body.get("errors") and isinstance(body.get("data"), dict):
                if token == self.token:
                    return
                raise TokenIsInTheWrongVariable(self.token)
        raise TokenIsUnknown(self.token)


def _object(answer: httpx2.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _told(errors: Any, variables: Any) -> str:
    """Railway's own sentence, without the values that we sent: secrets are among them."""
    first = errors[0] if isinstance(errors, list) and errors else {}
    text = str(first.get("message") if isinstance(first, dict) else first)
    for value in sorted(_values(variables), key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text


def _values(of: Any) -> Iterator[str]:
    """The values of the variables of a service among what was sent."""
    if isinstance(of, Mapping):
        told = of.get("variables")
        if isinstance(told, Mapping):
            yield from (value for value in map(str, told.values()) if len(value) >= SHORTEST)
        for each in of.values():
            yield from _values(each)


async def _chunks(archive: Archive) -> AsyncIterator[bytes]:
    with archive.path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


def _why(error: Exception) -> str:
    return f"{type(error).__name__}{f': {error}' if str(error) else ''}"
