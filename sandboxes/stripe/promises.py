"""What Stripe has promised to do at a moment, as it is kept in its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sandboxes.kit.records import Asked


@dataclass(frozen=True)
class Due:
    """One thing that falls due: what it is, with which object, at which Unix second."""

    what: str
    object: str
    at: int


class Promises(Protocol):
    """Where promises are made, and withdrawn."""

    async def make(self, due: Due, test_clock: str | None = None) -> None:
        """Do it at its moment; a promise of the same for the same object is moved."""

    async def withdraw(self, object_: str, what: Sequence[str]) -> None:
        """Forget promises about an object: the named ones, or all."""


@dataclass(frozen=True)
class Table:
    """The promises that are kept."""

    database: Asked

    async def make(self, due: Due, test_clock: str | None = None) -> None:
        """Do it at its moment; a promise of the same for the same object is moved."""
        await self.database.fetch(
            "INSERT INTO sandbox.stripe_due (what, object, test_clock, at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (what, object) DO UPDATE SET at = excluded.at",
            *(due.what, due.object, test_clock, due.at),
        )

    async def make_all(self, dues: Sequence[Due]) -> None:
        """Many that are new, by the sandboxes' clock."""
        columns = [[it.what for it in dues], [it.object for it in dues], [it.at for it in dues]]
        await self.database.fetch(
            "INSERT INTO sandbox.stripe_due (what, object, at)"
            " SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])",
            *columns,
        )

    async def withdraw(self, object_: str, what: Sequence[str]) -> None:
        """Forget promises about an object: the named ones, or all."""
        await self.database.fetch(
            "DELETE FROM sandbox.stripe_due WHERE object = $1 AND ($2 OR what = ANY ($3))",
            *(object_, not what, list(what)),
        )
