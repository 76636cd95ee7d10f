"""Going back to a deployment that served: its image and its variables, with no build."""

import asyncio

from staging.obstacles import Failed, Refused
from staging.railway.deployments import SERVES, Deployment, history
from staging.railway.documents import ROLLBACK
from staging.railway.follow import Pace, Tell, follow
from staging.railway.located import Place

LEAVES = "REMOVING"
PATIENCE_S = 90.0
"""Longer than any service of ours may take to end its requests."""


class NothingToGoBackTo(Refused):
    """No deployment served before, or its image is not kept any more."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"{service} has no deployment to go back to: none served before, or Railway keeps no"
            " image of it any more (24 to 360 hours, by plan).",
            "Check out the commit that was right, and `staging deploy`.",
        )


class CanNotGoBackTo(Refused):
    """This deployment can not be gone back to."""

    def __init__(self, service: str, id_: str, there: tuple[Deployment, ...]) -> None:
        others = ", ".join(it.id for it in there if it.can_rollback) or "none"
        known = next((it for it in there if it.id == id_), None)
        why = f"it is {known.status}" if known else f"{service} has no such deployment"
        super().__init__(
            f"{service} can not go back to {id_}: {why}.",
            f"Those that it can go back to: {others}.",
        )


class RollbackIsNotSeen(Failed):
    """Railway took the order, and shows no deployment that came of it."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"Railway shows no deployment of {service} that came of the rollback.",
            "`staging status --target railway` shows what serves.",
        )


async def settled(place: Place, service: str, pace: Pace) -> tuple[Deployment, ...]:
    """All deployments, as soon as none is on its way out.

    What served a moment ago still ends its requests; Railway can not go back to it before it is
    gone, and whoever does not wait goes back too far. Waits for `PATIENCE_S` at most.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + PATIENCE_S
    while True:
        there = await history(place.railway, place.id, place.service(service).id)
        if clock() >= end or all(it.status != LEAVES for it in there):
            return there
        await asyncio.sleep(pace.every)


async def choose(place: Place, service: str, id_: str | None, pace: Pace) -> Deployment:
    """The deployment to go back to: this one, or the latest that served before.

    Raises `NothingToGoBackTo` and `CanNotGoBackTo`.
    """
    there = await settled(place, service, pace)
    possible = [it for it in there if it.can_rollback]
    if id_ is None:
        if not possible:
            raise NothingToGoBackTo(service)
        return possible[0]
    found = next((it for it in possible if it.id == id_), None)
    if found is None:
        raise CanNotGoBackTo(service, id_, there)
    return found


async def back(place: Place, service: str, id_: str, tell: Tell, pace: Pace) -> Deployment:
    """Go back to a deployment; the new one that serves in its image.

    Railway's answer is a bare yes, so that what came of it is found among the deployments.
    """
    id_of = place.service(service).id
    known = {it.id for it in await settled(place, service, pace)}
    tell(f"going back to {id_}")
    await place.railway.ask(ROLLBACK, id=id_)
    clock = asyncio.get_running_loop().time
    end = clock() + PATIENCE_S
    while clock() < end:
        there = await history(place.railway, place.id, id_of)
        if new := [it for it in there if it.id not in known]:
            return await follow(place.railway, service, new[0].id, tell, pace)
        # Railway may show no new one where it simply lets the old one serve again.
        if any(it.id == id_ and it.status in SERVES for it in there):
            return next(it for it in there if it.id == id_)
        await asyncio.sleep(pace.every)
    raise RollbackIsNotSeen(service)
