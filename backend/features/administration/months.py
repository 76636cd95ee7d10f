"""Months in UTC: what figures are told by."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Month:
    """A month, from its first moment to that of the next."""

    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """Such as `2026-03`."""
        return f"{self.start:%Y-%m}"

    def __contains__(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end

    def ends_within(self, began: datetime | None, ended: datetime | None) -> bool:
        """Whether what began and ended then is under way as the month ends."""
        return began is not None and began < self.end and (ended is None or ended >= self.end)


def latest(count: int, moment: datetime, ahead: int = 0) -> tuple[Month, ...]:
    """So many months until that of the moment, the oldest first, and so many after it."""
    moment = moment.astimezone(UTC)
    here = moment.year * 12 + moment.month - 1
    return tuple(
        Month(_first(number), _first(number + 1))
        for number in range(here - count + 1, here + ahead + 1)
    )


def _first(number: int) -> datetime:
    """The first moment of a month, counted from the year 0."""
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
