"""A line of the bench: what was measured against what, and the line to hold."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Line:
    """One measurement. `held` tells whether it keeps to its line."""

    what: str
    ours: str
    beside: str
    """The peer or floor in the same run, empty where the line is a figure of its own."""
    result: str
    line: str
    held: bool


def show(lines: list[Line]) -> None:
    """Print the lines as a table."""
    table = Table(title="WWMAA Staging, measured", title_justify="left")
    for heading in ("what", "ours", "beside", "result", "line", ""):
        table.add_column(heading)
    for line in lines:
        mark = "✓" if line.held else "✗"
        table.add_row(line.what, line.ours, line.beside, line.result, line.line, mark)
    Console(width=150).print(table)
