"""How a webhook proves whose it is: an HMAC over a moment near to ours and its own bytes."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from backend.providers import VendorIsNotConfigured, VendorIsUnavailable, WebhookIsForged

M = TypeVar("M", bound=BaseModel)

TOLERANCE_SECONDS: Final = 300
"""How far the moment of a webhook may lie from ours, either way."""


def key_of(vendor: str, variable: str, secret: SecretStr | None) -> bytes:
    """The key of a vendor's webhooks. Raises `VendorIsNotConfigured` when it is not set."""
    if secret is None:
        raise VendorIsNotConfigured(vendor, (variable,))
    return secret.get_secret_value().encode()


def check(body: bytes, header: str, key: bytes, now: datetime, *, time: str, scheme: str) -> None:
    """Raise `WebhookIsForged` unless a header such as `t=1,v1=ab,v1=cd` signs this body.

    `time` and `scheme` are the names in it; while keys are exchanged there may be two signatures.
    """
    fields = [field.strip().partition("=")[::2] for field in header.split(",")]
    moment = next((value for name, value in fields if name == time), "")
    given = [value for name, value in fields if name == scheme]
    check_moment(moment, now)
    expected = hmac.digest(key, moment.encode() + b"." + body, "sha256").hex()
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in given):
        raise WebhookIsForged("its signature is not that of its bytes")


def check_svix(body: bytes, headers: Mapping[str, str], key: bytes, now: datetime) -> None:
    """Raise `WebhookIsForged` unless Svix, which delivers for many vendors, signed this body.

    https://docs.svix.com/receiving/verifying-payloads/how-manual
    """
    id_, moment = headers.get("svix-id", ""), headers.get("svix-timestamp", "")
    check_moment(moment, now)
    name, _, encoded = key.partition(b"_")
    secret = base64.b64decode(encoded) if name == b"whsec" else key
    signed = b".".join((id_.encode(), moment.encode(), body))
    expected = b"v1," + base64.b64encode(hmac.digest(secret, signed, "sha256"))
    given = headers.get("svix-signature", "").split()
    if not any(hmac.compare_digest(expected, each.encode()) for each in given):
        raise WebhookIsForged("its signature is not that of its bytes")


def check_moment(moment: str, now: datetime) -> None:
    """Raise `WebhookIsForged` unless the moment, in seconds since 1970, is near to ours."""
    if not (moment.isascii() and moment.isdigit()):
        raise WebhookIsForged("it names no moment")
    if abs(now.timestamp() - int(moment)) > TOLERANCE_SECONDS:
        raise WebhookIsForged(f"its moment is more than {TOLERANCE_SECONDS} s from ours")


def read(vendor: str, kind: type[M], body: bytes) -> M:
    """What a webhook that is no forgery says. Raises `VendorIsUnavailable` when it makes no sense.

    The vendor takes that for a refusal, and sends it again.
    """
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise VendorIsUnavailable(vendor, "its webhook makes no sense", kind="schema") from error
