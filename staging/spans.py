"""Lengths of time as people type and read them: `30d`, `1d12h`."""

import re
from datetime import timedelta
from typing import Final

UNITS: Final = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
AMOUNT: Final = r"(\d+(?:\.\d+)?)([wdhms])"


def span(text: str) -> timedelta:
    """The length that was typed; its units may stand together. Raises `ValueError`."""
    if not re.fullmatch(f"({AMOUNT})+", text, re.ASCII):
        raise ValueError(f"{text!r} is no length of time; say 30d or 1d12h, in w, d, h, m and s")
    given = re.findall(AMOUNT, text, re.ASCII)
    try:
        return sum((timedelta(**{UNITS[unit]: float(n)}) for n, unit in given), timedelta())
    except OverflowError as error:
        raise ValueError(f"{text} is longer than any calendar") from error


def told(length: timedelta) -> str:
    """A length for people, to the second, such as `30 d 12 h`."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"
