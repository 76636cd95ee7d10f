"""`staging backup`."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from staging import backup as backups
from staging.commands.call import Json, new_app
from staging.commands.ending import FINE
from staging.commands.hosted import ConnectTo, EnvironmentOption, TargetOption
from staging.commands.running import running
from staging.environment import STAGING
from staging.keeping import Kept, here, on_railway
from staging.obstacles import Refused
from staging.output import Output
from staging.processes import only_command, require_room

FOLDER = "backups"

app = new_app()

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]",
        show_default="one in .staging/backups, named by the time",
        help="Where to write it; a file that stands there is never overwritten.",
    ),
]


@app.command()
def backup(
    context: typer.Context,
    file: File = None,
    *,
    target: TargetOption = "local",
    environment: EnvironmentOption = None,
    connect_to: ConnectTo = None,
    as_json: Json = False,
) -> int:
    """Save every document of the environment in one file.

    The file is of your account alone. It ends with a manifest of counts and digests, by which
    `staging restore` proves it. It holds what testers typed, so treat it like the environment
    itself; accounts and keys of vendors, sessions and one-time links are not in it. What lies in
    .staging goes with `staging down --purge`: name a file elsewhere to keep it. On Railway the
    database must be within reach.

    \b
    Examples: staging backup before-the-demo.jsonl.gz
              staging backup --target railway before-the-demo.jsonl.gz
    """
    output, call = Output(as_json), context.obj
    require_room(call.folder, megabytes=1)
    path = file or _named(call.folder, environment or STAGING.name)
    if path.exists():
        raise Refused(f"{path} stands there already.", "Name another file, or move that one away.")
    if target == "railway":
        detours = connect_to or ()
        kept = on_railway(call.folder, call.environ, environment, detours, output.waits)
    else:
        kept = here(running(call.folder)[0])
    with only_command(call.folder, "staging backup"), output.steps(["backup"]) as steps:
        steps.going("backup", "reading the documents")
        found = asyncio.run(_take(kept, path))
        steps.ended("backup", f"{found.documents} documents, {path.stat().st_size / 1000:.0f} kB")
    output.say(f"\n{path}\n`staging restore {path}` proves that it can be restored.")
    if as_json:
        output.document({"file": str(path), **asdict(found)})
    return FINE


def _named(folder: Path, environment: str) -> Path:
    """A file of this moment in the data folder."""
    (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return folder / FOLDER / f"{environment}-{moment}.jsonl.gz"


async def _take(kept: AbstractAsyncContextManager[Kept], path: Path) -> backups.Contents:
    async with kept as found:
        return await backups.take(found.store, path, found.header)
