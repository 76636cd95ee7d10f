"""`staging seed`."""

import asyncio
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from staging import filling
from staging.clock import ask
from staging.commands.call import Call, Json, new_app
from staging.commands.ending import FINE
from staging.commands.hosted import EnvironmentOption, TargetOption
from staging.commands.running import running
from staging.local import ROOT, Local
from staging.output import Output, Steps
from staging.processes import only_command
from staging.railway.asking import asked
from staging.railway.deploy import Deploying
from staging.railway.follow import Pace
from staging.railway.seeding import bring
from staging.railway.source import source_at
from staging.seed import SeedReport
from staging.waiting import Waits

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
    as_json: Json = False,
) -> int:
    """Fill the environment with people, events and articles.

    Adds the seeds that are missing and brings the others to today. A document that somebody has
    changed since stays as it is, and what carries no mark of the seeds is never touched; --reset
    makes all seeds as new. Twice changes nothing. Production is refused. On Railway the story is
    told once, by a deployment of the service `seeds` inside of the environment, where the database
    is; the seeds are those of this checkout.

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
            name, done = asyncio.run(
                _seed_railway(call, environment, steps, output.waits, anew=reset)
            )
            told: dict[str, Any] = {"environment": name, "done": done}
        else:
            report, scale = _seed_here(call.folder, scale, steps, reset=reset)
            done = str(report)
            told = {"scale": scale, "collections": list(map(asdict, report.tallies))}
        steps.ended("seeds", done)
    if as_json:
        output.document(told)
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
    call: Call, environment: str | None, steps: Steps, waits: Waits, *, anew: bool
) -> tuple[str, str]:
    """Have an environment on Railway filled; its name, and what was done."""
    source = await source_at(ROOT)
    async with asked(call.folder, call.environ, environment, waits=waits) as place:
        tell = partial(steps.going, "seeds")
        run = Deploying(place, source, lambda _: tell, Pace.at(place.railway.url))
        return place.environment.name, await bring(run, anew=anew)


async def _seed(local: Local, *, reset: bool) -> SeedReport:
    times = await ask(local)
    async with filling.opened(local) as store:
        if reset:
            await filling.empty(local, store)
        return await filling.fill(local, store, filling.story(local, times.ahead))
