"""How AINative says no: an error with a type and a code, or FastAPI's list of what is wrong."""

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from sandboxes.kit.sandbox import Refused

# The guide shows the first of these; the others are assumed after it.
KINDS = {
    401: ("authentication_error", "invalid_api_key"),
    402: ("billing_error", "insufficient_credits"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
    501: ("invalid_request_error", "not_emulated"),
}


class RegistryError(Refused):
    """A refusal in the shape that the guide to chat completions shows."""

    def __init__(self, status: int, message: str) -> None:
        kind, code = KINDS.get(status, ("api_error", "error"))
        error = {"message": message, "type": kind, "code": code}
        super().__init__(JSONResponse({"error": error}, status))
        if status == 501:
            # OpenAI's clients, which AINative's own are, would ask again without it, in vain.
            self.response.headers["x-should-retry"] = "false"


def as_status(status: int, message: str) -> Response:
    """AINative's error for an HTTP status."""
    return RegistryError(status, message).response


def not_emulated(what: str) -> RegistryError:
    """The refusal of something that is not documented, or not imitated."""
    words = f"ai_registry sandbox does not emulate {what}; see docs/sandboxes.md"
    return RegistryError(501, words)


def invalid(error: ValidationError) -> Refused:
    """All that is wrong with a body, as FastAPI lists it."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    wrong = [{"loc": ["body", *e["loc"]], "msg": e["msg"], "type": e["type"]} for e in found]
    return Refused(JSONResponse({"detail": wrong}, 422))
