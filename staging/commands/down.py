"""`staging down`."""

import asyncio
import shutil
from pathlib import Path
from typing import Annotated

import typer

from staging.commands.call import new_app
from staging.commands.ending import FINE
from staging.hosting.detached import FOLDER as RAILWAY
from staging.hosting.detached import lower_railway
from staging.local import CHOICES, SECRETS, Local
from staging.obstacles import Refused
from staging.output import Output
from staging.processes import Snapshot, current, lower, only_command

app = new_app()

OURS = (
    *("postgres", "postgres.*", "create-database.sql", "redis", "redis.conf"),
    *("secrets.json", "choices.json", "state.json", "walked.json", "*.json.new", "logs", "lock"),
)
"""What an environment writes into its folder."""


@app.command()
def down(
    context: typer.Context,
    purge: Annotated[
        bool, typer.Option("--purge", help="Throw the data away as well: database, logs, secrets.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> int:
    """End the environment; its data stays unless it is purged.

    Stops the services one after the other, the last one first, and mends what a crash or a power
    cut left behind. No process and no port stays; the data in .staging/ does, and `staging up`
    goes on with it.

    \b
    Example: staging down --purge --yes
    """
    folder, output = context.obj.folder, Output()
    if not folder.exists():
        output.say("Nothing runs, and there is no data.")
        return FINE
    if purge:
        _require_consent(folder, yes, output)
    with only_command(folder, "staging down"):
        asyncio.run(_lower(folder, output))
        if (folder / RAILWAY).exists():
            asyncio.run(_lower_railway(folder / RAILWAY, output, purge))
        if purge:
            _purge(folder, output)
        else:
            output.say("The data stays, and `staging up` goes on with it.")
    return FINE


async def _lower(folder: Path, output: Output) -> None:
    here = current(folder)
    if here is None:
        output.say("Nothing runs.")
        return
    names = [each.name for each in reversed(here.processes)]
    with output.steps(names) as steps:

        def show(now: Snapshot) -> None:
            # Two may have stopped since the last look; they did so in this order.
            for each in reversed(now.processes):
                if each.state == "stopping":
                    steps.going(each.name, "stopping")
                elif each.state == "stopped":
                    steps.ended(each.name, each.why or "stopped")

        said = await lower(folder, show)
    for sentence in said:
        output.say(f"  {sentence}.")
    Local.at(folder).keep(ports=False)
    output.say("Nothing runs any more.")


async def _lower_railway(folder: Path, output: Output, purge: bool) -> None:
    if await lower_railway(folder, purge=purge):
        output.say("Railway on this machine is ended too, with all that was deployed there.")


def _require_consent(folder: Path, yes: bool, output: Output) -> None:
    """Refuses a folder that is no environment's, and a purge that nobody confirms."""
    if not any((folder / file).exists() for file in (SECRETS, CHOICES)):
        why = f"{folder} does not look like the data of an environment, so it is not thrown away."
        raise Refused(why, "Name the right folder with `staging --folder FOLDER down --purge`.")
    if yes:
        return
    if not output.may_ask():
        why = "Throwing data away needs a yes, and nobody is here to give it."
        raise Refused(why, "Say it beforehand: `staging down --purge --yes`.")
    if not output.confirms(f"Throw away all data in {folder}?"):
        raise Refused("Nothing was thrown away.", "")


def _purge(folder: Path, output: Output) -> None:
    """Remove what is an environment's, and the folder unless something else lies in it."""
    for path in (path for pattern in OURS for path in folder.glob(pattern)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if others := [path.name for path in folder.iterdir()]:
        output.say(f"The data is gone. {folder} stays, for it holds {', '.join(sorted(others))}.")
        return
    folder.rmdir()
    output.say("The data is gone.")
