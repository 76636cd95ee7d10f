"""What Railway says is deployed, and what answers: the same deployment, and nothing older."""

from collections.abc import Iterable

from httpx2 import Response

from staging.verify.promised import Status
from staging.verify.visit import Visit, Wrong, read, told

UNRELEASED = "unreleased"
LOOKS = 6
"""How often it is asked who answers: replicas take turns, and an old deployment may still serve."""
WELL = ("SUCCESS", "SLEEPING")
"""Statuses of a deployment that serves; a sleeping one wakes at the first request."""


async def railway(visit: Visit) -> str:
    """Does Railway's edge pass requests on to what was deployed, and does Railway call it well?"""
    answer = await _through_the_edge(visit)
    release, wanted = read(Status, answer).release, visit.target.release
    if release == UNRELEASED or (wanted and release != wanted):
        raise Wrong(f"release {release} answers, not {wanted or 'one with a name'}")
    said = _said_by_railway(visit)
    deployed = visit.target.deployment or said
    answering = {await _who_answers(visit) for _ in range(LOOKS)}
    if deployed and answering != {deployed}:
        raise Wrong(f"deployment {_listed(answering)} answers, not {deployed}")
    if said and deployed != said:
        raise Wrong(f"Railway's latest deployment is {said}, not {deployed}")
    edge = answer.headers.get("x-railway-edge", "of an unnamed place")
    unsaid = "" if said else "; Railway itself was not asked, for want of RAILWAY_TOKEN"
    seen = f"release {release} answers through Railway's edge {edge}"
    return f"{seen}, {LOOKS} times from deployment {_listed(answering)}{unsaid}"


async def _through_the_edge(visit: Visit) -> Response:
    """An answer of the backend's. Raises `Wrong` when Railway did not bring it, or made it."""
    answer = await visit.get("/api/health/status")
    if not answer.headers.get("x-railway-request-id"):
        raise Wrong(f"{told(answer)} without X-Railway-Request-Id: this is not Railway")
    if answer.headers.get("x-railway-fallback"):
        raise Wrong(f"{told(answer)} by Railway itself: it reaches no deployment of the backend")
    return answer


def _said_by_railway(visit: Visit) -> str | None:
    """The backend's deployment by Railway's word. Raises `Wrong` when one of them is not well."""
    if visit.target.railway is None:
        return None
    found = visit.target.railway
    if ill := [it for it in found if it.status not in WELL]:
        raise Wrong("; ".join(f"{it.service}'s deployment {it.id} is {it.status}" for it in ill))
    mine = [it.id for it in found if it.service == "backend"]
    if not mine:
        raise Wrong("Railway knows no deployment of the backend")
    return mine[0]


async def _who_answers(visit: Visit) -> str | None:
    # Without a kept connection each look may reach another replica.
    answer = await visit.client.get("/api/health/status", headers={"connection": "close"})
    return read(Status, answer).deployment


def _listed(ids: Iterable[str | None]) -> str:
    return " and ".join(sorted(it or "without an id" for it in ids))
