"""An environment on Railway as `verify` sees it: its hosts, its deployments, and who gets in."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

from staging.obstacles import Failed
from staging.railway.before import BACKEND, opened
from staging.railway.deployments import SERVES, history
from staging.railway.located import Place
from staging.railway.seeding import is_filled
from staging.seed import is_seeded
from staging.seeds import totals
from staging.seeds.passwords import following
from staging.verify import Deployed, Target, Wire
from staging.verify.wire import is_of_this_machine

FRONTEND: Final = "frontend"
GIVEN: Final = "STAGING_PERSONA_PASSWORD"


class NoHost(Failed):
    """Nothing of the outside leads to the backend."""

    def __init__(self, environment: str) -> None:
        super().__init__(
            f"The backend of {environment} has no public host, so that nobody can ask it.",
            "`staging setup` gives it one.",
        )


def password(environ: Mapping[str, str], jwt_secret: str) -> str | None:
    """What the personas of an environment log in with, as it follows from its secret.

    Where that is sealed, somebody has to give it, or nobody knows it.
    """
    return following(jwt_secret) if jwt_secret else environ.get(GIVEN)


def imitated(api_url: str) -> str | None:
    """Where the vendors are imitated: beside Railway's API in a rehearsal, elsewhere nowhere."""
    api = urlsplit(api_url)
    return f"{api.scheme}://{api.netloc}" if is_of_this_machine(api.hostname or "") else None


@asynccontextmanager
async def target(
    place: Place,
    environ: Mapping[str, str],
    wire: Wire,
    deployment: str | None = None,
    release: str | None = None,
) -> AsyncIterator[Target]:
    """What to verify, with its database as far as it is reached from here. Raises `NoHost`."""
    host, site = place.host(BACKEND), place.host(FRONTEND)
    if host is None:
        raise NoHost(place.environment.name)
    told = await place.variables(BACKEND)
    # Before all checks: should Railway want a pause, it is made here, and is nobody's fault.
    deployed = await _deployed(place)
    async with opened(place, wire) as store:
        filled = await is_filled(place)
        seeded = store is not None and await is_seeded(store)
        known = password(environ, told.get("JWT_SECRET", ""))
        yield Target(
            kind="hosted",
            backend_url=f"https://{host}",
            environment=place.environment.name,
            site_origin=told.get("FRONTEND_URL"),
            frontend_url=f"https://{site}" if site else None,
            sandboxes_url=imitated(place.railway.url),
            password=known if filled or seeded else environ.get(GIVEN),
            metrics_token=environ.get("METRICS_TOKEN") or told.get("METRICS_TOKEN"),
            release=release,
            deployment=deployment,
            railway=deployed,
            store=store,
            promised=totals(1) if seeded else {},
            wire=wire,
        )


async def _deployed(place: Place) -> tuple[Deployed, ...]:
    """The deployment of each service that is built: the one that serves, or else the latest."""
    found = []
    for service in place.environment.lasting:
        there = await history(place.railway, place.id, place.service(service.name).id)
        serving = [it for it in there if it.status in SERVES] or list(there)
        if serving:
            found.append(Deployed(service.name, serving[0].id, serving[0].status))
    return tuple(found)
