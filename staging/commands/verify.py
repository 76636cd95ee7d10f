"""`staging verify`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from staging import filling
from staging.commands.call import Call, Json, new_app
from staging.commands.ending import FAILED, FINE
from staging.commands.hosted import (
    Authority,
    ConnectTo,
    EnvironmentOption,
    Html,
    Junit,
    TargetOption,
    write_reports,
)
from staging.commands.running import running
from staging.local import ROOT
from staging.obstacles import Refused
from staging.output import Output, State, Steps
from staging.railway.asking import asked, wire
from staging.railway.seen import target as seen_at
from staging.seed import is_seeded
from staging.verify import CHECKS, Outcome, Report, Result, Target, TargetIsRefused, Wire
from staging.verify import verify as ask
from staging.verify.wire import is_of_this_machine, place
from staging.waiting import Waits

app = new_app()

Url = Annotated[
    str | None, typer.Option(metavar="URL", help="The API to verify, not the one here.")
]
Frontend = Annotated[str | None, typer.Option(metavar="URL", help="With --url: its website.")]
Sandboxes = Annotated[str | None, typer.Option(metavar="URL", help="With --url: its sandboxes.")]
Only = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Make this check; may be repeated.")
]
STATES: dict[Outcome, State] = {
    Outcome.passed: "done",
    Outcome.warned: "warned",
    Outcome.failed: "failed",
    Outcome.not_applicable: "skipped",
}


@dataclass(frozen=True)
class Shown:
    """Which checks are asked, and who is told of them and of pauses."""

    names: list[str]
    steps: Steps
    waits: Waits


@app.command()
def verify(
    context: typer.Context,
    *,
    url: Url = None,
    frontend: Frontend = None,
    sandboxes: Sandboxes = None,
    target: TargetOption = "local",
    environment: EnvironmentOption = None,
    connect_to: ConnectTo = None,
    authority: Authority = None,
    only: Only = None,
    junit: Junit = None,
    html: Html = None,
    as_json: Json = False,
) -> int:
    """Check that an environment is what it should be.

    Asks the running environment, the one on Railway, or the one at a URL, and shows what each
    check saw. What can not be checked there is said and not counted. Ends with 0 when something
    was checked and nothing failed. On Railway (RAILWAY_TOKEN) it is also asked whether what
    answers is what Railway has deployed. At a URL, METRICS_TOKEN, STAGING_PERSONA_PASSWORD,
    ENVIRONMENT_NAME, RELEASE and RAILWAY_DEPLOYMENT_ID are used where they are set.

    \b
    Examples: staging verify --only health --only latency
              staging verify --target railway --html verify.html
              staging verify --url https://api-staging.wwmaa.com --junit verify.xml
    """
    output, names, environ = Output(as_json), _names(only), context.obj.environ
    way = wire(environ, connect_to or (), authority)
    with output.steps(names) as steps:
        shown = Shown(names, steps, output.waits)
        if url:
            asking = _ask(_at(url, (frontend, sandboxes), environ, way), shown)
        elif target == "railway":
            asking = _ask_railway(context.obj, environment, way, shown)
        else:
            asking = _ask_here(context.obj.folder, shown)
        report = asyncio.run(asking)
    return _told(output, report, (junit, html), as_json=as_json)


def _told(
    output: Output, report: Report, files: tuple[Path | None, Path | None], *, as_json: bool
) -> int:
    """Tell of a verification where it was asked for; the exit code."""
    write_reports(output, report, *files)
    if as_json:
        output.write(f"{report.as_json()}\n")
    show_failures(output, report)
    output.say(f"\n{report.verdict}", "bold")
    return FINE if report.ok else FAILED


def _names(only: list[str] | None) -> list[str]:
    """The checks to make, in their order. Refuses a name that none has."""
    there = [check.name for check in CHECKS]
    if unknown := [name for name in only or () if name not in there]:
        said = f"no check is named {', '.join(unknown)}; there are {', '.join(there)}"
        raise typer.BadParameter(said, param_hint="--only")
    return [name for name in there if not only or name in only]


def _at(
    url: str, others: tuple[str | None, str | None], environ: Mapping[str, str], way: Wire
) -> Target:
    """The target at a URL, with what the environment of this process tells of it."""
    frontend, sandboxes = others
    try:
        return Target(
            kind="here" if is_of_this_machine(place(url).host) else "hosted",
            backend_url=url,
            environment=environ.get("ENVIRONMENT_NAME") or "staging",
            site_origin=frontend,
            frontend_url=frontend,
            sandboxes_url=sandboxes,
            password=environ.get("STAGING_PERSONA_PASSWORD"),
            metrics_token=environ.get("METRICS_TOKEN"),
            release=environ.get("RELEASE"),
            source=ROOT,
            deployment=environ.get("RAILWAY_DEPLOYMENT_ID"),
            wire=way,
        )
    except TargetIsRefused as refused:
        raise Refused(str(refused), "`staging verify --help` shows an example.") from refused


async def _ask_here(folder: Path, shown: Shown) -> Report:
    local, _ = running(folder)
    async with filling.opened(local) as store:
        seeded = await is_seeded(store)
        return await _ask(filling.target(local, store, seeded=seeded), shown)


async def _ask_railway(call: Call, environment: str | None, way: Wire, shown: Shown) -> Report:
    async with (
        asked(call.folder, call.environ, environment, waits=shown.waits) as place,
        seen_at(place, call.environ, way) as target,
    ):
        return await _ask(target, shown)


async def _ask(target: Target, shown: Shown) -> Report:
    def tell(result: Result) -> None:
        if result.check in shown.names:
            state = STATES[result.outcome]
            shown.steps.ended(result.check, result.saw, state, seconds=result.took_ms / 1000)

    return await ask(target, only=shown.names, tell=tell, waits=shown.waits)


def show_failures(output: Output, report: Report) -> None:
    """Each check that failed: what it saw, what would have been right, and what to do."""
    for each in report.results:
        if each.outcome is Outcome.failed:
            fact = f"{each.check}: {each.saw}\nExpected: {each.expected}."
            output.failure(fact, each.advice)
