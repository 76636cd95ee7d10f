"""How a target feels: its health endpoints, what it depends on, its metrics, and its pace."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from httpx2 import Response
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from staging.verify.promised import Alive, Detailed, Health, Pong, Ready, Status
from staging.verify.visit import DoesNotApply, Visit, Wrong, asked, expect, read, told

CLOCK_DRIFT_S = 120
DEPENDENCIES = frozenset({"redis", "postmark"})
STORES = frozenset({"postgres", "zerodb"})
"""What may keep the documents; it is critical, and a vendor that does not keep them is not."""
OLDEST_READING_S = 5
SERIES = ("http_requests_total", "http_request_duration_seconds_bucket", "app_info")
COUNTED = 3
DETAILED = "/api/health/detailed"


async def health(visit: Visit) -> str:
    """Do the health endpoints say that the environment that was meant is well, and agree?"""
    said = read(Health, await visit.get("/api/health"))
    status = read(Status, await visit.get("/api/health/status"))
    read(Ready, await visit.get("/api/health/readiness"))
    read(Alive, await visit.get("/api/health/liveness"))
    read(Pong, await visit.get("/api/health/ping"))
    detailed = read(Detailed, await visit.get(DETAILED), 200, 503)
    drift = abs((_moved(datetime.now(UTC), status) - said.timestamp).total_seconds())
    if {said.environment, status.environment} != {visit.target.environment}:
        names = f"{said.environment} and {status.environment}"
        raise Wrong(f"it calls itself {names}, and {visit.target.environment} was meant")
    if detailed.status == "unhealthy":
        raise Wrong(f"/api/health says healthy while {DETAILED} says unhealthy")
    if drift > CLOCK_DRIFT_S:
        raise Wrong(f"its answer is from {said.timestamp}, {drift:.0f} s away from now")
    return f"{said.service} {said.version} in {said.environment}: healthy, ready, alive"


async def dependencies(visit: Visit) -> str:
    """Does everything that the backend depends on answer, and was it asked just now?"""
    answer = await visit.get(DETAILED)
    detailed = read(Detailed, answer, 200, 503)
    checks = detailed.checks
    configured = {name for name, check in checks.items() if check.status != "not_configured"}
    kept_by = {name for name in STORES & configured if checks[name].critical}
    if missing := DEPENDENCIES - configured | (set() if kept_by else {"what keeps the documents"}):
        raise Wrong(f"{asked(answer)} says nothing of {', '.join(sorted(missing))}")
    if down := [f"{n} is down: {c.detail}" for n, c in checks.items() if c.status == "down"]:
        raise Wrong("; ".join(down))
    if (answer.status_code, detailed.status) != (200, "healthy"):
        raise Wrong(f"{told(answer)} although every dependency is up")
    now = _moved(_clock(answer), read(Status, await visit.get("/api/health/status")))
    age = max((now - check.observed_at).total_seconds() for check in checks.values())
    if age > OLDEST_READING_S:
        raise Wrong(f"the oldest reading is {age:.0f} s old, so nobody is asked")
    up = {name: check for name, check in checks.items() if check.status == "up"}
    paces = ", ".join(f"{name} answers in {check.latency_ms:.1f} ms" for name, check in up.items())
    absent = ", ".join(sorted(checks.keys() - up.keys()))
    seen = f"{paces}; the oldest reading is {max(age, 0):.1f} s old"
    return f"{seen}; not configured: {absent}" if absent else seen


def _clock(answer: Response) -> datetime:
    """The time at the server when it answered, or ours when it does not tell."""
    date = answer.headers.get("date")
    return parsedate_to_datetime(date) if date else datetime.now(UTC)


def _moved(moment: datetime, status: Status) -> datetime:
    """A moment of the machine's clock as the environment's shows it."""
    return moment + timedelta(seconds=status.clock.offset_s)


async def metrics(visit: Visit) -> str:
    """Do the metrics count what happens, and are they shown to those with the token only?"""
    anonymous, token = await visit.get("/metrics"), visit.target.metrics_token
    if token or visit.target.kind == "hosted":
        expect(anonymous, 401)
    if anonymous.status_code == 401 and not token:
        raise DoesNotApply("METRICS_TOKEN is not given; without it /metrics rightly answers 401.")
    before = await _scraped(visit)
    if missing := set(SERIES) - {sample.name for sample in before}:
        raise Wrong(f"/metrics has no {', '.join(sorted(missing))}")
    named = {s.labels.get("environment") for s in before if s.name == "app_info"}
    if named != {visit.target.environment}:
        raise Wrong(f"app_info names the environment {named}, not {visit.target.environment}")
    for _ in range(COUNTED):
        await visit.get("/api/health/ping")
    risen = _requests(await _scraped(visit)) - _requests(before)
    if risen < COUNTED:
        raise Wrong(f"http_requests_total rose by {risen:g} over {COUNTED} requests")
    return f"{len(before)} samples; http_requests_total rose by {risen:g} over {COUNTED} requests"


async def _scraped(visit: Visit) -> list[Sample]:
    # Without a kept connection the next request may reach another worker, which must count alike.
    token = visit.target.metrics_token
    headers = {"connection": "close"} | ({"authorization": f"Bearer {token}"} if token else {})
    answer = expect(await visit.client.get("/metrics", headers=headers), 200)
    families = text_string_to_metric_families(answer.text)
    return [sample for family in families for sample in family.samples]


def _requests(samples: Sequence[Sample]) -> float:
    return sum(sample.value for sample in samples if sample.name == "http_requests_total")
