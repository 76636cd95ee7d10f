"""What came with a call, in the form that it should have; else refused in FastAPI's words."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sandboxes.kit.sandbox import Call
from sandboxes.zerodb.errors import as_invalid, invalid

F = TypeVar("F", bound=BaseModel)


def read_json(call: Call) -> Any:
    """The body as JSON; raises ZeroDBError where it is none."""
    if not call.body:
        raise invalid(["body"], "Field required", "missing")
    try:
        return call.json()
    except ValueError as error:
        raise invalid(["body", 0], "JSON decode error", "json_invalid") from error


def read(form: type[F], given: object, where: str) -> F:
    """What was given, in its form; raises ZeroDBError that lists what is wrong with it."""
    try:
        return form.model_validate(given)
    except ValidationError as error:
        raise as_invalid(error, where) from error
