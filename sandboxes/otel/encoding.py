"""OTLP's two encodings, protobuf and JSON: an answer, or an error, comes as the request came."""

import base64
import binascii
import json
import re
from typing import Any, Protocol, TypeVar

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from google.rpc.status_pb2 import Status
from starlette.responses import Response

from sandboxes.kit.compression import BrokenBody, UnknownEncoding, whole
from sandboxes.kit.sandbox import MIB, Call, Refused

PROTOBUF, JSON = "application/x-protobuf", "application/json"
LARGEST = 64 * MIB
IDS = frozenset({"traceId", "spanId", "parentSpanId"})
HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")
# Google's codes for what an HTTP status says; any other is UNKNOWN.
CODES = {400: 3, 401: 16, 403: 7, 404: 5, 413: 3, 415: 3, 429: 8}
CODES |= {500: 13, 501: 12, 502: 14, 503: 14, 504: 4}
UNKNOWN = 2


class Message(Protocol):
    """A protobuf message, as far as it is read and written here."""

    def ParseFromString(self, serialized: bytes) -> Any:  # noqa: N802 - protobuf's own name.
        """Take what the bytes say."""

    def SerializeToString(self) -> bytes:  # noqa: N802 - protobuf's own name.
        """The message in bytes."""


M = TypeVar("M", bound=Message)


class ErrorStatus(Response):
    """An error as google.rpc.Status, in JSON until `encode` knows what the request was in."""

    def __init__(self, status: int, message: str) -> None:
        self.told = Status(code=CODES.get(status, UNKNOWN), message=message)
        super().__init__(_json(self.told), status, media_type=JSON)


def as_status(status: int, message: str) -> Response:
    """OTLP's error for an HTTP status."""
    return ErrorStatus(status, message)


def encode(call: Call, response: Response) -> None:
    """Put an error into the encoding of the request."""
    if isinstance(response, ErrorStatus) and _type(call) == PROTOBUF:
        response.body = response.told.SerializeToString()
        response.headers["content-length"] = str(len(response.body))
        response.headers["content-type"] = PROTOBUF


def read(call: Call, message: M) -> M:
    """The message, filled with what the body says; raises Refused."""
    try:
        body = whole(call.body, call.request.headers.get("content-encoding", ""), LARGEST)
        match _type(call):
            case "application/x-protobuf":
                message.ParseFromString(body)
            case "application/json":
                json_format.ParseDict(_object(body), message, ignore_unknown_fields=True)
            case kind:
                words = f"unsupported content type {kind[:80]!r}: send {PROTOBUF} or {JSON}"
                raise Refused(as_status(415, words))
    except UnknownEncoding as unknown:
        words = f"otel sandbox does not emulate {unknown}; send gzip or plain"
        raise Refused(as_status(415, words)) from unknown
    except (BrokenBody, DecodeError, json_format.ParseError, ValueError, RecursionError) as error:
        raise Refused(as_status(400, f"the request can not be decoded: {error}")) from error
    return message


def answered(call: Call, message: Message) -> Response:
    """The message in the encoding of the request."""
    if _type(call) == JSON:
        return Response(_json(message), media_type=JSON)
    return Response(message.SerializeToString(), media_type=PROTOBUF)


def _type(call: Call) -> str:
    return call.request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _json(message: Message) -> str:
    return json.dumps(json_format.MessageToDict(message))


def _object(body: bytes) -> Any:
    told = json.loads(body)
    if not isinstance(told, dict):
        raise ValueError("it is no object")
    return _with_base64(told)


def _with_base64(value: Any) -> Any:
    """The same with ids as protobuf's JSON has them; OTLP writes them in hexadecimal."""
    match value:
        case list():
            return [_with_base64(each) for each in value]
        case dict():
            return {name: _field(name, each) for name, each in value.items()}
    return value


def _field(name: str, value: Any) -> Any:
    if name not in IDS or not isinstance(value, str):
        return _with_base64(value)
    if not HEX.fullmatch(value):
        raise ValueError(f"{name} is not in hexadecimal")
    return base64.b64encode(binascii.unhexlify(value)).decode()
