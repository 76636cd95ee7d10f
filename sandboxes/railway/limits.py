"""How often one may ask: so many requests an hour, by the plan; told in each answer's headers."""

from starlette.responses import Response

from sandboxes.kit.sandbox import Call
from sandboxes.railway.access import HEADER, digest
from sandboxes.railway.workspace import Plan, the_plan, the_workspace

TABLE = "railway_requests"
HOUR_S = 3600
TOO_MANY = "Rate limit exceeded. Please try again later."
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS sandbox.{TABLE} (
    caller text NOT NULL,
    span integer NOT NULL,
    start bigint NOT NULL,
    used integer NOT NULL,
    PRIMARY KEY (caller, span, start)
);
"""
COUNT = f"""
WITH gone AS (DELETE FROM sandbox.{TABLE} WHERE span = $2 AND start < $3)
INSERT INTO sandbox.{TABLE} AS spans (caller, span, start, used) VALUES ($1, $2, $3, 1)
ON CONFLICT (caller, span, start) DO UPDATE SET used = spans.used + 1 RETURNING used
"""  # noqa: S608


async def wait_s(call: Call) -> int:
    """Count a request; for one too many, how long to wait in seconds, and otherwise 0."""
    workspace, plan = await the_workspace(call.records), await the_plan(call.records)
    limits = [(HOUR_S, plan.requests_an_hour)]
    if workspace["perSecond"] and plan.requests_a_second is not None:
        limits.append((1, plan.requests_a_second))
    for span, limit in limits:
        start = int(call.now.timestamp()) // span * span
        rows = await call.records.database.fetch(COUNT, _caller(call), span, start)
        used = rows[0]["used"]
        if span == HOUR_S:
            call.request.state.railway_used = (used, plan)
        if used > limit:
            call.request.state.railway_wait_s = max(1, start + span - int(call.now.timestamp()))
            return int(call.request.state.railway_wait_s)
    return 0


def stamp(call: Call, response: Response) -> None:
    """Tell the limit, what is left of this hour, and when the next begins; and how long to wait."""
    told: tuple[int, Plan] | None = getattr(call.request.state, "railway_used", None)
    if told is None:
        return
    used, plan = told
    hour = int(call.now.timestamp()) // HOUR_S
    response.headers["X-RateLimit-Limit"] = str(plan.requests_an_hour)
    response.headers["X-RateLimit-Remaining"] = str(max(0, plan.requests_an_hour - used))
    response.headers["X-RateLimit-Reset"] = str((hour + 1) * HOUR_S)
    if response.status_code == 429:
        wait_s = getattr(call.request.state, "railway_wait_s", 1)
        response.headers.setdefault("Retry-After", str(wait_s))


def _caller(call: Call) -> str:
    headers = call.request.headers
    return digest(headers.get(HEADER) or headers.get("authorization", ""))
