"""The envelope around all that Cloudflare's API says, and how it says no inside it."""

import re
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Refused

API = "/client/v4"
ACCOUNT = API + "/accounts/{account_id}"
STREAM = ACCOUNT + "/stream"

# 10000, 10003 and 10005 were seen; 971 is what the gateway sends to those who ask too often. Any
# other status gets a code that Cloudflare never sends.
CODES = {400: 10005, 401: 10000, 403: 10000, 404: 10003, 429: 971}
UID = re.compile(r"[0-9a-f]{32}")
M = TypeVar("M", bound="Wishes")


class CloudflareError(Refused):
    """A refusal in the envelope. Stream says null for the messages, the gateway an empty list."""

    def __init__(self, status: int, code: int, message: str, *, gateway: bool = False) -> None:
        error = {"code": code, "message": message}
        super().__init__(failure(status, [error], [] if gateway else None))


class NotFound(CloudflareError):
    """There is no such thing in this account."""

    def __init__(self) -> None:
        words = "Not Found: The requested resource or operation was not found."
        super().__init__(404, 10003, words)


class BadRequest(CloudflareError):
    """The request can not be granted as it stands."""

    def __init__(self, words: str, code: int = 10005) -> None:
        super().__init__(400, code, f"Bad Request: {words}")


class Wishes(BaseModel):
    """The body of a request: types as they are written, fields that nobody knows are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True)

    def said(self) -> Document:
        """The fields that were said, under their names on the wire."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def failure(status: int, errors: list[Document], messages: list[Document] | None) -> Response:
    """An envelope without a result."""
    body = {"result": None, "success": False, "errors": errors, "messages": messages}
    return JSONResponse(body, status)


def as_status(status: int, message: str) -> Response:
    """Cloudflare's error for an HTTP status."""
    code = CODES.get(status, 10_000 + status)
    return CloudflareError(status, code, message, gateway=True).response


def result(value: Any, *, status: int = 200, **also: Any) -> Response:
    """An envelope with a result; `also` stands beside it."""
    body = {"result": value, "success": True, "errors": [], "messages": []}
    return JSONResponse(body | also, status)


def wishes(call: Call, model: type[M]) -> M:
    """The body of a call, by its model; none is an empty one. Raises BadRequest."""
    try:
        return model.model_validate_json(call.body or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadRequest(f"{where}: {first['msg']}" if where else "invalid JSON") from error


def account(call: Call) -> str:
    """The account that a call is about."""
    return call.parameters["account_id"]


def new_uid() -> str:
    """A new identifier, as Cloudflare writes them."""
    return uuid4().hex


def written(moment: datetime) -> str:
    """A moment as Cloudflare writes it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
