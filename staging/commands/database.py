"""`staging database`."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from backend.store import Change, Standing
from staging.commands.call import Json, new_app
from staging.commands.ending import FINE
from staging.commands.running import running
from staging.database import apply_plan, plan_database
from staging.filling import opened
from staging.local import Local
from staging.obstacles import Refused
from staging.output import Output
from staging.processes import only_command

app = new_app()


@app.command()
def database(
    context: typer.Context,
    plan: Annotated[bool, typer.Option("--plan", help="Show what would be done, no more.")] = False,
    as_json: Json = False,
) -> int:
    """Bring the collections and indexes to their declaration.

    Shows first what differs from backend/schema: what is missing and will be created, what has
    drifted and will be rebuilt. Then does it, one part after the other. Where documents would be
    lost nothing is done, and it ends with 3 and their number. Twice changes nothing.

    \b
    Example: staging database --plan
    """
    local, _ = running(context.obj.folder)
    output = Output(as_json)
    with only_command(local.folder, "staging database"):
        changes, done = asyncio.run(_bring(local, output, only_plan=plan))
    if as_json:
        output.document({"plan": list(map(asdict, changes)), "done": list(map(asdict, done))})
    return FINE


async def _bring(
    local: Local, output: Output, *, only_plan: bool
) -> tuple[Sequence[Change], Sequence[Change]]:
    """Show the plan and do it; the plan, and what was done of it."""
    async with opened(local) as store:
        changes = await plan_database(store)
        _show(changes, output)
        _refuse_loss(changes)
        if only_plan:
            return changes, ()
        done = []
        async for change in apply_plan(store, changes):
            done.append(change)
            output.say(f"  ✓ {change.collection}  {change.part}")
        return changes, done


def _show(changes: Sequence[Change], output: Output) -> None:
    """The parts that differ, and how many do not."""
    differing = [change for change in changes if change.standing is not Standing.unchanged]
    if not differing:
        output.say(f"All {len(changes)} parts are as declared.")
        return
    output.say(f"{len(differing)} of {len(changes)} parts differ from their declaration:\n")
    rows = ((it.collection, it.part, it.standing, it.difference) for it in differing)
    output.table(rows, ("COLLECTION", "PART", "PLAN", "DIFFERENCE"))
    output.say()


def _refuse_loss(changes: Sequence[Change]) -> None:
    """Refuses a plan that would lose documents."""
    refused = [change for change in changes if change.standing is Standing.refused]
    if refused:
        lines = "\n".join(f"{it.collection}, {it.part}: {it.difference}" for it in refused)
        fact = f"Nothing was changed, for documents would be lost:\n{lines}"
        raise Refused(fact, "Mend these documents, or take the change of the schema back.")
