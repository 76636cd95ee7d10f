"""Tables for spreadsheets: CSV as RFC 4180 has it, in which no value is taken for a formula."""

import csv
import io
from collections.abc import Iterable
from typing import Final

MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Begins a table, so that spreadsheets read it as UTF-8."""
MEDIA_TYPE: Final = "text/csv; charset=utf-8"


def row(values: Iterable[object]) -> str:
    """One line of a table; none is an empty cell."""
    line = io.StringIO()
    csv.writer(line).writerow("" if value is None else _as_text(str(value)) for value in values)
    return line.getvalue()


def _as_text(value: str) -> str:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
