"""`staging deploy`."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from staging.commands.call import Json, new_app
from staging.commands.ending import FAILED, FINE
from staging.commands.hosted import (
    Authority,
    ConnectTo,
    EnvironmentOption,
    Html,
    Junit,
    told,
    write_reports,
)
from staging.commands.verify import show_failures
from staging.local import ROOT
from staging.output import Output
from staging.railway.asking import asked, wire
from staging.railway.deploy import Undone
from staging.railway.releasing import Asked, Released, release, steps_of
from staging.railway.source import source_at

app = new_app()

Dirty = Annotated[bool, typer.Option("--allow-dirty", help="Deploy what is in no commit as well.")]
Again = Annotated[
    bool, typer.Option("--again", help="Deploy anew what is of this release already.")
]


@app.command()
def deploy(
    context: typer.Context,
    *,
    environment: EnvironmentOption = None,
    allow_dirty: Dirty = False,
    again: Again = False,
    connect_to: ConnectTo = None,
    authority: Authority = None,
    junit: Junit = None,
    html: Html = None,
    as_json: Json = False,
) -> int:
    """Deploy to Railway, verify it, and go back when that fails.

    Looks first, with nothing changed: the tree is clean, the variables are complete and none is
    live, no document would be lost. Then each service is uploaded and followed by the id of its
    deployment until it serves; what is empty is filled with the seeds; and all checks of
    `staging verify` ask whether that very deployment answers, and well. When a deployment fails,
    its own steps and log lines are shown, and services that were deployed before it go back; when
    the verification fails, all of them do. Run it again after an interruption: it goes on from
    where Railway is. It takes RAILWAY_TOKEN, or RAILWAY_API_TOKEN.

    \b
    Examples: staging deploy
              staging deploy --allow-dirty --junit deploy.xml
    """
    output, environ = Output(as_json), context.obj.environ
    way = wire(environ, connect_to or (), authority)
    released, names = asyncio.run(
        _deploy(context.obj.folder, environ, environment, output, (way, allow_dirty, again))
    )
    if released.report:
        write_reports(output, released.report, junit, html)
    if as_json:
        output.document(document(released, names))
    return ended(output, released)


async def _deploy(
    folder: Path, environ: Mapping[str, str], environment: str | None, output: Output, how: Any
) -> tuple[Released, str]:
    way, allow_dirty, again = how
    source = await source_at(ROOT)
    async with asked(folder, environ, environment, waits=output.waits) as place:
        wanted = Asked(source, environ, way, allow_dirty=allow_dirty, again=again)
        with output.steps(steps_of(place)) as steps:
            return await release(place, wanted, steps), place.environment.name


def document(released: Released, environment: str) -> dict[str, Any]:
    """What came of a deployment, for programs."""
    undone = released.undone
    return {
        "ok": released.ok,
        "environment": environment,
        "services": [
            {"service": it.service, "deployment": it.deployment, "before": it.before}
            for it in released.made
        ],
        "failure": released.failure.fact if released.failure else None,
        "back": undone.back if undone else {},
        "stayed": undone.stayed if undone else {},
        "verification": told(released.report),
    }


def ended(output: Output, released: Released) -> int:
    """Tell people what stands now; the exit code."""
    if released.ok:
        served = ", ".join(f"{it.service} {it.deployment}" for it in released.made)
        output.say(f"\nDeployed and verified: {served}.", "bold")
        return FINE
    if released.failure:
        output.failure(released.failure.fact, released.failure.advice)
    elif released.report:
        show_failures(output, released.report)
    output.failure(
        _what_stands(released),
        "Mend what is above and deploy again; `staging status --target railway` shows what serves.",
    )
    return FAILED


def _what_stands(released: Released) -> str:
    """What serves after a deployment that did not come out well."""
    undone = released.undone or Undone()
    back, stayed = undone.back, undone.stayed
    told = [f"{', '.join(back)} went back to what served before."] if back else []
    for why in dict.fromkeys(stayed.values()):
        names = [name for name, reason in stayed.items() if reason == why]
        told.append(f"{', '.join(names)} did not go back: {why}.")
    is_there = released.report and stayed and not back
    now = "What was deployed serves, and is not well." if is_there else "It is not deployed."
    return " ".join([now, *told])
