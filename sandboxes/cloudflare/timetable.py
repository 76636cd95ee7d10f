"""What is to happen to a video at which moment: steps that fall due by the clock."""

from dataclasses import dataclass
from datetime import datetime

from sandboxes.kit.sandbox import Vendor

TABLE = "cloudflare_steps"
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS sandbox.{TABLE} (
    uid text NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (uid, what)
);
CREATE INDEX IF NOT EXISTS {TABLE}_at ON sandbox.{TABLE} (at);
"""


@dataclass(frozen=True)
class Step:
    """One thing that happens to a video once."""

    uid: str
    what: str
    at: datetime


async def plan(vendor: Vendor, uid: str, what: str, at: datetime) -> None:
    """Let it happen at that moment, and not at one that was planned before."""
    await vendor.records.database.fetch(
        f"INSERT INTO sandbox.{TABLE} (uid, what, at) VALUES ($1, $2, $3)"  # noqa: S608
        " ON CONFLICT (uid, what) DO UPDATE SET at = excluded.at",
        *(uid, what, at),
    )


async def cancel(vendor: Vendor, uid: str, what: str | None = None) -> None:
    """Let one thing not happen to a video, or nothing at all."""
    await vendor.records.database.fetch(
        f"DELETE FROM sandbox.{TABLE}"  # noqa: S608
        " WHERE uid = $1 AND ($2::text IS NULL OR what = $2)",
        *(uid, what),
    )


async def next_due(vendor: Vendor, until: datetime) -> Step | None:
    """The first step that is due, or None."""
    rows = await vendor.records.database.fetch(
        f"SELECT uid, what, at FROM sandbox.{TABLE}"  # noqa: S608
        " WHERE at <= $1 ORDER BY at, uid LIMIT 1",
        until,
    )
    return Step(**rows[0]) if rows else None
