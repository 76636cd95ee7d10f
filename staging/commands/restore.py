"""`staging restore`."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from staging import restoring
from staging.backup import Backup, Contents
from staging.commands.call import Json, new_app
from staging.commands.ending import FINE
from staging.commands.hosted import ConnectTo, EnvironmentOption, TargetOption
from staging.commands.running import running
from staging.keeping import Kept, here, on_railway
from staging.output import Output, Steps
from staging.processes import only_command, require_room

app = new_app()


Replace = Annotated[
    bool, typer.Option("--replace", help="Replace what the environment holds by the backup.")
]
Yes = Annotated[
    bool, typer.Option("--yes", help="With --replace: also over newer or another's documents.")
]


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of `staging backup`.")],
    *,
    replace: Replace = False,
    yes: Yes = False,
    target: TargetOption = "local",
    environment: EnvironmentOption = None,
    connect_to: ConnectTo = None,
    as_json: Json = False,
) -> int:
    """Prove that a backup can be restored, or restore it.

    By itself it is a drill: the backup is restored into a database of its own, beside the
    environment and of the same kind, read again, compared by its digests, and removed. With
    --replace it takes the place of all that the environment holds, together or not at all; only
    the audit log stays as it is. It is refused over documents that are newer than the backup, for
    another environment's, and for one of production.

    \b
    Examples: staging restore before-the-demo.jsonl.gz
              staging restore before-the-demo.jsonl.gz --replace
    """
    output, call = Output(as_json), context.obj
    if target == "railway":
        detours = connect_to or ()
        kept = on_railway(call.folder, call.environ, environment, detours, output.waits)
    else:
        kept = here(running(call.folder)[0])
    require_room(call.folder, megabytes=1)
    with only_command(call.folder, "staging restore"), output.steps(["read", "restore"]) as steps:
        backup = _read(file, steps)
        steps.going("restore", "over the environment" if replace else "into a place of its own")
        found = asyncio.run(_restore(kept, backup, replace=replace, yes=yes))
        steps.ended("restore", _seen(found, replace=replace))
    if as_json:
        output.document({"file": str(file), "replaced": replace, **asdict(found)})
    return FINE


def _read(file: Path, steps: Steps) -> Backup:
    steps.going("read", str(file))
    backup = Backup.read(file)
    told = f"{backup.contents.documents} documents of {backup.header.environment}"
    steps.ended("read", f"{told}, taken {backup.header.taken_at[:16]}Z; its digests are right")
    return backup


async def _restore(
    kept: AbstractAsyncContextManager[Kept], backup: Backup, *, replace: bool, yes: bool
) -> Contents:
    async with kept as found:
        if not replace:
            return await restoring.drill(found.settings, backup)
        if not yes:
            await restoring.refuse_loss(found.store, backup, found.name)
        return await restoring.replace(found.store, backup)


def _seen(found: Contents, *, replace: bool) -> str:
    seeds = f"{found.seeds.documents} of them seeds, digest {found.seeds.sha256[:12]}"
    where = "in the environment" if replace else "in a place of its own, which is removed again"
    return f"{found.documents} documents came back as they were, {seeds}, {where}"
