"""The one line to every vendor: bounded in time, repeated where that is safe, traced, counted."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, suppress
from functools import cache, partial
from http import HTTPStatus
from typing import Any, Final, TypeVar

import httpx2
import stamina
from opentelemetry.trace import Span, SpanKind
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState
from pydantic import BaseModel, RootModel, SecretStr, ValidationError

from backend.observability import CALL_DURATION, CALL_ERRORS, CALLS, passed_on, tracer
from backend.providers import VendorIsNotConfigured, VendorIsUnavailable, VendorRefused
from backend.providers.calls import LONGEST_PAUSE, Call, pause

CONNECT_SECONDS: Final = 2.0
FAILURES: Final = 5
"""After so many calls in a row that failed, a vendor is left alone."""
ALONE_SECONDS: Final = 5.0
"""How long it is left alone until a call tries again."""

_LATER = frozenset({408, 425, 429})
_NOTHING_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
E = TypeVar("E", bound=VendorIsUnavailable | VendorRefused)


class _Object(RootModel[dict[str, Any]]):
    """An answer of which nothing is known but that it has fields."""


@cache
def _certificates() -> ssl.SSLContext:
    # It takes a tenth of a second to read whom the world trusts; all vendors share it.
    return httpx2.create_ssl_context()


class VendorClient:
    """One vendor's HTTP API.

    Every call raises `VendorIsUnavailable` when no answer came that makes sense, `VendorRefused`
    for an answer of 4xx or 501, and `VendorIsNotConfigured` when one of `keys` is not set.
    """

    def __init__(
        self,
        vendor: str,
        base_url: str,
        keys: Mapping[str, SecretStr | str | None],
        headers: Mapping[str, str],
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.vendor = vendor
        self._missing = tuple(name for name, key in keys.items() if key is None)
        self._breakers = AsyncCircuitBreakerFactory(FAILURES, ALONE_SECONDS, [VendorRefused])
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            headers=dict(headers),
            timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
            verify=_certificates(),
            transport=transport,
        )

    async def read(self, kind: type[M], call: Call) -> M:
        """The vendor's answer, as far as `kind` asks for it."""
        return await self._ask(call, partial(self._read, kind, call))

    async def find(self, kind: type[M], call: Call) -> M | None:
        """The same; none where the vendor says that there is no such thing."""
        try:
            return await self.read(kind, call)
        except VendorRefused as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    async def require(self, name: str, call: Call) -> None:
        """Ask, and see that the answer is an object that has a field of this name."""
        await self._ask(call, partial(self._require, name, call))

    async def send(self, call: Call) -> None:
        """Ask, and read nothing of the answer but that it is a good one."""
        await self._ask(call, partial(self._answer, call))

    async def delete(self, call: Call) -> bool:
        """Ask for something to be deleted; whether there was such a thing."""
        try:
            await self.send(call)
        except VendorRefused as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return False
            raise
        return True

    async def lines(self, call: Call) -> AsyncIterator[str]:
        """The lines of an answer as they come. Once they come, nothing is asked for again."""
        ends_at = asyncio.get_running_loop().time() + call.seconds
        answer = await self._ask(call, partial(self._answer, call, stream=True))
        try:
            lines = aiter(answer.aiter_lines())
            while True:
                async with asyncio.timeout_at(ends_at):
                    line = await anext(lines, None)
                if line is None:
                    return
                yield line
        except TimeoutError as error:
            raise self._failed(call, self._too_late(call)) from error
        except httpx2.HTTPError as error:
            broken = self._unavailable(type(error).__name__, kind="connection")
            raise self._failed(call, broken) from error
        finally:
            await answer.aclose()

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    async def _ask(self, call: Call, attempt: Callable[[], Awaitable[T]]) -> T:
        if self._missing:
            raise VendorIsNotConfigured(self.vendor, self._missing)
        try:
            async with await self._breakers.get_breaker(self.vendor):
                return await self._in_time(call, attempt)
        except OpenedState as opened:
            why = f"it failed {FAILURES} times in a row, and is left alone for a moment"
            error = self._unavailable(why, kind="breaker_open", untaken=True)
            raise self._failed(call, error) from opened
        except (VendorIsUnavailable, VendorRefused) as error:
            self._failed(call, error)
            raise

    async def _in_time(self, call: Call, attempt: Callable[[], Awaitable[T]]) -> T:
        attempts = stamina.retry_context(
            partial(pause, call, time.monotonic() + call.seconds),
            attempts=call.attempts,
            timeout=None,
            wait_initial=0.1,
            wait_max=LONGEST_PAUSE,
            wait_jitter=0.2,
        )
        try:
            async with asyncio.timeout(call.seconds):
                async for each in attempts:
                    with each:
                        return await attempt()
        except TimeoutError as error:
            raise self._too_late(call) from error
        raise AssertionError("an attempt returns or raises")

    async def _read(self, kind: type[M], call: Call) -> M:
        answer = await self._answer(call)
        try:
            return kind.model_validate_json(answer.content)
        except ValidationError as error:
            garbage = any(each["type"] == "json_invalid" for each in error.errors())
            what = "garbage" if garbage else "schema"
            raise self._unavailable("its answer makes no sense", kind=what) from error

    async def _require(self, name: str, call: Call) -> None:
        if name not in (await self._read(_Object, call)).root:
            raise self._unavailable("its answer makes no sense", kind="schema")

    async def _answer(self, call: Call, *, stream: bool = False) -> httpx2.Response:
        started, outcome = time.perf_counter(), "none"
        try:
            with self._span(call) as span:
                answer = await self._client.send(self._request(call, span), stream=stream)
                span.set_attribute("http.response.status_code", answer.status_code)
                outcome = str(answer.status_code)
                if not answer.is_success:
                    await answer.aread()
        except httpx2.HTTPError as error:
            untaken = isinstance(error, _NOTHING_SENT)
            why = f"{type(error).__name__} after {time.perf_counter() - started:.1f} s"
            raise self._unavailable(why, kind="connection", untaken=untaken) from error
        finally:
            CALLS.labels(self.vendor, call.operation, outcome).inc()
            CALL_DURATION.labels(self.vendor, call.operation).observe(time.perf_counter() - started)
        self._judge(call, answer)
        return answer

    def _span(self, call: Call) -> AbstractContextManager[Span]:
        # Its address stays out of the span: addresses of people are in some of them.
        return tracer.get().start_as_current_span(
            f"{self.vendor} {call.operation}",
            kind=SpanKind.CLIENT,
            attributes={"http.request.method": call.method, "vendor": self.vendor},
            record_exception=False,
        )

    def _request(self, call: Call, span: Span) -> httpx2.Request:
        headers = {**call.headers, **passed_on(span)}
        if call.idempotency_key is not None:
            headers["Idempotency-Key"] = call.idempotency_key
        return self._client.build_request(
            call.method,
            call.path,
            json=call.json,
            data=call.form,
            content=call.content,
            params=call.params,
            headers=headers,
        )

    def _judge(self, call: Call, answer: httpx2.Response) -> None:
        status = answer.status_code
        if answer.is_success:
            return
        # 409 to a key: the first of two equal questions is still being worked on.
        busy = status == HTTPStatus.CONFLICT and call.idempotency_key is not None
        # 501: it will never do this, so that asking later is as vain as asking again.
        is_final = answer.is_client_error or status == HTTPStatus.NOT_IMPLEMENTED
        if status in _LATER or busy or not is_final:
            after = answer.headers.get("retry-after", "")
            raise self._unavailable(
                f"it answered {status}",
                kind=str(status),
                untaken=status == HTTPStatus.TOO_MANY_REQUESTS,
                retry_after=float(after) if after.isascii() and after.isdigit() else None,
            )
        told = None
        with suppress(ValueError):
            told = answer.json()
        raise VendorRefused(self.vendor, call.operation, status, told)

    def _failed(self, call: Call, error: E) -> E:
        kind = error.kind if isinstance(error, VendorIsUnavailable) else str(error.status)
        CALL_ERRORS.labels(self.vendor, call.operation, kind).inc()
        return error

    def _too_late(self, call: Call) -> VendorIsUnavailable:
        return self._unavailable(f"no answer within {call.seconds:g} s", kind="timeout")

    def _unavailable(self, why: str, **more: Any) -> VendorIsUnavailable:
        return VendorIsUnavailable(self.vendor, why, **more)
