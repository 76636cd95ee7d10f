"""The door of Calls' Connection API: its errors, its bodies, and who may open a session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from starlette.responses import JSONResponse, Response

from sandboxes.cloudflare.access import bearer
from sandboxes.cloudflare.calls import APP, fingerprint
from sandboxes.cloudflare.envelope import UID
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Refused, Vendor

SESSION = "calls_session"
MOST_TRACKS = 64
# Cloudflare says that an unconnected session can expire, and not when.
UNUSED_FOR = timedelta(minutes=10)
CODES = {
    400: "decoding_error",
    401: "unauthorized",
    404: "not_found",
    406: "invalid_params",
    410: "session_error",
    413: "payload_too_large",
    425: "session_error",
    429: "retryable_transient_error",
    500: "internal_error",
    503: "temporarily_unavailable_error",
}
B = TypeVar("B", bound=BaseModel)


class RealtimeError(Refused):
    """A refusal as the Connection API says it."""

    def __init__(self, status: int, words: str, code: str = "") -> None:
        told = {"errorCode": code or CODES.get(status, "backend_error"), "errorDescription": words}
        super().__init__(JSONResponse(told, status))


class InvalidDescription(RealtimeError):
    """A session description that can not be accepted, or not now."""

    def __init__(self, words: str) -> None:
        super().__init__(406, words, "invalid_session_description")


def as_status(status: int, message: str) -> Response:
    """The Connection API's error for an HTTP status."""
    return RealtimeError(status, message).response


class Body(BaseModel):
    """A body, or a part of one: types as they are written."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True)


class Description(Body):
    """One side's half of a negotiation."""

    type: Literal["offer", "answer"]
    sdp: str = Field(max_length=256 * 1024)


class Track(Body):
    """A track that is to be shared, `local`, or another session's that is wanted, `remote`."""

    location: Literal["local", "remote"]
    mid: str | None = None
    track_name: str | None = None
    session_id: str | None = None
    kind: Literal["audio", "video"] | None = None
    bidirectional_media_stream: bool = False
    simulcast: dict[str, Any] | None = None


class NewSession(Body):
    """What a session may begin with."""

    session_description: Description | None = None


class NewTracks(Body):
    """Tracks, all of one location."""

    session_description: Description | None = None
    tracks: list[Track] = []
    auto_discover: bool = False


class Answer(Body):
    """The answer to an offer of the SFU."""

    session_description: Description


class Mid(Body):
    """A track by its media section."""

    mid: str = Field(min_length=1)


class Closing(Body):
    """Tracks to be closed: at once, or with an offer of the endpoint."""

    tracks: list[Mid] = Field(min_length=1)
    force: bool
    session_description: Description | None = None


def read(call: Call, model: type[B]) -> B:
    """The body of a call; none is an empty one. Raises RealtimeError."""
    try:
        return model.model_validate_json(call.body or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        words = f"JSON body validation error: {where}: {first['msg']}"
        raise RealtimeError(400, words) from error


@asynccontextmanager
async def opened_app(call: Call) -> AsyncIterator[Vendor]:
    """The vendor, alone with an app that the caller's secret opens; raises RealtimeError.

    An app that was not made here is taken for one that was made in the dashboard: whoever names
    it first says what its secret is.
    """
    id_, secret = call.parameters["app_id"], bearer(call)
    if not secret:
        raise RealtimeError(401, "The app's secret is missing from the Authorization header")
    if not UID.fullmatch(id_):
        raise RealtimeError(404, "App not found: its id is 32 digits of base 16")
    async with call.vendor.exclusively(f"calls {id_}") as inside:
        app = await inside.records.get(APP, id_)
        if app is None:
            app = {"uid": id_, "account": "", "secret": fingerprint(secret)}
            await inside.records.put(APP, id_, app)
        if not app["secret"]:
            raise RealtimeError(404, "App not found")
        if app["secret"] != fingerprint(secret):
            raise RealtimeError(401, "This is not the secret of the app")
        yield inside


async def find_session(vendor: Vendor, app_id: str, id_: str | None) -> Document | None:
    """The session of this name in an app, if there is one that still counts."""
    session = await vendor.records.get(SESSION, id_) if id_ else None
    if session is None or session["app"] != app_id:
        return None
    age = vendor.clock.now() - datetime.fromisoformat(session["created"])
    return None if not session["connected"] and age > UNUSED_FOR else session


@asynccontextmanager
async def opened_session(call: Call) -> AsyncIterator[tuple[Vendor, Document]]:
    """The session that a call names, kept as it is left; raises RealtimeError."""
    async with opened_app(call) as inside:
        id_ = call.parameters["session_id"]
        session = await find_session(inside, call.parameters["app_id"], id_)
        if session is None:
            raise RealtimeError(410, "Session not found, expired or closed")
        yield inside, session
        await inside.records.put(SESSION, id_, session)
