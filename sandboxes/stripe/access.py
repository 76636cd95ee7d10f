"""Whom Stripe lets in: who brings a secret key of the test mode, by Bearer or Basic."""

import base64
import re

from sandboxes.kit.sandbox import Call
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.ids import new_id

KEY = re.compile(r"([spr]k)_(test|live)_\w+", re.ASCII)
NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header,"
    " using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See"
    " https://stripe.com/docs/api#authentication for details, or we can help at"
    " https://support.stripe.com/."
)
PUBLISHABLE = (
    "This API call cannot be made with a publishable API key. Please use a secret API key. You can"
    " find a list of your API keys at https://dashboard.stripe.com/account/apikeys."
)
LIVE = "This is the sandbox, and the API key looks live: {}. Give it a key of the test mode."


def request_id(call: Call) -> str:
    """The id of this request, the same each time it is asked for."""
    state = call.request.state
    if not hasattr(state, "stripe_request_id"):
        state.stripe_request_id = new_id("req", 14)
    return str(state.stripe_request_id)


def admit(call: Call) -> None:
    """Any secret key of the test mode will do; raises StripeError."""
    key = _key(call.request.headers.get("authorization", ""))
    found = KEY.fullmatch(key)
    if not key:
        raise StripeError(NO_KEY, status=401)
    if found and found[2] == "live":
        raise StripeError(LIVE.format(_redacted(key)), status=401)
    if found and found[1] == "pk":
        raise StripeError(PUBLISHABLE, status=401, code="secret_key_required")
    if not found:
        raise StripeError(f"Invalid API Key provided: {_redacted(key)}", status=401)


def _key(authorization: str) -> str:
    """The key that a header brings: all of a Bearer's token, or a Basic's user."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[0]
        except ValueError:
            return given
    return given.strip() if scheme.lower() == "bearer" else ""


def _redacted(key: str) -> str:
    """A key as Stripe repeats it: how it begins, and its last four characters."""
    return f"{key[:8]}{'*' * max(0, len(key) - 12)}{key[12:][-4:]}"
