"""How Railway says no: GraphQL's errors in a body, or a bare message where a file is uploaded."""

from graphql import GraphQLError
from starlette.responses import JSONResponse, Response

# Railway publishes no list of codes; these are those of the GraphQL server that it runs.
CODES = {400: "BAD_USER_INPUT", 401: "UNAUTHENTICATED", 429: "RATELIMITED"}


class RailwayError(GraphQLError):
    """A refusal of one field; the rest of the answer stands."""

    def __init__(self, message: str, code: str = "INTERNAL_SERVER_ERROR") -> None:
        super().__init__(message, extensions={"code": code})


class NotAuthorized(RailwayError):
    """The token is none, is too old, or is not for this."""

    def __init__(self) -> None:
        super().__init__("Not Authorized")


class NotFound(RailwayError):
    """There is no such thing, or the token may not see it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found")


class Problem(RailwayError):
    """What is asked for can not be done as it stands."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "BAD_USER_INPUT")


class NotEmulated(RailwayError):
    """Railway would do it, this sandbox does not."""

    def __init__(self, what: str) -> None:
        words = f"railway sandbox does not emulate {what}; see docs/sandboxes.md"
        super().__init__(words, "NOT_IMPLEMENTED")


def refused(status: int, message: str, code: str | None = None) -> Response:
    """An answer of errors alone."""
    extensions = {"code": code or CODES.get(status, "INTERNAL_SERVER_ERROR")}
    return JSONResponse({"errors": [{"message": message, "extensions": extensions}]}, status)


def as_message(status: int, message: str) -> Response:
    """How the upload endpoint says no."""
    return JSONResponse({"message": message}, status)
