"""Filling and verifying an environment on this machine, from inside: with its database at hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from backend.settings import Settings
from backend.store import Store
from backend.store.opening import open_store
from staging import paid
from staging.departures import Guard
from staging.environment import BACKEND
from staging.local import ROOT, Local, release
from staging.processes import current
from staging.seed import SeedReport, reset, seed
from staging.seeds import Seeds, make, totals
from staging.seeds.passwords import hashed
from staging.verify import Target


def settings(local: Local) -> Settings:
    """The backend's settings, as its process gets them."""
    return Settings.load(local.variables(BACKEND))


@asynccontextmanager
async def opened(local: Local) -> AsyncIterator[Store]:
    """The documents of a running environment."""
    store = await open_store(settings(local))
    try:
        yield store
    finally:
        await store.close()


def story(local: Local, ahead: timedelta = timedelta()) -> Seeds:
    """Today's seeds, told as often as was chosen, with the personas' password.

    Today is that of an environment whose clock is so far `ahead` of the machine's.
    """
    today = datetime.now(UTC) + ahead
    memory = settings(local).authentication.password_hash_memory_kib
    return make(today, local.scale, password_hash=hashed(local.password, memory))


async def fill(local: Local, store: Store, seeds: Seeds) -> SeedReport:
    """Bring what is kept to the seeds, and Stripe's sandbox to what they have paid."""
    report = await seed(store, seeds, kind=local.environment.kind)
    await paid.tell(local.url("sandboxes"), settings(local), store)
    return report


async def empty(local: Local, store: Store) -> SeedReport:
    """Take away all seeds, what they have paid as well, and nothing else."""
    report = await reset(store, kind=local.environment.kind)
    await paid.forget(local.url("sandboxes"))
    return report


def target(local: Local, store: Store, *, seeded: bool) -> Target:
    """What to verify: the whole environment, and its seeds where there are any."""
    return Target(
        kind="here",
        backend_url=local.url("backend"),
        environment=local.environment.name,
        site_origin=local.url("frontend"),
        frontend_url=local.url("frontend") if local.has("frontend") else None,
        sandboxes_url=local.url("sandboxes"),
        password=local.password if seeded else None,
        metrics_token=local.secrets["METRICS_TOKEN"],
        release=release(BACKEND),
        store=store,
        promised=totals(local.scale) if seeded else {},
        guard=guard(local),
        source=ROOT,
    )


def guard(local: Local) -> Guard | None:
    """What keeps its processes on this machine; None when nothing was raised."""
    if (here := current(local.folder)) is None:
        return None
    running = {each.name: each.pid for each in here.processes}
    services = (it.name for it in local.environment.raised if it.is_python or it.is_node)
    return Guard(local.folder, {name: running.get(name) for name in services})
