"""One question to a vendor, and whether and when it may be asked again."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from backend.providers import VendorIsUnavailable

ATTEMPTS: Final = 3
LONGEST_PAUSE: Final = 0.3
"""Seconds between two attempts at most, where the vendor names no other time."""

_SAFE = frozenset({"GET", "HEAD", "PUT", "DELETE"})


@dataclass(frozen=True)
class Call:
    """One question to a vendor; the operation is its name in metrics and logs."""

    operation: str
    method: str
    path: str
    json: Any = None
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    idempotency_key: str | None = None
    """By this the vendor knows a repeated question, and answers it as it did before."""
    repeatable: bool | None = None
    """Whether asking twice does no more than asking once; by default as the method promises."""
    attempts: int = ATTEMPTS
    seconds: float = 5.0
    """How long it may take, repeats and pauses included."""

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be asked again when nobody knows whether it was heard."""
        if self.repeatable is not None:
            return self.repeatable
        return self.method in _SAFE or self.idempotency_key is not None


def pause(call: Call, ends_at: float, error: Exception) -> bool | float:
    """Whether to ask again after this error; seconds to wait where the vendor said how many."""
    if not isinstance(error, VendorIsUnavailable) or not (call.is_repeatable or error.untaken):
        return False
    wait = LONGEST_PAUSE if error.retry_after is None else error.retry_after
    if time.monotonic() + wait > ends_at:
        return False
    return True if error.retry_after is None else error.retry_after
