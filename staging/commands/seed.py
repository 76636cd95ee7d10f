"""`staging seed`."""

import asyncio
from dataclasses import asdict, replace
from typing import Annotated

import typer

from staging import filling
from staging.clock import ask
from staging.commands.call import Json, new_app
from staging.commands.ending import FINE
from staging.commands.running import running
from staging.local import Local
from staging.output import Output
from staging.processes import only_command
from staging.seed import SeedReport

app = new_app()


@app.command()
def seed(
    context: typer.Context,
    reset: Annotated[
        bool, typer.Option("--reset", help="Take all seeds away first, changed by people or not.")
    ] = False,
    scale: Annotated[
        int | None,
        typer.Option(
            min=1, max=1000, metavar="N", help="Tell every story N times; 1 to begin with."
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Fill the environment with people, events and articles.

    Adds the seeds that are missing and brings the others to today. A document that somebody has
    changed since stays as it is, and what carries no mark of the seeds is never touched; --reset
    makes all seeds as new. Twice changes nothing. Production is refused.

    \b
    Examples: staging seed --reset
              staging seed --scale 100
    """
    local, _ = running(context.obj.folder)
    output = Output(as_json)
    if scale is not None:
        local = replace(local, scale=scale)
    with only_command(local.folder, "staging seed"), output.steps(["seeds"]) as steps:
        steps.going("seeds", f"telling the story {local.scale} times" if local.scale > 1 else "")
        report = asyncio.run(_seed(local, reset=reset))
        local.keep()
        steps.ended("seeds", tallied(report))
    if as_json:
        output.document({"scale": local.scale, "collections": list(map(asdict, report.tallies))})
    return FINE


async def _seed(local: Local, *, reset: bool) -> SeedReport:
    times = await ask(local)
    async with filling.opened(local) as store:
        if reset:
            await filling.empty(local, store)
        return await filling.fill(local, store, filling.story(local, times.ahead))


def tallied(report: SeedReport) -> str:
    """What seeding did, in one line."""
    words = ("inserted", "rewritten", "kept", "removed", "unchanged")
    sums = {word: sum(getattr(tally, word) for tally in report.tallies) for word in words}
    if not report.changed:
        return f"{sums['unchanged'] + sums['kept']} documents in place"
    return ", ".join(f"{count} {word}" for word, count in sums.items() if count)
