"""`staging restore`."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from staging import restoring
from staging.backup import Backup, Contents
from staging.commands.call import Json, new_app
from staging.commands.ending import FINE
from staging.commands.running import running
from staging.filling import opened
from staging.local import Local
from staging.output import Output
from staging.processes import only_command

app = new_app()


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of `staging backup`.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what the environment holds by the backup.")
    ] = False,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="With --replace: also over newer or another's documents."),
    ] = False,
    as_json: Json = False,
) -> int:
    """Prove that a backup can be restored, or restore it.

    By itself it is a drill: the backup is restored into a database of its own, beside the
    environment and of the same kind, read again, compared by its digests, and removed. With
    --replace it takes the place of all that the environment holds, together or not at all. It is
    refused over documents that are newer than the backup, for another environment's, and for one
    of production.

    \b
    Examples: staging restore before-the-demo.jsonl.gz
              staging restore before-the-demo.jsonl.gz --replace
    """
    local, _ = running(context.obj.folder)
    output = Output(as_json)
    with only_command(local.folder, "staging restore"), output.steps(["read", "restore"]) as steps:
        steps.going("read", str(file))
        backup = Backup.read(file)
        told = f"{backup.contents.documents} documents of {backup.header.environment}"
        steps.ended("read", f"{told}, taken {backup.header.taken_at[:16]}Z; its digests are right")
        steps.going("restore", "over the environment" if replace else "into a place of its own")
        found = asyncio.run(_restore(local, backup, replace=replace, yes=yes))
        steps.ended("restore", _seen(found, replace=replace))
    if as_json:
        output.document({"file": str(file), "replaced": replace, **asdict(found)})
    return FINE


async def _restore(local: Local, backup: Backup, *, replace: bool, yes: bool) -> Contents:
    if not replace:
        async with restoring.apart(local) as store:
            return await restoring.fill(store, backup)
    async with opened(local) as store:
        if not yes:
            await restoring.refuse_loss(store, backup, local.environment.name)
        return await restoring.replace(store, backup)


def _seen(found: Contents, *, replace: bool) -> str:
    seeds = f"{found.seeds.documents} of them seeds, digest {found.seeds.sha256[:12]}"
    where = "in the environment" if replace else "in a place of its own, which is removed again"
    return f"{found.documents} documents came back as they were, {seeds}, {where}"
