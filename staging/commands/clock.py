"""`staging clock`, and `advance`, `set` and `reset` below it."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from staging import clock as clocks
from staging.commands.call import Json, new_app, span
from staging.commands.ending import FAILED, FINE
from staging.commands.running import running
from staging.commands.shown import show_time
from staging.local import Local
from staging.output import Output
from staging.processes import only_command
from staging.spans import told

app = new_app(invoke_without_command=True)

Way = Callable[[Local], Coroutine[None, None, int]]
"""Moves the clock of an environment; how many processes have followed."""


def moment(text: str) -> datetime:
    """A moment with its time zone, such as `2027-03-01T09:00Z`. Raises `BadParameter`."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no moment; say 2027-03-01T09:00Z") from error
    if given.tzinfo is None:
        raise typer.BadParameter(f"{text} has no time zone; {text}Z is in UTC")
    return given


Span = Annotated[
    timedelta, typer.Argument(metavar="SPAN", parser=span, help="Such as 30d or 1d12h.")
]
Moment = Annotated[
    datetime, typer.Argument(metavar="MOMENT", parser=moment, help="Such as 2027-03-01T09:00Z.")
]


@app.callback()
def clock(context: typer.Context, as_json: Json = False) -> int:
    """Show the environment's time, or move it.

    One clock for the whole environment: for the backend (sessions, tokens, links, what is over
    and what is to come) and for the sandboxes (renewals, retries, what vendors call today). This
    machine's own clock is never touched. A moved clock outlives `staging down`; a purge puts it
    back. Ends with 1 when it is not the same time everywhere.

    \b
    Examples: staging clock
              staging clock advance 30d
    """
    if context.invoked_subcommand:
        return FINE
    local, _ = running(context.obj.folder)
    return _show(asyncio.run(clocks.ask(local)), Output(as_json), as_json)


@app.command()
def advance(context: typer.Context, by: Span, as_json: Json = False) -> int:
    """Move the environment's time on.

    Returns when every process of the backend lives in the new time, and the sandboxes have done
    all that fell due until then, such as renewals and retries. Weeks, days, hours, minutes and
    seconds may stand together.

    \b
    Examples: staging clock advance 30d
              staging clock advance 1d12h
    """
    return _move(context.obj.folder, lambda local: clocks.advance(local, by), as_json)


@app.command("set")
def set_(context: typer.Context, to: Moment, as_json: Json = False) -> int:
    """Move the environment's time to a moment that is to come.

    As `staging clock advance` does it. A moment that is over in this environment is refused, for
    time does not go back, except by `staging clock reset`.

    \b
    Example: staging clock set 2027-03-01T09:00Z
    """
    return _move(context.obj.folder, lambda local: clocks.set_to(local, to), as_json)


@app.command()
def reset(context: typer.Context, as_json: Json = False) -> int:
    """Go back to this machine's time.

    What was made in the meantime keeps its dates, and these lie in the future now: who logged in
    then must log in again, and a subscription that was renewed stays paid until that day. For an
    environment without a past, run `staging down --purge` and `staging up`.

    \b
    Example: staging clock reset
    """
    return _move(context.obj.folder, clocks.reset, as_json)


def _move(folder: Path, way: Way, as_json: bool) -> int:
    local, _ = running(folder)
    output = Output(as_json)
    with only_command(local.folder, "staging clock"), output.steps(["clock"]) as steps:
        steps.going("clock", "moving the backend and the sandboxes")
        followed, times = asyncio.run(_moved(local, way))
        steps.ended("clock", f"followed by {followed} processes of the backend, and the sandboxes")
    return _show(times, output, as_json)


async def _moved(local: Local, way: Way) -> tuple[int, clocks.Times]:
    return await way(local), await clocks.ask(local)


def _show(times: clocks.Times, output: Output, as_json: bool) -> int:
    """Tell what time it is; the exit code."""
    parts = {"environment": times.ahead, "backend": times.backend, "sandboxes": times.sandboxes}
    if as_json:
        each = {
            name: {"now": (times.machine + ahead).isoformat(), "offset_s": ahead.total_seconds()}
            for name, ahead in parts.items()
        }
        output.document({"agree": times.agree, "machine": times.machine.isoformat(), **each})
    else:
        rows = [
            (name, clocks.moment(times.machine + ahead), f"{told(ahead)} ahead" if ahead else "")
            for name, ahead in parts.items()
        ]
        output.table([*rows, ("this machine", clocks.moment(times.machine), "")])
    if not times.agree:
        show_time(output, times)
    return FINE if times.agree else FAILED
