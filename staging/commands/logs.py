"""`staging logs`."""

import json
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from staging.commands.call import new_app
from staging.commands.ending import FINE
from staging.commands.hosted import EnvironmentOption, TargetOption
from staging.commands.hosted_status import Wanted, show_railway_logs
from staging.obstacles import Failed
from staging.output import Output

app = new_app()

LOOK_AGAIN_S = 0.2

Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C as more is said.")]
Lines = Annotated[int, typer.Option("--lines", "-n", min=0, help="How many lines of each service.")]
Id = Annotated[str | None, typer.Option(metavar="ID", help="On Railway: of this deployment.")]
Build = Annotated[bool, typer.Option("--build", help="On Railway: of its build.")]


@app.command()
def logs(
    context: typer.Context,
    services: Annotated[
        list[str] | None, typer.Argument(metavar="SERVICE", help="All when none is named.")
    ] = None,
    follow: Follow = False,
    lines: Lines = 20,
    *,
    target: TargetOption = "local",
    environment: EnvironmentOption = None,
    deployment: Id = None,
    build: Build = False,
) -> int:
    """Show what the services say.

    The last lines of each service's log, with its name before them when there are several. The
    whole logs lie in .staging/logs. `supervisor` is who starts and stops the services. A terminal
    shows lines of JSON in words; a pipe gets them as they are. On Railway they are those of each
    service's latest deployment, whether it serves or failed, or of the one that is named.

    \b
    Examples: staging logs backend --follow
              staging logs backend --target railway --build
    """
    if target == "railway":
        asked = Wanted(tuple(services or ()), lines, deployment, build)
        return show_railway_logs(context.obj, environment, asked, Output())
    found, output = _logs(context.obj.folder / "logs", services or ()), Output()
    width = max(map(len, found))
    told = {name: _told(file, lines) for name, file in found.items()}
    with suppress(KeyboardInterrupt):
        while True:
            for name, lately in told.items():
                who = f"{name.ljust(width)}  " if len(told) > 1 else ""
                for line in map(str.rstrip, next(lately)):
                    output.write(f"{who}{_in_words(line) if output.is_for_people else line}\n")
            if not follow:
                break
            time.sleep(LOOK_AGAIN_S)
    return FINE


def _logs(folder: Path, services: Sequence[str]) -> dict[str, Path]:
    """The logs by service, those that were asked for or all. Refuses a name that none has."""
    there = {file.stem: file for file in sorted(folder.glob("*.log"))}
    if not there:
        raise Failed("There are no logs: nothing was raised here yet.", "`staging up` raises it.")
    if unknown := [name for name in services if name not in there]:
        said = f"{', '.join(unknown)} has no log; there are {', '.join(there)}"
        raise typer.BadParameter(said, param_hint="SERVICE")
    return {name: there[name] for name in services or there}


def _told(file: Path, lines: int) -> Iterator[Iterable[str]]:
    """First the last lines of a log, then each time those that came since."""
    with file.open(errors="replace") as log:
        yield deque(log, maxlen=lines)
        while True:
            yield log.readlines()


def _in_words(line: str) -> str:
    """A line of JSON as people read it: the time, how grave it is, what happened, and the rest."""
    try:
        said = json.loads(line)
        when, level, what = (said.pop(key) for key in ("timestamp", "level", "event"))
    except (ValueError, KeyError, AttributeError, TypeError):
        return line
    rest = "  ".join(f"{key}={value}" for key, value in said.items())
    return f"{when[11:19]}  {level:<7}  {what}  {rest}"
