"""What a call brings, read as Postmark reads it: its body, and what its query asks for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandboxes.kit.sandbox import Call, Refused
from sandboxes.postmark.errors import PostmarkError, as_status

JSON_TYPES = frozenset({"application/json", "text/json", "text/x-json"})
MOST_AT_ONCE = 500
MOST_IN_ALL = 10_000
EASTERN = ZoneInfo("America/New_York")
"""The time that Postmark's days and dates are in."""


@dataclass(frozen=True)
class Page:
    """Which part of a list is asked for."""

    count: int
    offset: int


@dataclass(frozen=True)
class Span:
    """The time from a start until before an end, each of which may be open."""

    start: datetime | None
    end: datetime | None

    def __contains__(self, at: str) -> bool:
        """Whether a moment, as it is kept, lies in it."""
        moment = datetime.fromisoformat(at)
        return (not self.start or self.start <= moment) and (not self.end or moment < self.end)


def body(call: Call) -> Any:
    """The body as JSON; raises PostmarkError for another kind, and for what is no JSON."""
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in JSON_TYPES:
        words = f"The Content-Type header must be one of {', '.join(sorted(JSON_TYPES))}."
        raise PostmarkError(409, words, 415)
    try:
        return call.json()
    except ValueError as error:
        raise PostmarkError(402, "Invalid JSON.") from error


def query(call: Call) -> dict[str, str]:
    """The parameters that say something. Names are folded: Postmark's own libraries spell them
    in several ways."""
    return {name.lower(): value for name, value in call.request.query_params.items() if value}


def page(asked: dict[str, str], code: int) -> Page:
    """The part that `count` and `offset` ask for; raises PostmarkError with the code."""
    found = Page(_number(asked, "count", code), _number(asked, "offset", code))
    if found.count > MOST_AT_ONCE or found.count + found.offset > MOST_IN_ALL:
        words = f"'count' may be {MOST_AT_ONCE} at most, and with 'offset' {MOST_IN_ALL}."
        raise PostmarkError(code, words)
    return found


def only(asked: dict[str, str], known: frozenset[str], what: str) -> None:
    """Raises Refused for a filter that is unknown here."""
    unknown = asked.keys() - known - {"count", "offset"}
    if unknown:
        words = f"postmark sandbox does not emulate the filter '{min(unknown)}' of this {what}"
        raise Refused(as_status(501, f"{words}; see docs/sandboxes.md"))


def between(asked: dict[str, str], code: int) -> Span:
    """The time that `fromdate` and `todate`, both inclusive, stand for."""
    start, end = _date(asked, "fromdate", code), _date(asked, "todate", code)
    if end:
        is_day = len(asked["todate"]) == len("2026-01-31")
        end += timedelta(days=1) if is_day else timedelta(seconds=1)
    return Span(start, end)


def day_of(moment: str) -> date:
    """The day, in Eastern time, on which something happened."""
    return datetime.fromisoformat(moment).astimezone(EASTERN).date()


def timestamp(moment: datetime) -> str:
    """A moment as Postmark writes it: seven digits of a second."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0Z"


def _number(asked: dict[str, str], name: str, code: int) -> int:
    value = asked.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        words = f"Parameter '{name}' is required and must be a number from 0 up."
        raise PostmarkError(code, words)
    return int(value)


def _date(asked: dict[str, str], name: str, code: int) -> datetime | None:
    if name not in asked:
        return None
    try:
        found = datetime.fromisoformat(asked[name])
    except ValueError as error:
        raise PostmarkError(code, f"Parameter '{name}' must be a date.") from error
    return found if found.tzinfo else found.replace(tzinfo=EASTERN)
