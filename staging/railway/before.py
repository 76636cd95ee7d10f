"""What must be right before anything is deployed; nothing here changes anything."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from backend.settings import GROUPS, Settings, Website, refused
from backend.store import Standing, Store, StoreIsUnavailable
from backend.store.opening import open_store
from backend.variables import InvalidEnvironment
from staging.obstacles import Refused
from staging.railway import traps, variables
from staging.railway.held import HeldVariables
from staging.railway.located import Place
from staging.railway.source import Source
from staging.railway.traps import Finding
from staging.values import Given
from staging.verify import Wire

PRIVATE: Final = ".railway.internal"
BACKEND, POSTGRES = "backend", "postgres"


class DefinitionIsTrapped(Refused):
    """Railway would take the definition, and do something else."""

    def __init__(self, found: tuple[Finding, ...]) -> None:
        lines = "".join(f"\n  {each}" for each in found)
        super().__init__(
            f"The definition or its files hold what Railway takes and does wrong:{lines}",
            "Each says its cure; `staging verify --only railway_traps` looks again.",
        )


class VariablesAreMissing(Refused):
    """A service would start without what it needs."""

    def __init__(self, missing: Mapping[str, tuple[str, ...]]) -> None:
        told = "; ".join(f"{owner}: {', '.join(names)}" for owner, names in missing.items())
        super().__init__(
            f"Variables are missing on Railway: {told}.",
            "`staging setup` makes what can be made and asks for the rest.",
        )


class VariablesAreRefused(Refused):
    """Values that must not be there, such as a live key."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(
            f"Variables on Railway are not for staging:{lines}",
            "Put the test mode's value there: `staging setup`, or Railway's dashboard.",
        )


class MigrationsAreNotSafe(Refused):
    """The new release would have documents lost."""

    def __init__(self, lost: tuple[str, ...]) -> None:
        lines = "".join(f"\n  {each}" for each in lost)
        super().__init__(
            f"Documents would be lost by what this release declares:{lines}",
            "Mend these documents, or take the change of the schema back.",
        )


@dataclass(frozen=True)
class Before:
    """One thing to look at first: its name, and what says in a sentence that it is right."""

    name: str
    ask: Callable[[], Awaitable[str]]


def preconditions(
    place: Place, source: Source, wire: Wire, *, allow_dirty: bool
) -> tuple[Before, ...]:
    """What to look at, in this order; each raises a refusal."""

    async def definition() -> str:
        found = await asyncio.to_thread(traps.of, place.environment, source.root)
        if found:
            raise DefinitionIsTrapped(found)
        return f"none of {len(traps.TRAPS)} traps"

    async def tree() -> str:
        if not allow_dirty:
            source.require_clean()
        named = source.commit or "no commit"
        return f"{named}, with {len(source.changed)} files changed" if source.changed else named

    async def complete() -> str:
        return _complete(place)

    async def not_live() -> str:
        return await _not_live(place)

    async def safe() -> str:
        return await _safe(place, wire)

    return (
        Before("definition", definition),
        Before("tree", tree),
        Before("variables", complete),
        Before("live keys", not_live),
        Before("migrations", safe),
    )


def _complete(place: Place) -> str:
    """Whether each variable that a service needs is there."""
    environment, held = place.environment, place.held
    owners: list[tuple[str, Mapping[str, variables.Told], HeldVariables]] = [
        ("shared", variables.shared(environment), held.shared)
    ]
    for service in environment.hosted:
        there = place.service(service.name).variables
        owners.append((service.name, variables.of_service(environment, service), there))
    missing = {
        owner: tuple(
            name
            for name, value in told.items()
            if not there.has(name) and not (isinstance(value, Given) and not value.needed)
        )
        for owner, told, there in owners
    }
    if any(missing.values()):
        raise VariablesAreMissing({owner: names for owner, names in missing.items() if names})
    return f"{sum(len(there.names) for _, _, there in owners)} variables, none is missing"


async def _not_live(place: Place) -> str:
    """Whether no value is a live key, nor names production."""
    built = [service.name for service in place.environment.hosted if service.build]
    problems = []
    for name in built:
        known = await place.variables(name)
        found = refused(known, (*GROUPS.values(), Website))
        problems += [f"{name}: {problem}" for problem in found]
        if known.get("PYTHON_ENV") == "production":
            problems.append(f"{name}: PYTHON_ENV is production")
    if problems:
        raise VariablesAreRefused(tuple(problems))
    return f"none among the variables of {', '.join(built)}"


async def _safe(place: Place, wire: Wire) -> str:
    """Whether the release's plan for the database loses nothing, where it can be looked at."""
    try:
        async with opened(place, wire) as store:
            if store is None:
                return "looked at by the step before the deployment, which refuses what loses"
            plan = await store.plan()
    except StoreIsUnavailable as away:
        return f"the database does not answer yet ({away})"
    lost = [it for it in plan if it.standing is Standing.refused]
    if lost:
        raise MigrationsAreNotSafe(
            tuple(f"{it.collection}, {it.part}: {it.difference}" for it in lost)
        )
    due = sum(it.standing is not Standing.unchanged for it in plan)
    return f"{due} of {len(plan)} parts of the database change, and nothing is lost"


@asynccontextmanager
async def opened(place: Place, wire: Wire) -> AsyncIterator[Store | None]:
    """The documents of an environment on Railway; None where they are not reached from here."""
    told = await settings(place, wire)
    if told is None:
        yield None
        return
    store = await open_store(told)
    try:
        yield store
    finally:
        await store.close()


async def settings(place: Place, wire: Wire) -> Settings | None:
    """The backend's settings with a database that is reached from here, or None.

    Railway's private network ends at its edge. Where a TCP proxy stands before PostgreSQL, its
    address is in DATABASE_PUBLIC_URL; where something else leads there, a detour tells.
    """
    told = dict(await place.variables(BACKEND))
    public = (await place.variables(POSTGRES)).get("DATABASE_PUBLIC_URL")
    parts = urlsplit(public or told.get("DATABASE_URL", ""))
    host, port = wire.way(parts.hostname or "", parts.port or 5432)
    if not host or host.endswith(PRIVATE):
        return None
    login, _, _ = parts.netloc.rpartition("@")
    url = parts._replace(netloc=f"{login}@{host}:{port}").geturl()
    try:
        return Settings.load(told | {"DATABASE_URL": url})
    except InvalidEnvironment:
        # Sealed variables are told to nobody, so that it can not be read as the backend reads it.
        return None
