"""`staging diff`."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from staging import env
from staging.commands.call import Call, Json, new_app
from staging.commands.ending import FINE
from staging.diff import (
    Comparison,
    Side,
    against_file,
    against_here,
    against_railway,
    nothing_there,
)
from staging.environment import STAGING
from staging.local import Local
from staging.obstacles import Failed
from staging.output import Output
from staging.railway.client import Railway
from staging.railway.finding import Found, find
from staging.railway.link import Link
from staging.railway.tokens import VARIABLE, address, any_token

app = new_app()

DIFFERENT = 2
"""The exit code of this command alone where something differs, as `diff` and `plan` have theirs."""
SIDES: tuple[Side, ...] = ("railway", "here", "file")

File = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="Lines of NAME=value to compare as well.")
]
Only = Annotated[
    list[str] | None,
    typer.Option(metavar="SIDE", help="Compare railway, here or file alone; may be repeated."),
]
Project = Annotated[
    str | None, typer.Option(metavar="NAME", help="The project on Railway, by name or id.")
]


@app.command()
def diff(
    context: typer.Context,
    file: File = None,
    only: Only = None,
    project: Project = None,
    as_json: Json = False,
) -> int:
    """Compare the definition with what stands, there and here.

    On Railway: services, disks, images and their extensions, settings, variables, hosts, and how
    old secrets are. Here: versions, pgvector, and what runs. In a file of variables: what is
    missing, not used or another. Secrets are compared, and never shown. What can not be compared is
    said. Each difference names the command that mends it. Ends with 0 when all is the same and,
    this command alone, with 2 when something differs.

    \b
    Examples: staging diff .env.staging
              staging diff --only railway --json
    """
    output, call = Output(as_json), context.obj
    sides = _sides(only)
    found = asyncio.run(_look(call, project, output, required="railway" in (only or ())))
    compared = [each for each in _compared(call, found, file) if each.side in sides]
    if all(each.skipped for each in compared):
        why = "\n".join(f"{each.side}: {each.skipped}" for each in compared)
        raise Failed(f"There is nothing to compare.\n{why}", "`staging up` raises something here.")
    differences = [one for each in compared for one in each.differences]
    if as_json:
        output.document({"same": not differences, "compared": [asdict(each) for each in compared]})
    else:
        _show(output, compared)
    return DIFFERENT if differences else FINE


def _sides(only: list[str] | None) -> tuple[str, ...]:
    """What to compare. Refuses a side that there is not."""
    if unknown := [name for name in only or () if name not in SIDES]:
        said = f"no side is named {', '.join(unknown)}; there are {', '.join(SIDES)}"
        raise typer.BadParameter(said, param_hint="--only")
    return tuple(only or SIDES)


async def _look(call: Call, project: str | None, output: Output, *, required: bool) -> Found | None:
    """What Railway holds; none without a token, unless Railway was asked for by name."""
    if not (required or _has_token(call.environ)):
        return None
    token, url = any_token(call.environ), address(call.environ)
    async with Railway(token, url, waits=output.waits) as railway:
        return await find(railway, STAGING, project, Link.at(call.folder))


def _has_token(environ: Mapping[str, str]) -> bool:
    return any(environ.get(name) for name in VARIABLE.values())


def _compared(call: Call, found: Found | None, file: Path | None) -> tuple[Comparison, ...]:
    """Each side, compared or not."""
    local, held = Local.at(call.folder), found.held if found else None
    now = datetime.now(UTC)
    if found is None:
        names = " and ".join(VARIABLE.values())
        railway = Comparison("railway", "Railway", skipped=f"{names} are not set")
    elif held is None:
        there = nothing_there(STAGING, found.name)
        railway = Comparison("railway", f"{found.name} on Railway", there)
    else:
        there = against_railway(STAGING, held, now)
        railway = Comparison("railway", f"{found.name} on Railway", there)
    if local.secrets:
        here = Comparison("here", "this machine", against_here(local))
    else:
        here = Comparison("here", "this machine", skipped="nothing was raised here yet")
    if file is None:
        return railway, here, Comparison("file", "a file", skipped="none was named")
    try:
        told = against_file(STAGING, file, held)
    except env.FileIsUnreadable as unreadable:
        raise typer.BadParameter(str(unreadable), param_hint="FILE") from unreadable
    return railway, here, Comparison("file", file.name, told)


def _show(output: Output, compared: list[Comparison]) -> None:
    for each in compared:
        if each.skipped:
            output.say(f"{each.what} was not compared: {each.skipped}.", "dim")
        elif not each.differences:
            output.say(f"{each.what} is as the definition says.")
        else:
            output.say(f"\n{each.what} differs in {len(each.differences)}:\n", "bold")
            for one in each.differences:
                where = f"{one.service} {one.name}".strip()
                output.say(f"  {one.kind.ljust(9)}  {where}")
                output.say(f"             wanted {one.wanted}")
                output.say(f"             found  {one.found}")
                output.say(f"             → {one.mend}")
            output.say()
