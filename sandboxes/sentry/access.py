"""Whom Sentry lets in: who brings the public key of a DSN, in one of the places for it."""

import base64
import binascii
import re
from urllib.parse import urlsplit

from starlette.responses import Response

from sandboxes.kit.sandbox import Call
from sandboxes.sentry.envelopes import EnvelopeIsBroken, read_header
from sandboxes.sentry.errors import SentryError
from sandboxes.sentry.reading import decoded

PAIR = re.compile(r"(\w+)\s*=\s*([^,\s]+)")
SECRET_HEADERS = frozenset({"x-sentry-auth"})
LIMITED_S = "60"


def admit(call: Call) -> None:
    """Any public key will do; raises SentryError where there is none, or more than one place."""
    if not re.fullmatch(r"\d+", call.parameters["project"]):
        raise SentryError(400, "bad project path parameter")
    keys = [key for key in (_in_headers(call), _in_query(call)) if key]
    if len(keys) > 1:
        raise SentryError(401, "multiple authorization payloads detected")
    if not keys and not _in_envelope(call):
        raise SentryError(401, "missing authorization information")


def stamp(call: Call, response: Response) -> None:
    """Let any website read the answer, and say of a limit how long it holds and for what."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    exposed = "x-sentry-error, x-sentry-rate-limits, retry-after"
    response.headers["Access-Control-Expose-Headers"] = exposed
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if response.status_code == 429:
        waits = response.headers.setdefault("Retry-After", LIMITED_S)
        response.headers["X-Sentry-Rate-Limits"] = f"{waits}::key:{call.vendor.name}_fault"


def _in_headers(call: Call) -> str:
    asked = call.request.headers
    for header in (asked.get("x-sentry-auth", ""), asked.get("authorization", "")):
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "sentry":
            return str(dict(PAIR.findall(rest)).get("sentry_key", ""))
        if scheme.lower() == "basic":
            try:
                return base64.b64decode(rest).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                return ""
    return ""


def _in_query(call: Call) -> str:
    return call.request.query_params.get("sentry_key", "")


def _in_envelope(call: Call) -> str:
    """The key of the DSN in an envelope's own header, which is where tunnels find it."""
    try:
        dsn = str(read_header(decoded(call)).get("dsn") or "")
        return urlsplit(dsn).username or ""
    except (EnvelopeIsBroken, ValueError):
        return ""
