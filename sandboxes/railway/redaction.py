"""What may be written down of a request: names of variables, and never their values."""

import json
import re
from typing import Any

REDACTED = "[redacted]"
SECRET_BELOW = frozenset(
    {"variables", "sharedVariables", "value", "defaultValue", "encryptedValue"}
)
LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
GZIP = b"\x1f\x8b"


def redacted(body: bytes) -> bytes:
    """The body of a request with the values of variables blacked out; an upload by its size."""
    if body.startswith(GZIP):
        return f"[an archive of {len(body)} bytes]".encode()
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(told, dict):
        return body
    if isinstance(told.get("variables"), dict):
        told["variables"] = {
            name: _black(value, name in SECRET_BELOW) for name, value in told["variables"].items()
        }
    if isinstance(told.get("query"), str) and "ariable" in told["query"]:
        told["query"] = LITERAL.sub(f'"{REDACTED}"', told["query"])
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def _black(value: Any, is_secret: bool) -> Any:
    match value:
        case dict():
            return {k: _black(v, is_secret or k in SECRET_BELOW) for k, v in value.items()}
        case list():
            return [_black(each, is_secret) for each in value]
        case str() if is_secret:
            return REDACTED
    return value
