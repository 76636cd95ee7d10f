"""How Sentry's relay says no: a status, a detail, and what caused it."""

from starlette.responses import JSONResponse, Response

from sandboxes.kit.sandbox import Refused


class SentryError(Refused):
    """A refusal in the relay's shape."""

    def __init__(self, status: int, detail: str, *causes: str) -> None:
        body = {"detail": detail} | ({"causes": list(causes)} if causes else {})
        super().__init__(JSONResponse(body, status, headers={"X-Sentry-Error": detail}))


def as_status(status: int, message: str) -> Response:
    """The relay's error for an HTTP status."""
    return SentryError(status, message).response
