"""Whom Postmark lets in: who brings a server token."""

import re

from sandboxes.kit.sandbox import Call
from sandboxes.postmark.errors import PostmarkError

HEADER = "x-postmark-server-token"
SECRET_HEADERS = frozenset({HEADER, "x-postmark-account-token"})
LIVE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def token(call: Call) -> str:
    """The server token that a call brings; empty where it brings none."""
    return call.request.headers.get(HEADER, "").strip()


def admit(call: Call) -> None:
    """Any token will do that does not look like a real one; raises PostmarkError.

    Real tokens are UUIDs. One that strays in here is a mistake worth hearing of at once.
    """
    words = "Request does not contain a valid Server token."
    if LIVE.fullmatch(token(call)):
        words += " This is the sandbox, and the token looks live: give it any other word."
    elif token(call):
        return
    raise PostmarkError(10, words, 401)


def only_validates(call: Call) -> bool:
    """Postmark's public token for "check the mail, deliver nothing"; case does not count there."""
    return token(call).upper() == "POSTMARK_API_TEST"
