"""`staging rehearse`."""

import asyncio
import shutil
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from staging.commands.call import Json, new_app
from staging.commands.ending import FAILED, FINE
from staging.environment import FRONTEND
from staging.hosting.detached import FOLDER, lower_railway, raise_railway
from staging.hosting.reached import Railway
from staging.local import BUILDS, ROOT
from staging.node import NodeIsMissing, node
from staging.output import Output, Steps
from staging.processes import only_command, require_room
from staging.railway.life import PHASES, Living, defined
from staging.website import Build, WebsiteIsNotBuilt, make

app = new_app()

STEP, WEBSITE, SHOWN = "railway", "website", 10
SERVICES = ("postgres", "redis", "backend", "worker", "seeds")
WholeLife = Annotated[bool, typer.Option("--life", help="Live through a whole life there.")]

PortBase = Annotated[
    int,
    typer.Option(
        min=1024,
        max=60000,
        metavar="N",
        help="Stand on the ports from N on: the API's first, the edge's next.",
    ),
]
Keep = Annotated[bool, typer.Option("--keep", help="Leave it running; `staging down` ends it.")]


@app.command()
def rehearse(
    context: typer.Context,
    port_base: PortBase = 8500,
    keep: Keep = False,
    life: WholeLife = False,
    as_json: Json = False,
) -> int:
    """Raise Railway on this machine, where deployments really run.

    Its API is imitated, and what is deployed there is built and run on this machine: pre-deploy
    apart, health check, switch without a lost request, overlap, draining, restarts, volumes,
    rollback. With what it prints every command that speaks to Railway speaks to it. With `--life`
    a whole life is lived there, with people using it: set up, deployed, deployed again, broken and
    brought back, previewed; each phase tells its time, and the requests sent and failed. The
    website is among what is deployed where this machine can build it.

    \b
    Examples: staging rehearse --keep
              staging rehearse --life
    """
    output, folder = Output(as_json), context.obj.folder / FOLDER
    require_room(folder)
    with only_command(folder, "staging rehearse"):
        railway = asyncio.run(_raised(folder, port_base, output))
        try:
            if life:
                return _lived(railway, folder / "life", output, as_json)
            _show(railway, output, as_json)
        finally:
            if not keep:
                asyncio.run(lower_railway(folder))
                output.say("It was raised, it answered, and it was ended; with `--keep` it stays.")
    return FINE


def _lived(railway: Railway, folder: Path, output: Output, as_json: bool) -> int:
    """Live through a whole life, and tell of it; the exit code."""
    # What an earlier rehearsal deployed from there is gone with that Railway.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with output.steps((WEBSITE, *PHASES)) as steps:
        services = (*SERVICES, FRONTEND.name) if _builds(steps) else SERVICES
        living = Living(railway, folder, steps, defined(*services))
        lived = asyncio.run(living.live())
    if as_json:
        output.document(lived.as_data())
    else:
        output.say()
        output.table(lived.rows(), ("PHASE", "TOOK", "REQUESTS", "SEEN"))
    if lived.traffic.failed:
        told = "\n".join(lived.traffic.failures[:SHOWN])
        fact = f"{lived.traffic.failed} of {lived.traffic.sent} requests failed:\n{told}"
        output.failure(fact, "Look at the moment each failed, and at what was deployed then.")
        return FAILED
    return FINE


def _builds(steps: Steps) -> bool:
    """Build the website once for what it is made of; whether it can be built on this machine."""
    steps.going(WEBSITE, "looking for its build")
    try:
        build = Build(ROOT / FRONTEND.name, ROOT / BUILDS, node())
        make(build, lambda what: steps.going(WEBSITE, what))
    except (NodeIsMissing, WebsiteIsNotBuilt) as failure:
        steps.ended(WEBSITE, f"left out: {failure.fact.splitlines()[0]}", "skipped")
        return False
    steps.ended(WEBSITE, f"it is deployed too, as {build.digest}")
    return True


async def _raised(folder: Path, port_base: int, output: Output) -> Railway:
    with output.steps([STEP]) as steps:
        steps.going(STEP, "raising PostgreSQL, the API and the edge")
        railway = await raise_railway(folder, port_base)
        steps.ended(STEP, "its API answers, and its edge listens")
    return railway


def _show(railway: Railway, output: Output, as_json: bool) -> None:
    """Tell how Railway on this machine is reached."""
    https, trusted = railway.doors.https, str(railway.authority)
    if as_json:
        edge = {"http": railway.doors.http, "https": https, "authority": trusted}
        output.document({"variables": railway.variables, "url": railway.url, "edge": edge})
        return
    output.say()
    for name, value in railway.variables.items():
        output.say(f"export {name}={quote(value)}")
    output.say()
    output.say("With these, every command that speaks to Railway speaks to this machine:")
    output.say("  staging setup --yes")
    output.say(f"  staging deploy --cacert {quote(trusted)}")
    output.say()
    output.say("What is deployed there has public names, which this leads to:")
    output.say(
        f"  curl --connect-to ::127.0.0.1:{https} --cacert {quote(trusted)} "
        "https://backend-staging.up.railway.app/api/health"
    )
    output.say()
