"""The only module that prints: lines and live steps for people, JSON for programs.

People read stdout, or stderr where a program reads JSON from stdout. Colour and movement are for
terminals only, and NO_COLOR is honoured.
"""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from types import TracebackType
from typing import Any, Literal, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

State = Literal["waiting", "running", "done", "warned", "failed", "skipped"]
MARKS: dict[State, tuple[str, str]] = {
    "waiting": ("·", "dim"),
    "running": ("", "cyan"),
    "done": ("✓", "green"),
    "warned": ("!", "yellow"),
    "failed": ("✗", "red"),
    "skipped": ("-", "dim"),
}
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
NARROWEST = 30
"""Columns below which a text is not wrapped any more."""


class Output:
    """Where one command speaks; with `as_json` stdout is kept for one JSON document."""

    def __init__(self, as_json: bool = False) -> None:
        for stream in (sys.stdout, sys.stderr):
            # A terminal that lacks a sign shows another one, and no command fails for it.
            getattr(stream, "reconfigure", dict)(errors="replace")
        self._people = _console(stderr=as_json)
        self._errors = _console(stderr=True)

    def say(self, text: str = "", style: str = "") -> None:
        """A line for people."""
        self._people.print(Text(text, style), soft_wrap=True)

    def table(self, rows: Iterable[Sequence[str]], head: Sequence[str] = ()) -> None:
        """Rows in aligned columns; on a terminal the last one is wrapped below itself."""
        listed = [*([tuple(head)] if head else ()), *map(tuple, rows)]
        widths = [max(map(len, column)) for column in zip(*listed, strict=True)][:-1]
        for number, (*cells, last) in enumerate(listed):
            aligned = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            before = f"  {''.join(f'{cell}  ' for cell in aligned)}"
            self.say(_hung(before, last, self._people), "dim" if head and not number else "")

    def document(self, data: Any) -> None:
        """The one JSON document of a command, for programs."""
        self.write(f"{json.dumps(data, indent=2, ensure_ascii=False)}\n")

    def write(self, text: str) -> None:
        """Text on stdout as it stands, such as a log."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def failure(self, fact: str, advice: str = "") -> None:
        """What failed and why, and what to do now; on stderr."""
        first, *more = fact.rstrip().splitlines()
        lines = [("✗ ", first, "red"), *(("  ", line, "dim") for line in more)]
        for mark, text, style in [*lines, *(("→ ", line, "") for line in advice.splitlines())]:
            told = Text(_hung(mark, text, self._errors), style)
            self._errors.print(told, soft_wrap=True)

    def waits(self, seconds: float, why: str) -> None:
        """Tell that nothing happens for a while, and why."""
        self.say(f"  … waiting {seconds:g} s: {why}", "dim")

    def steps(self, names: Sequence[str]) -> "Steps":
        """The steps of a longer command, to be entered with `with`."""
        return Steps(self._people, names)

    @property
    def is_for_people(self) -> bool:
        """Whether a terminal shows what is said, not a file or another program."""
        return self._people.is_terminal

    def may_ask(self) -> bool:
        """Whether somebody sits there who can be asked."""
        return sys.stdin.isatty() and self.is_for_people

    def confirms(self, question: str) -> bool:
        """Ask for a yes; anything else, and the end of the input, is a no."""
        try:
            return self._people.input(f"{question} [y/N] ", markup=False).strip().lower() in (
                "y",
                "yes",
            )
        except EOFError:
            return False

    def hears(self, question: str) -> str:
        """Ask for a secret, which is not shown; empty for none, and at the end of the input."""
        try:
            return self._people.input(f"{question} ", markup=False, password=True).strip()
        except EOFError:
            return ""


@dataclass
class Step:
    """One line of the steps."""

    name: str
    what: str = ""
    state: State = "waiting"
    began: float = 0.0
    seconds: float | None = None

    def line(self, width: int, console: Console) -> Text:
        """The step as people see it at this moment."""
        mark, style = MARKS[self.state]
        if self.state == "running":
            now = time.monotonic()
            mark, self.seconds = SPINNER[int(now * 12) % len(SPINNER)], now - self.began
        is_timed = self.seconds is not None and self.state != "skipped"
        took = f"{self.seconds:.2f} s" if is_timed else ""
        name, time_ = f"  {mark} {self.name.ljust(width)}", f" {took:>7}  "
        told = _hung(f"{name}{time_}", self.what, console)
        line = Text(told, "" if self.state == "failed" else "dim")
        line.stylize(f"not dim {style}", 0, len(name))
        return line


class Steps:
    """Steps that are shown while they run, and with their time when they are done.

    On a terminal all of them stand there and move; elsewhere each is a line when it has ended.
    """

    def __init__(self, console: Console, names: Sequence[str]) -> None:
        self._console, self._width = console, max(map(len, names))
        self._steps = {name: Step(name) for name in names}
        self._live = Live(
            console=console, get_renderable=self._lines, refresh_per_second=12, transient=True
        )

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        moved = self._live.is_started
        self._live.stop()
        for step in self._steps.values():
            if step.state == "running":
                is_wrong = kind is None or issubclass(kind, Exception)
                step.state = "failed" if is_wrong else "skipped"
            elif not moved:
                continue
            self._console.print(step.line(self._width, self._console), soft_wrap=True)

    def going(self, name: str, what: str) -> None:
        """A step runs, and this is what it does."""
        step = self._steps[name]
        if step.state != "running":
            step.state, step.began = "running", time.monotonic()
        step.what = what

    def ended(
        self, name: str, what: str, state: State = "done", seconds: float | None = None
    ) -> None:
        """A step has ended so; `seconds` counts where it was never seen running."""
        step = self._steps[name]
        if step.state == state:
            return
        step.what, step.state = what, state
        step.seconds = time.monotonic() - step.began if step.began else seconds
        if not self._live.is_started:
            self._console.print(step.line(self._width, self._console), soft_wrap=True)

    def _lines(self) -> Text:
        lines = (step.line(self._width, self._console) for step in self._steps.values())
        return Text("\n").join(lines)


def _console(stderr: bool) -> Console:
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def _hung(before: str, text: str, console: Console) -> str:
    """The text behind what stands before it, on a terminal wrapped below its own beginning."""
    room = console.width - len(before)
    if not console.is_terminal or room < NARROWEST:
        return f"{before}{text}".rstrip()
    indent = " " * len(before)
    lines = wrap(text, room, break_long_words=False, break_on_hyphens=False)
    return f"\n{indent}".join([f"{before}{''.join(lines[:1])}".rstrip(), *lines[1:]])
