"""One difference, and what was compared."""

from dataclasses import dataclass
from typing import Literal

Side = Literal["railway", "here", "file"]
"""Where something stands that is compared with the definition."""
Kind = Literal[
    "missing", "unused", "different", "setting", "version", "extension", "age", "host", "state"
]


@dataclass(frozen=True)
class Difference:
    """What is not as the definition says; `wanted` and `found` hold no secret."""

    side: Side
    kind: Kind
    service: str
    """Empty for what belongs to the whole environment."""
    name: str
    wanted: str
    found: str
    mend: str
    """The command that mends it, or what else does."""


@dataclass(frozen=True)
class Comparison:
    """One side: what differs there, or why it was not compared."""

    side: Side
    what: str
    """What was looked at, for people."""
    differences: tuple[Difference, ...] = ()
    skipped: str = ""
    """Why nothing was compared; empty where it was."""
