"""`staging seed`."""

import asyncio
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from staging import filling
from staging.clock import ask
from staging.commands.call import Call, Json, new_app
from staging.commands.ending import FINE
from staging.commands.hosted import ConnectTo, EnvironmentOption, TargetOption
from staging.commands.running import running
from staging.local import Local
from staging.output import Output, Steps
from staging.processes import only_command
from staging.railway.asking import asked, wire
from staging.railway.client import Waits
from staging.railway.seeding import bring
from staging.seed import SeedReport
from staging.verify import Wire

app = new_app()


Reset = Annotated[
    bool, typer.Option("--reset", help="Take all seeds away first, changed by people or not.")
]
Scale = Annotated[
    int | None,
    typer.Option(min=1, max=1000, metavar="N", help="Tell every story N times; 1 to begin with."),
]


@app.command()
def seed(
    context: typer.Context,
    *,
    reset: Reset = False,
    scale: Scale = None,
    target: TargetOption = "local",
    environment: EnvironmentOption = None,
    connect_to: ConnectTo = None,
    as_json: Json = False,
) -> int:
    """Fill the environment with people, events and articles.

    Adds the seeds that are missing and brings the others to today. A document that somebody has
    changed since stays as it is, and what carries no mark of the seeds is never touched; --reset
    makes all seeds as new. Twice changes nothing. Production is refused. On Railway the story is
    told once, and the database must be within reach.

    \b
    Examples: staging seed --reset
              staging seed --scale 100
              staging seed --target railway
    """
    call, output = context.obj, Output(as_json)
    if target == "railway" and scale is not None:
        raise typer.BadParameter("it is for this machine alone", param_hint="--scale")
    with output.steps(["seeds"]) as steps:
        if target == "railway":
            way = wire(call.environ, connect_to or (), None)
            report = asyncio.run(_seed_railway(call, environment, way, output.waits, anew=reset))
            told = {}
        else:
            report, scale = _seed_here(call.folder, scale, steps, reset=reset)
            told = {"scale": scale}
        steps.ended("seeds", tallied(report))
    if as_json:
        output.document({**told, "collections": list(map(asdict, report.tallies))})
    return FINE


def _seed_here(
    folder: Path, scale: int | None, steps: Steps, *, reset: bool
) -> tuple[SeedReport, int]:
    """Fill the environment on this machine; what was done, and how often its story is told."""
    local, _ = running(folder)
    if scale is not None:
        local = replace(local, scale=scale)
    with only_command(local.folder, "staging seed"):
        steps.going("seeds", f"telling the story {local.scale} times" if local.scale > 1 else "")
        report = asyncio.run(_seed(local, reset=reset))
        local.keep()
    return report, local.scale


async def _seed_railway(
    call: Call, environment: str | None, way: Wire, waits: Waits, *, anew: bool
) -> SeedReport:
    async with asked(call.folder, call.environ, environment, waits=waits) as place:
        return await bring(place, call.environ, way, anew=anew)


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
