"""What will fall due: promises to do something with an object at a moment, kept in a table.

The moments of a test clock's objects are that clock's own; all others are the sandboxes' clock's.
"""

from collections.abc import Sequence

from sandboxes.kit.sandbox import Vendor
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.promises import Due

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


async def promise(
    ledger: Ledger, what: str, object_: str, at: int, test_clock: str | None = None
) -> None:
    """Do it at a moment; a promise of the same for the same object is moved."""
    await ledger.promises.make(Due(what, object_, at), test_clock)


async def withdraw(ledger: Ledger, object_: str, *what: str) -> None:
    """Forget promises about an object: the named ones, or all."""
    await ledger.promises.withdraw(object_, what)


async def withdraw_all(vendor: Vendor, objects: Sequence[str]) -> None:
    """Forget all promises about objects that are no more."""
    await vendor.records.database.fetch(
        "DELETE FROM sandbox.stripe_due WHERE object = ANY ($1)", list(objects)
    )


async def earliest(vendor: Vendor, until: int, test_clock: str | None = None) -> Due | None:
    """What falls due first until a moment, by the sandboxes' clock or by a test clock."""
    rows = await vendor.records.database.fetch(
        "SELECT what, object, at FROM sandbox.stripe_due"
        " WHERE test_clock IS NOT DISTINCT FROM $1 AND at <= $2 ORDER BY at, sequence LIMIT 1",
        *(test_clock, until),
    )
    return Due(**rows[0]) if rows else None
