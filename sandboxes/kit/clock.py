"""The sandboxes' notion of now: the machine's, moved by an offset that outlives a restart."""

from datetime import UTC, datetime, timedelta

from sandboxes.kit.records import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox.clock (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    value interval NOT NULL
);
"""


class Clock:
    """One clock for all vendors. It goes forward, and back only to the machine's own time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.offset = timedelta()

    def now(self) -> datetime:
        """The present moment here, in UTC."""
        return datetime.now(UTC) + self.offset

    async def load(self) -> None:
        """Go on from the offset that was kept; raises DatabaseIsAway."""
        rows = await self._database.fetch("SELECT value FROM sandbox.clock")
        self.offset = rows[0]["value"] if rows else timedelta()

    async def move(self, offset: timedelta) -> None:
        """Set the offset, and keep it; raises DatabaseIsAway."""
        await self._database.fetch(
            "INSERT INTO sandbox.clock (value) VALUES ($1)"
            " ON CONFLICT (id) DO UPDATE SET value = excluded.value",
            offset,
        )
        self.offset = offset
