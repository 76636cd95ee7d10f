"""What a handler of this sandbox gets: a call of somebody who is known, in one of two dialects."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

import asyncpg
from pydantic import BaseModel, Field
from starlette.responses import Response

from sandboxes.kit.records import Asked as Statements
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import MIB, Call, Operation
from sandboxes.zerodb.access import access
from sandboxes.zerodb.dialect import is_compat
from sandboxes.zerodb.errors import ZeroDBError, invalid
from sandboxes.zerodb.reading import read, read_json

F = TypeVar("F", bound=BaseModel)
Skip = Annotated[int, Field(ge=0, le=2**31)]
Limit = Annotated[int, Field(ge=0, le=1000)]


class Page(BaseModel):
    """Which part of a list; `offset` is the SDKs' word for `skip`, and compat's alone."""

    skip: Skip = 0
    limit: Limit = 100
    offset: Skip | None = None


@dataclass(frozen=True)
class Asked:
    """A call, who makes it, and the project that it is about."""

    call: Call
    user: str
    found: Document | None
    compat: bool

    @property
    def database(self) -> Statements:
        """What takes statements."""
        return self.call.records.database

    @property
    def project(self) -> Document:
        """The project in the path; raises ZeroDBError where the caller has none of this id."""
        if self.found is None or self.found["status"] == "DELETED":
            raise ZeroDBError(404, "Project not found or access denied")
        return self.found

    def parameter(self, name: str) -> str:
        """A part of the path."""
        return self.call.parameters[name]

    def body(self, form: type[F]) -> F:
        """The body in its form; raises ZeroDBError that lists what is wrong."""
        return read(form, read_json(self.call), "body")

    def query(self, form: type[F]) -> F:
        """The query in its form; raises ZeroDBError that lists what is wrong."""
        return read(form, dict(self.call.request.query_params), "query")

    def page(self, page: Page) -> tuple[int, int]:
        """How many to skip and how many to give, as the dialect reads them."""
        if not self.compat and page.limit < 1:
            where = "query" if self.call.request.method == "GET" else "body"
            words = "Input should be greater than or equal to 1"
            raise invalid([where, "limit"], words, "greater_than_equal")
        skip = page.offset if self.compat and page.offset is not None else page.skip
        return skip, page.limit


Answer = Callable[[Asked], Awaitable[Response]]


def operation(
    name: str,
    method: str,
    path: str,
    answer: Answer,
    *,
    compat: Answer | None = None,
    strict: int = 200,
    body_limit: int = MIB,
) -> Operation:
    """An operation for those who are known.

    `compat` answers instead in that dialect. `strict` is what the cloud says where it has no such
    operation, and only an SDK calls it.
    """

    async def handle(call: Call) -> Response:
        asked_compat = is_compat(call)
        if strict != 200 and not asked_compat:
            raise ZeroDBError(strict, {404: "Not Found", 405: "Method Not Allowed"}[strict])
        who = await access(call)
        asked = Asked(call, who.user, who.project, asked_compat)
        try:
            return await (compat if compat and asked_compat else answer)(asked)
        except (asyncpg.DataError, RecursionError) as error:
            raise ZeroDBError(400, f"Invalid value: {error}") from error

    return Operation(name, method, f"/v1{path}", handle, body_limit)


def took(started: float) -> float:
    """The milliseconds since a moment of `time.perf_counter`, as ZeroDB tells them."""
    return round((time.perf_counter() - started) * 1000, 2)


def timestamp(moment: datetime) -> str:
    """A moment as ZeroDB writes it, in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
