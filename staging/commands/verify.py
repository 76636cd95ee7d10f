"""`staging verify`."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from staging import filling
from staging.commands.call import Json, new_app
from staging.commands.ending import FAILED, FINE
from staging.commands.running import running
from staging.local import ROOT
from staging.obstacles import Refused
from staging.output import Output, State, Steps
from staging.verify import CHECKS, Outcome, Report, Result, Target, TargetIsRefused
from staging.verify import verify as asked
from staging.verify.wire import is_of_this_machine, place

app = new_app()

Url = Annotated[
    str | None, typer.Option(metavar="URL", help="The API to verify, not the one here.")
]
Frontend = Annotated[str | None, typer.Option(metavar="URL", help="With --url: its website.")]
Sandboxes = Annotated[str | None, typer.Option(metavar="URL", help="With --url: its sandboxes.")]
Only = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Make this check; may be repeated.")
]
Junit = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the results as JUnit XML as well.")
]

STATES: dict[Outcome, State] = {
    Outcome.passed: "done",
    Outcome.warned: "warned",
    Outcome.failed: "failed",
    Outcome.not_applicable: "skipped",
}


@app.command()
def verify(
    context: typer.Context,
    *,
    url: Url = None,
    frontend: Frontend = None,
    sandboxes: Sandboxes = None,
    only: Only = None,
    junit: Junit = None,
    as_json: Json = False,
) -> int:
    """Check that an environment is what it should be.

    Asks the running environment, or the one at a URL, and shows what each check saw. What can not
    be checked there is said and not counted. Ends with 0 when something was checked and nothing
    failed. At a URL, METRICS_TOKEN, STAGING_PERSONA_PASSWORD, ENVIRONMENT_NAME and RELEASE are
    used where they are set.

    \b
    Examples: staging verify --only health --only latency
              staging verify --url https://api-staging.wwmaa.com --junit verify.xml
    """
    output, names = Output(as_json), _names(only)
    with output.steps(names) as steps:
        if url:
            target = _at(url, frontend, sandboxes, context.obj.environ)
            report = asyncio.run(_ask(target, names, steps))
        else:
            report = asyncio.run(_ask_here(context.obj.folder, names, steps))
    if junit:
        junit.write_text(report.as_junit())
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
    url: str, frontend: str | None, sandboxes: str | None, environ: Mapping[str, str]
) -> Target:
    """The target at a URL, with what the environment of this process tells of it."""
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
        )
    except TargetIsRefused as refused:
        raise Refused(str(refused), "`staging verify --help` shows an example.") from refused


async def _ask_here(folder: Path, names: list[str], steps: Steps) -> Report:
    local, _ = running(folder)
    async with filling.opened(local) as store:
        seeded = await filling.is_seeded(store)
        return await _ask(filling.target(local, store, seeded=seeded), names, steps)


async def _ask(target: Target, names: list[str], steps: Steps) -> Report:
    def tell(result: Result) -> None:
        if result.check in names:
            state = STATES[result.outcome]
            steps.ended(result.check, result.saw, state, seconds=result.took_ms / 1000)

    return await asked(target, only=names, tell=tell)


def show_failures(output: Output, report: Report) -> None:
    """Each check that failed: what it saw, what would have been right, and what to do."""
    for each in report.results:
        if each.outcome is Outcome.failed:
            fact = f"{each.check}: {each.saw}\nExpected: {each.expected}."
            output.failure(fact, each.advice)
