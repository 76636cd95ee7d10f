"""OpenTelemetry's attributes as plain values."""

import base64
import math
from collections.abc import Iterable
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue


def plain(attributes: Iterable[KeyValue]) -> dict[str, Any]:
    """The attributes by their names."""
    return {each.key: value(each.value) for each in attributes}


def value(given: AnyValue) -> Any:
    """One value: bytes in base64, and what JSON has no number for in words."""
    kind = given.WhichOneof("value")
    match kind:
        case None:
            return None
        case "array_value":
            return [value(each) for each in given.array_value.values]
        case "kvlist_value":
            return plain(given.kvlist_value.values)
        case "bytes_value":
            return base64.b64encode(given.bytes_value).decode()
        case "double_value" if not math.isfinite(given.double_value):
            return str(given.double_value)
    return getattr(given, kind)
