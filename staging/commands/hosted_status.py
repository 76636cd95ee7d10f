"""What `staging status` and `staging logs` show of an environment on Railway."""

import asyncio
from dataclasses import asdict, dataclass

import typer

from staging.commands.call import Call
from staging.commands.ending import FAILED, FINE
from staging.output import Output
from staging.railway.asking import asked
from staging.railway.costs import ASSUMES, of_environment
from staging.railway.deployments import SERVES, Deployment, Line, built, history, said
from staging.railway.located import Place


@dataclass(frozen=True)
class Wanted:
    """Which log lines are asked for."""

    services: tuple[str, ...]
    lines: int
    deployment: str | None
    build: bool


@dataclass(frozen=True)
class Stand:
    """How a service stands on Railway."""

    service: str
    status: str
    deployment: str
    """The one that serves, or else the latest."""
    created_at: str
    latest: str
    """What is newer and does not serve; empty where nothing is."""
    host: str


def show_railway(call: Call, environment: str | None, output: Output, *, as_json: bool) -> int:
    """Show the services on Railway; the exit code says whether all of them serve."""

    async def looked() -> tuple[str, tuple[Stand, ...], float]:
        async with asked(call.folder, call.environ, environment, waits=output.waits) as place:
            cost = of_environment(place.environment)
            return place.environment.name, await _stands(place), cost

    name, stands, cost = asyncio.run(looked())
    if as_json:
        told = {"environment": name, "services": [asdict(it) for it in stands]}
        output.document(told | {"cost_a_month": round(cost, 2), "assumes": ASSUMES})
    else:
        rows = ((it.service, it.status, it.deployment, it.created_at, it.host) for it in stands)
        output.table(rows, ("SERVICE", "STATUS", "DEPLOYMENT", "SINCE", "HOST"))
        for it in stands:
            if it.latest:
                output.say(f"\n{it.service}: {it.latest}", "yellow")
        output.say(f"\n{name} costs about ${cost:.2f} a month. {ASSUMES}", "dim")
    return FINE if all(it.status in SERVES for it in stands) else FAILED


async def _stands(place: Place) -> tuple[Stand, ...]:
    found = []
    for service in place.environment.hosted:
        there: tuple[Deployment, ...] = ()
        if service.name in place.held.services:
            there = await history(place.railway, place.id, place.service(service.name).id)
        found.append(_stand(service.name, there, place.host(service.name) or ""))
    return tuple(found)


def _stand(name: str, there: tuple[Deployment, ...], host: str) -> Stand:
    if not there:
        return Stand(name, "not deployed", "", "", "", host)
    newest = there[0]
    shown = next((it for it in there if it.status in SERVES), newest)
    newer = f"the latest deployment, {newest.id}, is {newest.status}" if shown != newest else ""
    since = f"{shown.created_at:%Y-%m-%d %H:%M} UTC"
    return Stand(name, shown.status, shown.id, since, newer, host)


def show_railway_logs(call: Call, environment: str | None, wanted: Wanted, output: Output) -> int:
    """Show the log lines of deployments on Railway, the oldest first."""

    async def looked() -> dict[str, tuple[Line, ...]]:
        async with asked(call.folder, call.environ, environment, waits=output.waits) as place:
            return await _lines(place, wanted)

    told = asyncio.run(looked())
    width = max(map(len, told), default=0)
    for who, lines in told.items():
        before = f"{who.ljust(width)}  " if len(told) > 1 else ""
        for line in lines:
            output.write(f"{before}{line.timestamp[11:19]}  {line.message}\n")
    return FINE


async def _lines(place: Place, wanted: Wanted) -> dict[str, tuple[Line, ...]]:
    ask = built if wanted.build else said
    if wanted.deployment:
        return {wanted.deployment: await ask(place.railway, wanted.deployment, wanted.lines)}
    names = [service.name for service in place.environment.hosted]
    if unknown := [name for name in wanted.services if name not in names]:
        told = f"no service is named {', '.join(unknown)}; there are {', '.join(names)}"
        raise typer.BadParameter(told, param_hint="SERVICE")
    found = {}
    for name in wanted.services or names:
        there = await history(place.railway, place.id, place.service(name).id)
        found[name] = await ask(place.railway, there[0].id, wanted.lines) if there else ()
    return found
