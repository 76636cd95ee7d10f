"""Every check is green on an honest environment, and red when what it checks is broken."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from staging.verify import CHECKS, Outcome, verify
from tests.staging.verify_lies import (
    PERSONAS,
    STATUS,
    Lie,
    World,
    answers,
    away,
    believes_any_signature,
    clock,
    counts,
    edits,
    has_every_page,
    hides_from_members,
    is_slow,
    lets_anybody_in,
    one_id_for_all,
    one_worker_lags,
    opens_to_the_barred,
    profile_of,
    reflects_origins,
    result,
    says,
    shows,
    shows_all_events,
    still_open,
    takes_everybody_for_one,
    target,
    tells_who_is_a_member,
    trusts_prefixes,
)
from tests.staging.verify_standin import SITE, dependencies

BESIDE_REAL_PARTS = {"tls", "collections", "seed_counts", "nothing_leaves"}
BESIDE_REAL_PARTS |= {"jobs", "audit_log", "railway_traps"}
WIRED = [
    check.name
    for check in CHECKS
    if check.not_here is None and not check.walks and check.name not in BESIDE_REAL_PARTS
]
"""The checks that need no more than the wire; the others are tried beside real parts."""


@pytest.mark.parametrize("name", WIRED)
async def test_an_honest_environment_passes(name: str) -> None:
    found = await result(name, target())
    assert (found.outcome, found.advice) == (Outcome.passed, ""), found.saw


async def test_a_source_that_railway_would_do_wrong_is_seen(tmp_path: Path) -> None:
    (tmp_path / "railway.toml").write_text('[deploy]\ndrainingSeconds = "10"\n')
    found = await result("railway_traps", target(source=tmp_path))
    assert found.outcome is Outcome.failed
    assert "drainingSeconds is the text '10'" in found.saw
    assert "Take the quotes away." in found.advice


HEALTH, DETAILED, LOGIN = "/api/health", "/api/health/detailed", "/api/auth/login"
NEXT_MONTH = datetime.now(UTC) + timedelta(days=30)
DOWN = away("redis", status="down", detail="no answer within 1 s")
OLD = away("postgres", observed_at="2025-11-10T00:00:00Z")
FOUND = {"kind": "blog_post", "id": "1", "title": "A post", "url": "/blog/other"}
ALLOW = "access-control-allow-origin"

LIES: list[tuple[str, Lie, str]] = [
    ("health", edits(HEALTH, 503, status="unhealthy"), "answered 503"),
    ("health", edits(HEALTH, environment="production"), "calls itself production"),
    ("health", edits(HEALTH, timestamp="2025-11-10T00:00:00Z"), "away from now"),
    ("health", edits(HEALTH, version=""), "version"),
    ("health", answers(HEALTH, 200, "all good"), "invalid JSON"),
    ("health", answers("/api/health/status", 500), "/api/health/status answered 500"),
    ("health", edits("/api/health/readiness", 503, status="not_ready"), "readiness answered 503"),
    ("health", edits("/api/health/liveness", status="dead"), "not 'dead'"),
    ("health", edits("/api/health/ping", message="ping"), "not 'ping'"),
    ("health", edits(DETAILED, 503, status="unhealthy"), "says unhealthy"),
    ("cors", says(ALLOW, None), "no origin"),
    ("cors", says(ALLOW, None, status=404), "answered 404"),
    ("cors", says(ALLOW, "*"), "allows *"),
    ("cors", says("access-control-allow-methods", "GET", method="OPTIONS"), "without post"),
    ("cors", says("access-control-allow-headers", None, method="OPTIONS"), "authorization"),
    ("cors", answers(LOGIN, 405, method="OPTIONS"), "answered 405"),
    ("security_headers", says("x-content-type-options", None), "no x-content-type-options"),
    ("security_headers", says("x-frame-options", None, status=404), "no x-frame-options"),
    ("security_headers", says("x-frame-options", None, method="OPTIONS"), "OPTIONS"),
    ("security_headers", says("x-frame-options", None, path="/"), "the website answered"),
    ("security_headers", says("content-security-policy", "default-src *"), "default-src *"),
    (
        "security_headers",
        says("strict-transport-security", "max-age=86400; includeSubDomains"),
        "for 1 days only",
    ),
    ("metrics", answers("/metrics", 404), "answered 404"),
    ("metrics", answers("/metrics", 200, "app_info 1\n"), "answered 200"),
    ("metrics", counts(http_requests_total="requests_total"), "no http_requests_total"),
    ("metrics", counts(staging="production"), "names the environment {'production'}"),
    ("metrics", counts(every_request=False), "rose by 0 over 3"),
    ("authentication", answers(LOGIN, 400, {"detail": "no"}), "answered 400"),
    ("authentication", lets_anybody_in, "answered 200"),
    ("authentication", opens_to_the_barred, "answered 200; 401 or 429 is right"),
    ("authentication", tells_who_is_a_member, "in other words"),
    (
        "authentication",
        edits(LOGIN, profile=profile_of(PERSONAS[0]) | {"email": "b@x.example"}),
        "as b@x",
    ),
    ("authentication", edits(LOGIN, expires_in=86_400), "expires_in"),
    ("authentication", says("cache-control", None, path=LOGIN), "no-store"),
    ("frontend", answers("/", 500), "answered 500"),
    ("frontend", answers("/", 200, "Application failed to respond"), "which is no page"),
    ("frontend", shows("/", "<h1>Application failed to respond</h1>"), "does not name"),
    ("frontend", answers("/health", 503), "answered 503"),
    ("frontend", edits("/health", environment="production"), "the website is production's"),
    ("frontend", shows("/events", "<h1>Events</h1>"), "does not lead to /events/0"),
    ("frontend", shows("/blog", "<h1>Articles</h1>"), "/blog does not lead to /blog/"),
    ("frontend", answers("/style.css", 404), "answered 404"),
    ("frontend", has_every_page, "answered 200; 404 is right"),
    ("search_relevance", edits("/api/search", results=[]), "finds nothing"),
    ("search_relevance", edits("/api/search", results=[FOUND]), "finds /blog/other"),
    ("search_relevance", answers("/api/search", 403, {"detail": "no token"}), "answered 403"),
    ("token_accepted", still_open, "after the logout"),
    ("token_accepted", believes_any_signature, "forged"),
    ("token_accepted", edits("/api/auth/me", 200, **profile_of(PERSONAS[0])), "answered 200"),
    ("token_accepted", takes_everybody_for_one, "belongs to visitor@"),
    ("token_accepted", answers("/api/auth/me", 401), "answered 401"),
    ("visibility", shows_all_events, "members_only, premium_only"),
    ("visibility", hides_from_members, "sees nothing besides"),
    ("visibility", answers("/api/events", 200, {"items": [], "next": None}), "0 events"),
    ("unknown_origin_refused", reflects_origins, "https://stranger.example"),
    ("unknown_origin_refused", trusts_prefixes, f"{SITE}.stranger.example"),
    ("unknown_origin_refused", says(ALLOW, "*", status=404), "allows *"),
    ("dependencies", edits(DETAILED, 503, status="unhealthy", checks=DOWN), "redis is down"),
    (
        "dependencies",
        edits(DETAILED, checks={}),
        "nothing of postmark, redis, what keeps the documents",
    ),
    ("dependencies", edits(DETAILED, checks=OLD), "so nobody is asked"),
    ("dependencies", edits(DETAILED, status="degraded"), "although every dependency is up"),
    ("clock", edits(STATUS, clock=clock(NEXT_MONTH, 2_592_000)), "2592000 s apart: the backend"),
    ("clock", edits(STATUS, clock=clock(NEXT_MONTH, 0)), "the backend says 0 s, shows 25"),
    ("clock", edits("/_sandbox/clock", now=NEXT_MONTH.isoformat()), "sandboxes says 0 s, shows 25"),
    ("clock", edits(STATUS, clock={}), "clock.offset_s"),
    ("clock", one_worker_lags(), "the backend 2592000 s ahead; the backend 0 s ahead"),
    ("clock", answers("/_sandbox/clock", 404), "/_sandbox/clock answered 404"),
    ("errors_are_problems", says("content-type", "text/html", status=404), "as text/html"),
    ("errors_are_problems", answers("/api/auth/me", 401, {"detail": "no"}), "field required"),
    ("errors_are_problems", edits("/api/auth/me", status=400), "its body says"),
    ("errors_are_problems", answers(LOGIN, 500, "Internal Server Error"), "answered 500"),
    ("errors_are_problems", says(ALLOW, None, status=405), "may not read"),
    ("errors_are_problems", one_id_for_all, "share 1 request ids"),
    ("latency", is_slow, "too slow: /api/health/liveness (budget 10 ms)"),
    ("latency", says("server-timing", "app;dur=11"), "(budget 10 ms at the service)"),
    ("latency", says("server-timing", None), "without its own time"),
    ("latency", answers("/api/health/ping", 503), "answered 503"),
]


@pytest.mark.parametrize(("name", "lie", "seen"), LIES)
async def test_a_lie_is_caught(name: str, lie: Lie, seen: str) -> None:
    found = await result(name, target(lie))
    assert found.outcome is Outcome.failed, found.saw
    assert seen in found.saw
    assert found.advice


def moved_everywhere() -> Iterator[Lie]:
    """All parts show next month, and say so."""
    moved = clock(datetime.now(UTC) + timedelta(days=30), 2_592_000)
    yield edits(HEALTH, timestamp=moved["now"])
    since = {name: it | {"observed_at": moved["now"]} for name, it in dependencies().items()}
    yield edits(DETAILED, checks=since)
    yield edits(STATUS, clock=moved)
    yield edits("/_sandbox/clock", **moved)


@pytest.mark.parametrize("name", ["health", "dependencies", "clock"])
async def test_an_honest_environment_with_a_moved_clock_passes(name: str) -> None:
    found = await result(name, target(*moved_everywhere()))
    assert found.outcome is Outcome.passed, found.saw


@pytest.mark.parametrize(
    ("name", "seen"), [("health", "2592000 s away"), ("dependencies", "so nobody is asked")]
)
async def test_what_has_not_moved_with_the_clock_is_seen(name: str, seen: str) -> None:
    found = await result(name, target(edits(STATUS, clock=clock(NEXT_MONTH, 2_592_000))))
    assert found.outcome is Outcome.failed
    assert seen in found.saw


def test_every_check_on_the_wire_has_its_lie() -> None:
    assert {name for name, _, _ in LIES} == set(WIRED)


NOT_GIVEN = [
    ("cors", {"site_origin": None}, "FRONTEND_URL"),
    ("frontend", {"frontend_url": None}, "no website yet"),
    ("authentication", {"password": None}, "STAGING_PERSONA_PASSWORD"),
    ("token_accepted", {"password": None}, "STAGING_PERSONA_PASSWORD"),
    ("visibility", {"password": None}, "STAGING_PERSONA_PASSWORD"),
    ("metrics", {"metrics_token": None}, "METRICS_TOKEN"),
    ("collections", {}, "database"),
    ("seed_counts", {}, "database"),
    ("nothing_leaves", {}, "where `staging up` raised them"),
    ("tls", {}, "plain HTTP"),
    ("dns", {}, "need no DNS"),
    ("railway", {}, "nothing is deployed"),
]


@pytest.mark.parametrize(("name", "missing", "why"), NOT_GIVEN)
async def test_what_can_not_be_checked_says_why(
    name: str, missing: dict[str, Any], why: str
) -> None:
    found = await result(name, target(**missing))
    assert found.outcome is Outcome.not_applicable
    assert why in found.saw


async def test_a_wrong_persona_password_is_a_failure_and_no_excuse() -> None:
    for name in ("authentication", "token_accepted", "visibility"):
        found = await result(name, target(password="not the right one"))
        assert found.outcome is Outcome.failed
        assert "answered 401" in found.saw


async def test_strangers_are_tried_even_where_no_persona_is_known() -> None:
    found = await result("authentication", target(lets_anybody_in, password=None))
    assert found.outcome is Outcome.failed


async def test_every_session_that_a_check_begins_it_ends() -> None:
    seen = target()
    await verify(seen)
    world = seen.wire.transport
    assert isinstance(world, World)
    assert world.honest.tokens == {}
