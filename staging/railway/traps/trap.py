"""What a trap is: something that Railway accepts, or drops, and that then goes wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from staging.railway.traps.material import Material

Seen = tuple[str, str]
"""Where somebody stepped into a trap, and what stands there."""

Find = Callable[[Material], Iterable[Seen]]


@dataclass(frozen=True)
class Trap:
    """One trap by its name: why it is one, how it is cured, and what finds it."""

    name: str
    why: str
    cure: str
    find: Find


@dataclass(frozen=True)
class Finding:
    """A trap that somebody stepped into."""

    trap: Trap
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} [{self.trap.name}]. {self.trap.why} {self.trap.cure}"
