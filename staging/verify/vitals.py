"""How a target feels: its health endpoints, what it depends on, its metrics, and its pace."""

import asyncio
import math
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from operator import itemgetter

from httpx2 import Response
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from staging.verify.promised import Alive, Detailed, Health, Pong, Ready, Status
from staging.verify.target import place
from staging.verify.visit import DoesNotApply, Visit, Wrong, asked, expect, read, told

CLOCK_DRIFT_S = 120
DEPENDENCIES = frozenset({"redis", "postmark"})
STORES = frozenset({"postgres", "zerodb"})
"""What may keep the documents; it is critical, and a vendor that does not keep them is not."""
OLDEST_READING_S = 5
SERIES = ("http_requests_total", "http_request_duration_seconds_bucket", "app_info")
COUNTED = 3

BASIC = tuple(f"/api/health{path}" for path in ("", "/readiness", "/liveness", "/status", "/ping"))
DETAILED = "/api/health/detailed"
BUDGETS_MS = {"here": (10.0, 100.0), "hosted": (50.0, 250.0)}
"""The p95 of a basic endpoint and of the detailed one, without the way there and back."""
REQUESTS, ROUNDS = 20, 3


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


async def latency(visit: Visit) -> str:
    """Does each health endpoint answer within its budget, over 20 requests on one connection?"""
    kind = visit.target.kind
    way = await _round_trip_ms(visit) if kind == "hosted" else 0.0
    basic, detailed = BUDGETS_MS[kind]
    shown, over = [], []
    for path, budget in (dict.fromkeys(BASIC, basic) | {DETAILED: detailed}).items():
        p50, p95 = await _pace_ms(visit, path, budget + way)
        shown.append(f"{path} p50 {p50 - way:.1f} p95 {p95 - way:.1f} ms")
        if p95 - way > budget:
            over.append(f"{path} (budget {budget:g} ms)")
    saw = "; ".join(shown) + (f"; net of a round trip of {way:.1f} ms" if way else "")
    if over:
        raise Wrong(f"too slow: {', '.join(over)}. {saw}")
    return saw


async def _pace_ms(visit: Visit, path: str, budget: float) -> tuple[float, float]:
    """The p50 and p95 of the quietest of three rounds, or of the first one within the budget.

    A busy neighbour on the machine adds to some answers and never takes from any; a service that
    is slow by itself is slow at the median, and asking it again changes nothing.
    """
    rounds = []
    for _ in range(ROUNDS):
        times = await _measured_ms(visit, path)
        rounds.append((_percentile(times, 0.5), _percentile(times, 0.95)))
        if rounds[-1][1] <= budget or rounds[-1][0] > budget:
            break
    return min(rounds, key=itemgetter(1))


async def _measured_ms(visit: Visit, path: str) -> list[float]:
    """The times of 20 answers on one connection that stands already."""
    times = []
    async with visit.target.client(connections=1) as client:
        await client.get(path)
        for _ in range(REQUESTS):
            clock = time.perf_counter()
            expect(await client.get(path), 200)
            times.append((time.perf_counter() - clock) * 1000)
    return times


async def _round_trip_ms(visit: Visit) -> float:
    """How long the way there and back takes: the shortest of three handshakes of TCP."""
    there, times = place(visit.target.backend_url), []
    for _ in range(3):
        clock = time.perf_counter()
        _, writer = await asyncio.open_connection(there.host, there.port)
        times.append((time.perf_counter() - clock) * 1000)
        writer.close()
    return min(times)


def _percentile(times: Sequence[float], share: float) -> float:
    """The time within which this share of the answers came (nearest rank)."""
    return sorted(times)[math.ceil(share * len(times)) - 1]
