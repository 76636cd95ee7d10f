"""What will fall due: promises to do something with an object at a moment, kept in a table.

The moments of a test clock's objects are that clock's own; all others are the sandboxes' clock's.
"""

from dataclasses import dataclass

from sandboxes.kit.sandbox import Vendor
from sandboxes.stripe.ledger import Ledger

TABLE = "stripe_due"
SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox.stripe_due (
    what text NOT NULL,
    object text NOT NULL,
    test_clock text,
    at bigint NOT NULL,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (what, object)
);
CREATE INDEX IF NOT EXISTS stripe_due_in_order ON sandbox.stripe_due (test_clock, at, sequence);
"""


@dataclass(frozen=True)
class Due:
    """One thing that falls due: what it is, with which object, at which Unix second."""

    what: str
    object: str
    at: int


async def promise(
    ledger: Ledger, what: str, object_: str, at: int, test_clock: str | None = None
) -> None:
    """Do it at a moment; a promise of the same for the same object is moved."""
    await ledger.vendor.records.database.fetch(
        "INSERT INTO sandbox.stripe_due (what, object, test_clock, at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (what, object) DO UPDATE SET at = excluded.at",
        *(what, object_, test_clock, at),
    )


async def withdraw(ledger: Ledger, object_: str, *what: str) -> None:
    """Forget promises about an object: the named ones, or all."""
    await ledger.vendor.records.database.fetch(
        "DELETE FROM sandbox.stripe_due WHERE object = $1 AND ($2 OR what = ANY ($3))",
        *(object_, not what, list(what)),
    )


async def earliest(vendor: Vendor, until: int, test_clock: str | None = None) -> Due | None:
    """What falls due first until a moment, by the sandboxes' clock or by a test clock."""
    rows = await vendor.records.database.fetch(
        "SELECT what, object, at FROM sandbox.stripe_due"
        " WHERE test_clock IS NOT DISTINCT FROM $1 AND at <= $2 ORDER BY at, sequence LIMIT 1",
        *(test_clock, until),
    )
    return Due(**rows[0]) if rows else None
