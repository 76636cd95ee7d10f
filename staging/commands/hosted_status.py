"""What `staging status` and `staging logs` show of an environment on Railway."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

import typer

from staging.commands.call import Call
from staging.commands.ending import FAILED, FINE
from staging.commands.shown import personas, show_personas
from staging.output import Output
from staging.railway.asking import asked
from staging.railway.before import BACKEND
from staging.railway.costs import ASSUMES, of_environment
from staging.railway.deployments import SERVES, Deployment, Line, built, history, said
from staging.railway.located import Place
from staging.railway.seeding import is_filled
from staging.railway.seen import password


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


@dataclass(frozen=True)
class Shown:
    """An environment on Railway, as it is shown."""

    name: str
    stands: tuple[Stand, ...]
    cost: float
    is_filled: bool
    password: str | None
    """The personas'; None where nobody knows it."""


def show_railway(call: Call, environment: str | None, output: Output, *, as_json: bool) -> int:
    """Show the services on Railway; the exit code says whether all of them serve."""

    async def looked() -> Shown:
        async with asked(call.folder, call.environ, environment, waits=output.waits) as place:
            is_there = BACKEND in place.held.services
            told = await place.variables(BACKEND) if is_there else {}
            return Shown(
                place.environment.name,
                await _stands(place),
                of_environment(place.environment),
                await is_filled(place),
                password(call.environ, told.get("JWT_SECRET", "")),
            )

    shown = asyncio.run(looked())
    if as_json:
        told: dict[str, Any] = {
            "environment": shown.name,
            "services": [asdict(it) for it in shown.stands],
        }
        told |= {"cost_a_month": round(shown.cost, 2), "assumes": ASSUMES}
        people = personas(shown.password) if shown.is_filled and shown.password else []
        output.document(told | {"is_filled": shown.is_filled, "personas": people})
    else:
        _show(output, shown)
    return FINE if all(it.status in SERVES for it in shown.stands) else FAILED


def _show(output: Output, shown: Shown) -> None:
    rows = ((it.service, it.status, it.deployment, it.created_at, it.host) for it in shown.stands)
    output.table(rows, ("SERVICE", "STATUS", "DEPLOYMENT", "SINCE", "HOST"))
    for it in shown.stands:
        if it.latest:
            output.say(f"\n{it.service}: {it.latest}", "yellow")
    output.say()
    if not shown.is_filled:
        output.say("No seeds were put in; `staging deploy` does that in an environment without.")
    elif shown.password:
        show_personas(output, shown.password, to_try=False)
    else:
        output.say("It has its seeds, and nobody knows their password: JWT_SECRET is sealed.")
    output.say(f"\n{shown.name} costs about ${shown.cost:.2f} a month. {ASSUMES}", "dim")


async def _stands(place: Place) -> tuple[Stand, ...]:
    found = []
    for service in place.environment.lasting:
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
