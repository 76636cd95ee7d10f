"""`staging rollback`."""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from staging.commands.call import Json, new_app
from staging.commands.ending import FAILED, FINE
from staging.commands.hosted import Authority, ConnectTo, EnvironmentOption, told
from staging.commands.verify import show_failures
from staging.output import Output
from staging.railway.asking import asked, wire
from staging.railway.before import BACKEND
from staging.railway.follow import Pace
from staging.railway.rollback import back, choose
from staging.railway.seen import target
from staging.verify import Report, Wire, verify

app = new_app()

Id = Annotated[
    str | None,
    typer.Argument(metavar="ID", help="The deployment; the last one that served, without."),
]
Service = Annotated[str, typer.Option(metavar="NAME", help="The service that goes back.")]


@app.command()
def rollback(
    context: typer.Context,
    deployment: Id = None,
    *,
    service: Service = BACKEND,
    environment: EnvironmentOption = None,
    connect_to: ConnectTo = None,
    authority: Authority = None,
    as_json: Json = False,
) -> int:
    """Let a service on Railway go back to what served before.

    Its image and its variables of then come back, with no build; what was done to the database
    stays as it is. Then all checks ask whether that is what answers. Railway keeps images for 24
    to 360 hours, by plan. It takes RAILWAY_TOKEN, or RAILWAY_API_TOKEN.

    \b
    Examples: staging rollback
              staging rollback 7d1e6f2c-8a40-4a55-9d4e-5b1f3c2a9e10 --service backend
    """
    output, environ = Output(as_json), context.obj.environ
    way = wire(environ, connect_to or (), authority)
    to, served, report = asyncio.run(
        _back(context.obj.folder, environ, (environment, service, deployment), output, way)
    )
    if as_json:
        ids = {"ok": report.ok, "service": service, "deployment": served, "of": to}
        output.document(ids | {"verification": told(report)})
    if not report.ok:
        show_failures(output, report)
        advice = "`staging rollback ID` goes further back; `staging deploy` brings another release."
        output.failure(f"{service} went back to {to}, and is not verified so.", advice)
        return FAILED
    output.say(f"\n{service} went back to {to}: {served} serves, verified.", "bold")
    return FINE


async def _back(
    folder: Path,
    environ: Mapping[str, str],
    which: tuple[str | None, str, str | None],
    output: Output,
    way: Wire,
) -> tuple[str, str, Report]:
    environment, service, id_ = which
    async with asked(folder, environ, environment, waits=output.waits) as place:
        pace = Pace.at(place.railway.url)
        wanted = await choose(place, service, id_, pace)
        with output.steps((service, "verify")) as steps:
            served = await back(place, service, wanted.id, partial(steps.going, service), pace)
            steps.ended(service, f"{served.id} serves")
            steps.going("verify", "asking")
            pinned = served.id if service == BACKEND else None
            async with target(place, environ, way, pinned) as seen:
                report = await verify(seen, waits=output.waits)
            steps.ended("verify", report.verdict, "done" if report.ok else "failed")
    return wanted.id, served.id, report
