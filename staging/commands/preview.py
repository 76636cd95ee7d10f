"""`staging preview`, and what is done with previews below it."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from staging.commands.call import Json, new_app, span
from staging.commands.deploy import Dirty, document, ended
from staging.commands.ending import FAILED, FINE
from staging.commands.hosted import Authority, ConnectTo
from staging.environment import STAGING
from staging.local import ROOT
from staging.obstacles import Refused
from staging.output import Output
from staging.railway import previews
from staging.railway.asking import asked, wire
from staging.railway.costs import ASSUMES, of_environment
from staging.railway.given import from_environ
from staging.railway.located import Place
from staging.railway.naming import environment_of
from staging.railway.previews import Preview
from staging.railway.releasing import Asked, Released, release, steps_of
from staging.railway.source import branch_at, source_at
from staging.railway.tokens import account_token
from staging.spans import told
from staging.verify import Wire

app = new_app(no_args_is_help=True)

Branch = Annotated[
    str | None, typer.Option(metavar="NAME", show_default="the one checked out", help="Of it.")
]
PullRequest = Annotated[
    int | None, typer.Option("--pull-request", min=1, metavar="N", help="Of pull request N.")
]
MAKING, WEEK = "preview", timedelta(days=7)


@dataclass(frozen=True)
class Called:
    """What a command below `staging preview` was called with."""

    folder: Path
    environ: Mapping[str, str]
    name: str


@app.callback()
def preview() -> None:
    """Give a branch an environment of its own on Railway.

    A preview has its own database with its own seeds, its own secrets and hosts; only what the
    vendors gave is staging's. `create` makes and deploys one, `refresh` brings it to the source of
    now, `delete` ends it with its data, `reap` ends those that were left alone. Making and ending
    takes RAILWAY_API_TOKEN.

    \b
    Examples: staging preview create --pull-request 42
              staging preview reap --older-than 7d
    """


@app.command()
def create(
    context: typer.Context,
    *,
    branch: Branch = None,
    pull_request: PullRequest = None,
    allow_dirty: Dirty = False,
    connect_to: ConnectTo = None,
    authority: Authority = None,
    as_json: Json = False,
) -> int:
    """Make the preview of a branch or pull request, and deploy to it.

    It is a copy of staging's services, without data. Run it again after an interruption: what is
    there stays, and it goes on. Values that are sealed in staging do not come over; they are taken
    from the environment of this command.

    \b
    Examples: staging preview create
              staging preview create --pull-request 42
    """
    called = _called(context, branch, pull_request)
    way = wire(called.environ, connect_to or (), authority)
    return _released(called, way, Output(as_json), allow_dirty=allow_dirty, as_json=as_json)


@app.command()
def refresh(
    context: typer.Context,
    *,
    branch: Branch = None,
    pull_request: PullRequest = None,
    allow_dirty: Dirty = False,
    connect_to: ConnectTo = None,
    authority: Authority = None,
    as_json: Json = False,
) -> int:
    """Deploy the source of now to a preview that is there.

    Variables that the definition has gained since come along. Ends with 3 where there is no such
    preview.

    \b
    Example: staging preview refresh --pull-request 42
    """
    output, called = Output(as_json), _called(context, branch, pull_request)
    _ask(called, lambda staging: previews.find(staging, called.name), output)
    way = wire(called.environ, connect_to or (), authority)
    return _released(called, way, output, allow_dirty=allow_dirty, as_json=as_json)


@app.command("list")
def list_(context: typer.Context, as_json: Json = False) -> int:
    """Show the previews, how old they are and what they cost.

    The one that was left alone longest comes first. The cost is what Railway's prices make of what
    the services are expected to use; it is said what that assumes.

    \b
    Example: staging preview list --json | jq -r '.previews[].name'
    """
    output, called = Output(as_json), _called(context, "", None)
    there = _ask(called, previews.previews, output)
    now = datetime.now(UTC)
    if as_json:
        output.document({"previews": [_as_data(it, now) for it in there], "assumes": ASSUMES})
    elif not there:
        output.say("There is no preview; `staging preview create` makes one.")
    else:
        rows = ((it.name, told(it.idle(now)), *_costs(it, now)) for it in there)
        output.table(rows, ("PREVIEW", "LEFT ALONE FOR", "COST A MONTH", "UNTIL NOW"))
        output.say(f"\n{ASSUMES}", "dim")
    return FINE


@app.command()
def delete(
    context: typer.Context,
    *,
    branch: Branch = None,
    pull_request: PullRequest = None,
    as_json: Json = False,
) -> int:
    """End a preview with everything in it, its data too.

    Where there is none of this name it is fine: that is what was wanted. Staging itself, and what
    is no preview, is refused.

    \b
    Example: staging preview delete --pull-request 42
    """
    output, called = Output(as_json), _called(context, branch, pull_request)

    async def ended_one(staging: Place) -> bool:
        there = {it.name: it for it in await previews.previews(staging)}
        if called.name not in there:
            if called.name in {it.name for it in staging.held.project.environments.all}:
                raise previews.NoPreview(called.name)
            return False
        await previews.end(staging, there[called.name])
        return True

    was_there = _ask(called, ended_one, output)
    if as_json:
        output.document({"preview": called.name, "deleted": was_there})
    output.say(f"{called.name} is deleted." if was_there else f"There is no preview {called.name}.")
    return FINE


@app.command()
def reap(
    context: typer.Context,
    *,
    older_than: Annotated[
        timedelta | None,
        typer.Option(parser=span, metavar="SPAN", show_default="7d", help="Left alone so long."),
    ] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Show what would end, no more.")] = False,
    as_json: Json = False,
) -> int:
    """End the previews to which nobody has deployed for a while.

    How long one was left alone, Railway's record says: since its latest deployment, or since it
    was made. What ends takes its data along; `--plan` shows first what that would be.

    \b
    Examples: staging preview reap --plan
              staging preview reap --older-than 3d
    """
    output, called = Output(as_json), _called(context, "", None)
    left_alone = older_than or WEEK

    async def reaped(staging: Place) -> tuple[Preview, ...]:
        stale = await previews.stale(staging, left_alone)
        for each in () if plan else stale:
            await previews.end(staging, each)
        return stale

    gone, now = _ask(called, reaped, output), datetime.now(UTC)
    if as_json:
        output.document({"done": not plan, "previews": [_as_data(it, now) for it in gone]})
    for each in gone:
        what = "would end" if plan else "ended"
        output.say(f"{each.name} {what}: left alone for {told(each.idle(now))}.")
    if not gone:
        output.say(f"No preview was left alone for {told(left_alone)}.")
    return FINE


def _called(context: typer.Context, branch: str | None, pull_request: int | None) -> Called:
    """Who calls, and which preview is meant. Raises `BadParameter` and `Refused`."""
    call = context.obj
    if branch and pull_request:
        raise typer.BadParameter("give a branch or a pull request", param_hint="--branch")
    name = f"pr-{pull_request}" if pull_request else ""
    if branch is None and not pull_request:
        branch = asyncio.run(branch_at(ROOT))
        if not branch:
            why = "No branch is checked out, so that it is not known whose preview is meant."
            raise Refused(why, "Name it: --branch NAME, or --pull-request N.")
    name = name or (environment_of(branch) if branch else "")
    if name == STAGING.name:
        raise previews.NoPreview(name)
    return Called(call.folder, call.environ, name)


def _ask(called: Called, do: Callable[[Place], Coroutine[Any, Any, Any]], output: Output) -> Any:
    """Do something with the staging environment that the previews are made of."""

    async def done() -> Any:
        token = account_token(called.environ)
        here, waits = (called.folder, called.environ), output.waits
        async with asked(*here, token=token, waits=waits) as staging:
            return await do(staging)

    return asyncio.run(done())


def _released(
    called: Called, way: Wire, output: Output, *, allow_dirty: bool, as_json: bool
) -> int:
    async def done(staging: Place) -> tuple[Released, Place]:
        source = await source_at(ROOT)
        given = from_environ(STAGING, called.environ)
        wanted = Asked(source, called.environ, way, allow_dirty=allow_dirty)
        with output.steps((MAKING, *steps_of(staging))) as steps:
            made = await previews.make(
                staging, called.name, given, lambda what: steps.going(MAKING, what)
            )
            steps.ended(MAKING, f"{called.name} at {made.host('backend')}")
            return await release(made, wanted, steps), made

    released, made = _ask(called, done, output)
    if as_json:
        output.document(document(released, made))
    code = ended(output, released, made)
    cost = of_environment(STAGING.preview(called.name))
    output.say(f"{called.name} costs about ${cost:.2f} a month while it stands. {ASSUMES}", "dim")
    return FAILED if code else FINE


def _as_data(it: Preview, now: datetime) -> dict[str, Any]:
    return {
        "name": it.name,
        "id": it.id,
        "created_at": it.created_at.isoformat(),
        "used_at": it.used_at.isoformat(),
        "cost_a_month": round(of_environment(STAGING.preview(it.name)), 2),
        "cost_until_now": round(it.cost(now), 2),
    }


def _costs(it: Preview, now: datetime) -> tuple[str, str]:
    return f"${of_environment(STAGING.preview(it.name)):.2f}", f"${it.cost(now):.2f}"
