"""How ZeroDB says no: FastAPI's `detail`, a sentence or a list of what is wrong with the body."""

from collections.abc import Iterable

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from sandboxes.kit.sandbox import Refused


class ZeroDBError(Refused):
    """A refusal in ZeroDB's shape."""

    def __init__(self, status: int, detail: object) -> None:
        super().__init__(JSONResponse({"detail": detail}, status))


def as_status(status: int, sentence: str) -> Response:
    """ZeroDB's error for an HTTP status."""
    return ZeroDBError(status, sentence).response


def invalid(where: Iterable[str | int], message: str, kind: str = "value_error") -> ZeroDBError:
    """One thing that is wrong with a request, as FastAPI lists it."""
    return ZeroDBError(422, [{"loc": list(where), "msg": message, "type": kind}])


def as_invalid(error: ValidationError, where: str) -> ZeroDBError:
    """All that pydantic finds wrong with the body or the query."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    faults = [
        {"loc": [where, *each["loc"]], "msg": each["msg"], "type": each["type"]} for each in found
    ]
    return ZeroDBError(422, faults)
