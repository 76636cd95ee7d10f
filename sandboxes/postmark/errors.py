"""How Postmark says no: an HTTP status, an ErrorCode of its own, and a sentence."""

from starlette.responses import JSONResponse, Response

from sandboxes.kit.sandbox import Refused

# The codes that Postmark's overview gives for a status alone. Any other status has no code there,
# and 0 would read as success, so it gets one that Postmark never sends.
CODES = {401: 10, 415: 409, 429: 429, 500: 101, 503: 100}
NO_CODE = -1


class PostmarkError(Refused):
    """A refusal in Postmark's shape; `body` is also what a batch holds for a refused mail."""

    def __init__(self, code: int, message: str, status: int = 422) -> None:
        self.body = {"ErrorCode": code, "Message": message}
        headers = {"X-PM-ApiErrorCode": str(code)}
        super().__init__(JSONResponse(self.body, status, headers=headers))


def as_status(status: int, message: str) -> Response:
    """Postmark's error for an HTTP status."""
    return PostmarkError(CODES.get(status, NO_CODE), message, status).response
