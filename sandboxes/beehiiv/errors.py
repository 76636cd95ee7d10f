"""How BeeHiiv says no: a status, its words, and sentences with codes.

It publishes no list of its codes; but for the one that its documentation names, they are ours.
"""

from http.client import responses

from starlette.responses import JSONResponse, Response

from sandboxes.kit.sandbox import Refused


class BeehiivError(Refused):
    """A refusal in BeeHiiv's shape, with one error for each sentence."""

    def __init__(self, status: int, *messages: str) -> None:
        words = responses.get(status, "Error")
        code = words.upper().replace(" ", "_")
        errors = [{"message": message, "code": code} for message in messages]
        body = {"status": status, "statusText": words, "errors": errors}
        super().__init__(JSONResponse(body, status))


def as_status(status: int, message: str) -> Response:
    """BeeHiiv's error for an HTTP status."""
    return BeehiivError(status, message).response


def not_emulated(what: str) -> BeehiivError:
    """A refusal of what BeeHiiv can do and its sandbox can not."""
    words = f"beehiiv sandbox does not emulate {what}; see docs/sandboxes.md"
    return BeehiivError(501, words)
