"""How OpenAI says no: a status, and an error with a type, a code and the parameter at fault."""

from starlette.responses import JSONResponse, Response

from sandboxes.kit.sandbox import Refused

# For a status alone: the type and the code that OpenAI sends with it.
BY_STATUS = {
    401: ("invalid_request_error", "invalid_api_key"),
    403: ("invalid_request_error", "unsupported_country_region_territory"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("requests", "rate_limit_exceeded"),
    501: ("invalid_request_error", "not_emulated"),
}


class OpenAIError(Refused):
    """A refusal in OpenAI's shape."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        *,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        error = {"message": message, "type": kind, "param": param, "code": code}
        super().__init__(JSONResponse({"error": error}, status))
        if status == 501:
            # OpenAI's own header: without it the official clients would ask again, in vain.
            self.response.headers["x-should-retry"] = "false"


def as_status(status: int, message: str) -> Response:
    """OpenAI's error for an HTTP status."""
    other = ("server_error", None) if status >= 500 else ("invalid_request_error", None)
    kind, code = BY_STATUS.get(status, other)
    return OpenAIError(status, message, code, kind=kind).response


def not_emulated(what: str) -> OpenAIError:
    """The refusal of something that OpenAI does and this sandbox does not."""
    words = f"openai sandbox does not emulate {what}; see docs/sandboxes.md"
    return OpenAIError(501, words, "not_emulated")
