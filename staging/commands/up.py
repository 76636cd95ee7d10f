"""`staging up`."""

import asyncio
import json
import time
from dataclasses import replace
from typing import Annotated, Literal

import psutil
import typer

from staging.clock import ask
from staging.commands.call import Json, new_app
from staging.commands.ending import FAILED, FINE, INTERRUPTED
from staging.commands.shown import document, show_doors, show_personas
from staging.commands.verify import show_failures
from staging.filling import fill, opened, story
from staging.local import Local, ports_from
from staging.output import Output
from staging.processes import current, only_command, require_room
from staging.proving import VERIFICATION, prove
from staging.raising import raise_services
from staging.verify import Report

app = new_app()

SEEDS = "seeds"
PortBase = Annotated[
    int | None,
    typer.Option(
        min=1024,
        max=65000,
        metavar="N",
        help="Stand on the ports N, N+1, … instead of 3000, 8000, 8100, 8200 and 8300.",
    ),
]
Keeper = Annotated[
    Literal["postgres", "zerodb"] | None,
    typer.Option(show_default="as before; postgres at first", help="What keeps the documents."),
]
NoSeed = Annotated[
    bool, typer.Option("--no-seed", help="Leave the data as it is; a new database stays empty.")
]


@app.command()
def up(
    context: typer.Context,
    port_base: PortBase = None,
    store: Keeper = None,
    no_seed: NoSeed = False,
    as_json: Json = False,
) -> int:
    """Raise, fill and verify the environment, and leave it running.

    Starts PostgreSQL, Valkey, the sandboxes and the backend, each when the one before it answers;
    makes and seeds the database where that is missing or outdated; verifies all of it. What stands
    already stays, what has changed is raised anew, and what a crash or a power cut left is mended:
    when in doubt, run it again. It ends with 0 only when everything is verified.

    \b
    Examples: staging up
              staging up --port-base 9000
              staging up --store zerodb
    """
    output = Output(as_json)
    local = Local.at(context.obj.folder)
    if store is not None:
        local = replace(local, store=store)
    if port_base is not None:
        local = replace(local, ports=ports_from(port_base))
    require_room(local.folder)
    with only_command(local.folder, "staging up"):
        local = local.with_secrets()
        try:
            report = asyncio.run(_up(local, output, with_seeds=not no_seed))
        except KeyboardInterrupt:
            return _interrupted(local, output)
    took_s = time.time() - psutil.Process().create_time()
    if as_json:
        found = {"took_s": round(took_s, 3), "verification": json.loads(report.as_json())}
        output.document(document(local, current(local.folder)) | found)
    return _told(local, report, output, took_s)


async def _up(local: Local, output: Output, *, with_seeds: bool) -> Report:
    services = [service.name for service in local.environment.raised]
    names = [*services, *([SEEDS] if with_seeds else ()), VERIFICATION]
    # The story is told while the services rise, for it takes a moment and needs none of them.
    seeds = asyncio.create_task(asyncio.to_thread(story, local)) if with_seeds else None
    with output.steps(names) as steps:
        await raise_services(local, steps, output)
        async with opened(local) as store:
            if seeds:
                steps.going(SEEDS, "comparing with today's")
                times, told = await ask(local), await seeds
                told = story(local, times.ahead) if times.ahead else told
                steps.ended(SEEDS, str(await fill(local, store, told)))
            return await prove(local, store, steps)


def _told(local: Local, report: Report, output: Output, took_s: float) -> int:
    """Tell people what stands now; the exit code."""
    output.say()
    if not report.ok:
        show_failures(output, report)
        advice = "Mend it and run `staging up` again; `staging verify` repeats the checks alone."
        output.failure(f"It runs, but it is not verified: {report.verdict}", advice)
        return FAILED
    show_doors(output, local)
    output.say()
    show_personas(output, local.password, to_try=False)
    output.say()
    output.say(f"Verified in {took_s:.1f} s. It goes on running; `staging down` ends it.", "bold")
    return FINE


def _interrupted(local: Local, output: Output) -> int:
    """Say what is left and how to go on; the exit code."""
    here = current(local.folder)
    running = ", ".join(each.name for each in here.processes if each.pid) if here else ""
    rest = ", and the rest goes on rising" if here and here.phase == "rising" else ""
    fact = (
        f"Interrupted. Running: {running}{rest}." if running else "Interrupted. Nothing runs yet."
    )
    output.failure(fact, "`staging up` goes on from here, `staging down` ends it.")
    return INTERRUPTED
