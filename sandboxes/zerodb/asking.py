"""What a handler of this sandbox gets: a call of somebody who is known, in one of two dialects."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import asyncpg
from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

from sandboxes.kit.records import Asked as Statements
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import MIB, Call, Operation
from sandboxes.zerodb.access import access
from sandboxes.zerodb.dialect import is_compat
from sandboxes.zerodb.errors import ZeroDBError, as_invalid, invalid

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

    def json(self) -> Any:
        """The body; raises ZeroDBError where it is no JSON."""
        try:
            return self.call.json()
        except ValueError as error:
            raise invalid(["body", 0], "JSON decode error", "json_invalid") from error

    def body(self, form: type[F]) -> F:
        """The body in its form; raises ZeroDBError that lists what is wrong."""
        if not self.call.body:
            raise invalid(["body"], "Field required", "missing")
        return self.read(form, self.json(), "body")

    def query(self, form: type[F]) -> F:
        """The query in its form; raises ZeroDBError that lists what is wrong."""
        return self.read(form, dict(self.call.request.query_params), "query")

    def page(self, page: Page) -> tuple[int, int]:
        """How many to skip and how many to give, as the dialect reads them."""
        if not self.compat and page.limit < 1:
            raise invalid(
                ["limit"], "Input should be greater than or equal to 1", "greater_than_equal"
            )
        skip = page.offset if self.compat and page.offset is not None else page.skip
        return skip, page.limit

    @staticmethod
    def read(form: type[F], given: object, where: str) -> F:
        """What was given, in its form; raises ZeroDBError that lists what is wrong."""
        try:
            return form.model_validate(given)
        except ValidationError as error:
            raise as_invalid(error, where) from error


Answer = Callable[[Asked], Awaitable[Response]]


def operation(
    name: str, method: str, path: str, answer: Answer, *, strict: int = 200, body_limit: int = MIB
) -> Operation:
    """An operation for those who are known.

    `strict` is what the cloud answers where it has no such operation and only an SDK calls it.
    """

    async def handle(call: Call) -> Response:
        compat = is_compat(call)
        if strict != 200 and not compat:
            raise ZeroDBError(strict, {404: "Not Found", 405: "Method Not Allowed"}[strict])
        who = await access(call)
        try:
            return await answer(Asked(call, who.user, who.project, compat))
        except (asyncpg.DataError, RecursionError) as error:
            raise ZeroDBError(400, f"Invalid value: {error}") from error

    return Operation(name, method, f"/v1{path}", handle, body_limit)


def timestamp(moment: datetime) -> str:
    """A moment as ZeroDB writes it, in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
