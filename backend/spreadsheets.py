"""Tables for spreadsheets: CSV as RFC 4180 has it, in which no value is taken for a formula."""

import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from typing import Final

from starlette.responses import Response, StreamingResponse

_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Begins a table, so that spreadsheets read it as UTF-8."""
_MEDIA_TYPE: Final = "text/csv; charset=utf-8"

Row = Iterable[object]
"""The values of one line; none is an empty cell."""


def table(name: str, columns: Sequence[str], rows: Iterable[Row]) -> Response:
    """A table to be kept under this name, made whole before it is sent."""
    text = _MARK + "".join(_line(each) for each in (columns, *rows))
    return Response(text, media_type=_MEDIA_TYPE, headers=_kept_as(name))


def long_table(name: str, columns: Sequence[str], rows: AsyncIterable[Row]) -> StreamingResponse:
    """A table to be kept under this name, sent as its rows come."""
    return StreamingResponse(_lines(columns, rows), media_type=_MEDIA_TYPE, headers=_kept_as(name))


async def _lines(columns: Row, rows: AsyncIterable[Row]) -> AsyncIterator[str]:
    yield _MARK + _line(columns)
    async for each in rows:
        yield _line(each)


def _kept_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _line(values: Row) -> str:
    line = io.StringIO()
    csv.writer(line).writerow("" if value is None else _as_text(str(value)) for value in values)
    return line.getvalue()


def _as_text(value: str) -> str:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
