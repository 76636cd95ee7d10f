"""When a subscription is due: periods counted from an anchor, in UTC. Pure functions of seconds.

Stripe counts every boundary from the anchor, not from the boundary before: what began on the 31st
of January is due on the 28th of February, and on the 31st of March again.
"""

import calendar
from datetime import UTC, datetime, timedelta

MONTHS = {"month": 1, "year": 12}
DAYS = {"day": 1, "week": 7}


def boundary(anchor: int, interval: str, count: int, number: int) -> int:
    """The `number`-th boundary after the anchor, or before it where the number is negative."""
    start = datetime.fromtimestamp(anchor, UTC)
    if interval in DAYS:
        return anchor + int(timedelta(days=DAYS[interval] * count * number).total_seconds())
    months = start.year * 12 + start.month - 1 + MONTHS[interval] * count * number
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return int(start.replace(year=year, month=month + 1, day=min(start.day, last)).timestamp())


def period_at(anchor: int, interval: str, count: int, moment: int) -> tuple[int, int]:
    """The period that a moment lies in: it begins at or before it, and ends after it."""
    # A guess by the longest that a period can be, which is never too far, and then step by step.
    longest = DAYS.get(interval, 31 * MONTHS.get(interval, 0)) * count * 86_400
    number = (moment - anchor) // longest
    while boundary(anchor, interval, count, number + 1) <= moment:
        number += 1
    while boundary(anchor, interval, count, number) > moment:
        number -= 1
    return boundary(anchor, interval, count, number), boundary(anchor, interval, count, number + 1)
