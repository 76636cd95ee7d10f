"""`staging backup`."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from staging import backup as backups
from staging.commands.call import Json, new_app
from staging.commands.ending import FINE
from staging.commands.running import running
from staging.environment import BACKEND
from staging.filling import opened
from staging.local import Local, release
from staging.obstacles import Refused
from staging.output import Output
from staging.processes import only_command

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
def backup(context: typer.Context, file: File = None, as_json: Json = False) -> int:
    """Save every document of the environment in one file.

    The file is of your account alone. It ends with a manifest of counts and digests, by which
    `staging restore` proves it. It holds what testers typed, so treat it like the environment
    itself; accounts and keys of vendors, sessions and one-time links are not in it. What lies in
    .staging goes with `staging down --purge`: name a file elsewhere to keep it.

    \b
    Example: staging backup before-the-demo.jsonl.gz
    """
    local, _ = running(context.obj.folder)
    output, path = Output(as_json), file or _named(local)
    if path.exists():
        raise Refused(f"{path} stands there already.", "Name another file, or move that one away.")
    with only_command(local.folder, "staging backup"), output.steps(["backup"]) as steps:
        steps.going("backup", f"reading the documents of {local.environment.name}")
        found = asyncio.run(_take(local, path))
        steps.ended("backup", f"{found.documents} documents, {path.stat().st_size / 1000:.0f} kB")
    output.say(f"\n{path}\n`staging restore {path}` proves that it can be restored.")
    if as_json:
        output.document({"file": str(path), **asdict(found)})
    return FINE


def _named(local: Local) -> Path:
    folder = local.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return folder / f"{local.environment.name}-{moment}.jsonl.gz"


async def _take(local: Local, path: Path) -> backups.Contents:
    environment = local.environment
    header = backups.new_header(environment.name, environment.kind, local.store, release(BACKEND))
    async with opened(local) as store:
        return await backups.take(store, path, header)
