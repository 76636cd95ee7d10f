"""Files that people send as the body of a request: how that is described, and what is taken."""

from collections.abc import Iterable
from typing import Any, Final

from backend.errors import FileIsRefused
from backend.schema.files import BEGINNINGS, kind_of

LARGEST: Final = 5 * 1024 * 1024
"""How large a file may be, in bytes."""


def as_body(description: str, kinds: Iterable[str]) -> dict[str, Any]:
    """The entry of a route's description that says which kinds of files its body is."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = dict.fromkeys(kinds, binary)
    return {
        "requestBody": {"description": description, "required": True, "content": content},
    }


FILE: Final = as_body(
    f"The file as it is: PDF, JPEG or PNG, {LARGEST // 1024 // 1024} MiB at most.",
    BEGINNINGS.values(),
)


def taken(content: bytes) -> str:
    """The kind of a file that is taken. Raises `FileIsRefused`."""
    kind = kind_of(content)
    if kind is None:
        raise FileIsRefused("Only PDF, JPEG and PNG files are taken.")
    if len(content) > LARGEST:
        raise FileIsRefused(f"A file may have {LARGEST // 1024 // 1024} MiB at most.")
    return kind
