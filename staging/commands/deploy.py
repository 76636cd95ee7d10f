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
from staging.environment import STAGING
from staging.local import ROOT
from staging.output import Output
from staging.railway.asking import asked, wire
from staging.railway.deploy import Undone
from staging.railway.located import Place
from staging.railway.releasing import Asked, Released, release, steps_of
from staging.railway.source import source_at

app = new_app()

AGAIN = "Run the same command again: what serves stays, and it goes on with the seeds."

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
    released, place = asyncio.run(
        _deploy(context.obj.folder, environ, environment, output, (way, allow_dirty, again))
    )
    if released.report:
        write_reports(output, released.report, junit, html)
    if as_json:
        output.document(document(released, place))
    return ended(output, released, place)


async def _deploy(
    folder: Path, environ: Mapping[str, str], environment: str | None, output: Output, how: Any
) -> tuple[Released, Place]:
    way, allow_dirty, again = how
    source = await source_at(ROOT)
    async with asked(folder, environ, environment, waits=output.waits) as place:
        wanted = Asked(source, environ, way, allow_dirty=allow_dirty, again=again)
        with output.steps(steps_of(place)) as steps:
            return await release(place, wanted, steps), place


def document(released: Released, place: Place) -> dict[str, Any]:
    """What came of a deployment, for programs."""
    undone = released.undone
    return {
        "ok": released.ok,
        "environment": place.environment.name,
        "urls": place.addresses,
        "services": [
            {"service": it.service, "deployment": it.deployment, "before": it.before}
            for it in released.made
        ],
        "failure": released.failure.fact if released.failure else None,
        "back": undone.back if undone else {},
        "stayed": undone.stayed if undone else {},
        "verification": told(released.report),
    }


def ended(output: Output, released: Released, place: Place) -> int:
    """Tell people what stands now, and where; the exit code."""
    if released.serves:
        served = ", ".join(f"{it.service} {it.deployment}" for it in released.made)
        output.say(f"\nDeployed and verified: {served}.", "bold")
        named = f" --environment {place.environment.name}"
        who = f"staging status --target railway{named if place.environment != STAGING else ''}"
        output.table((*place.addresses.items(), ("who can log in", f"`{who}` tells")))
    if released.ok:
        return FINE
    if released.failure:
        output.failure(released.failure.fact, released.failure.advice)
    if released.serves:
        output.failure("It serves, and not all of its seeds are in.", AGAIN)
        return FAILED
    if released.report:
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
